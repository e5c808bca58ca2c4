# SPDX-License-Identifier: EUPL-1.2
"""``approve``: sign any canonical document after having read it."""

from pathlib import Path
from typing import Annotated

import typer

from ontschot.protocol import canonical
from ontschot.protocol.cli.errors import OtherKind
from ontschot.protocol.cli.screen import (
    KeyFile,
    PassphraseFile,
    Yes,
    confirm,
    load_keys,
    read_file,
    say,
    show_document,
    write_file,
)
from ontschot.protocol.errors import MalformedMessage
from ontschot.protocol.language import tr
from ontschot.protocol.signed import SignedDocument


def approve(
    path: Annotated[Path, typer.Argument(help=tr("Het document.", "The document."))],
    kind: Annotated[str, typer.Option(help=tr("Het soort document.", "The kind of document."))],
    key: KeyFile,
    out: Annotated[
        Path | None,
        typer.Option(help=tr("Waarheen; anders hetzelfde bestand.", "Where to; else in place.")),
    ] = None,
    passphrase_file: PassphraseFile = None,
    yes: Yes = False,
) -> None:
    """Show a document, ask, and add a signature of ``kind``.

    The file holds a bare canonical document or a signed one; what is written is a signed one.

    Raises:
        OtherKind: the document's own ``type`` is another.
        MalformedMessage: not a canonical document.
        NotConfirmed: the answer was no.
    """
    signed = _read(path)
    document = signed.document()
    stated = document.get("type")
    if stated != kind:
        raise OtherKind(f"{stated}, not {kind}")
    show_document(document, signed.digest)
    question = tr(f"Ondertekenen als '{kind}'?", f"Sign as '{kind}'?")
    confirm(question, yes=yes)
    signed = signed.add_signature(kind, load_keys(key, passphrase_file).signing)
    target = out or path
    write_file(target, signed.to_bytes())
    count = len(signed.signatures)
    say(
        tr(
            f"Getekend: {target} heeft nu {count} handtekening(en).",
            f"Signed: {target} now has {count} signature(s).",
        )
    )


def _read(path: Path) -> SignedDocument:
    data = read_file(path)
    try:
        return SignedDocument.from_bytes(data)
    except MalformedMessage:
        canonical.decode(data)
        return SignedDocument(data)
