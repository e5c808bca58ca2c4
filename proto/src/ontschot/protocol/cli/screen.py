# SPDX-License-Identifier: EUPL-1.2
"""Files in, text out: what the commands share at the edge."""

import json
import os
import secrets
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ontschot.protocol.canonical import Document
from ontschot.protocol.cli.errors import FileUnusable, NotConfirmed
from ontschot.protocol.keys import PrivateKeys, is_encrypted, read_keys
from ontschot.protocol.keys.fingerprint import grouped
from ontschot.protocol.language import tr
from ontschot.protocol.signed import SignedDocument

KeyFile = Annotated[Path, typer.Option("--key", help=tr("Uw sleutelbestand.", "Your key file."))]
PassphraseFile = Annotated[
    Path | None,
    typer.Option(
        help=tr(
            "Lees de wachtwoordzin uit dit bestand in plaats van het te vragen.",
            "Read the passphrase from this file instead of asking.",
        )
    ),
]
Yes = Annotated[
    bool,
    typer.Option("--yes", help=tr("Niet om bevestiging vragen.", "Do not ask to confirm.")),
]


def say(text: str) -> None:
    """Print ``text`` as it is: no markup, no wrapping of what people copy."""
    Console().print(text, markup=False, highlight=False, soft_wrap=True)


def show_document(document: Document, digest: str) -> None:
    """Print a document in full with its fingerprint: what someone reads before they sign.

    Characters that a terminal does not print as themselves are shown as escapes: a document can
    neither move the cursor nor turn the direction of the text to look like another one.
    """
    text = json.dumps(document, indent=2, ensure_ascii=False, sort_keys=True)
    say("".join(one if one.isprintable() or one == "\n" else _escape(one) for one in text))
    say(f"{tr('Vingerafdruk', 'Fingerprint')}: {grouped(digest)}")


def confirm(question: str, *, yes: bool) -> None:
    """Ask ``question``; go on only after a yes.

    Raises:
        NotConfirmed: the answer was no.
    """
    if not yes and not typer.confirm(question):
        raise NotConfirmed


def load_keys(path: Path, passphrase_file: Path | None) -> PrivateKeys:
    """Return the keys in ``path``; asks for the passphrase where one is needed.

    Raises:
        Misconfigured: no key file, readable by others, damaged, or another passphrase.
    """
    if not is_encrypted(path):
        return read_keys(path)
    if passphrase_file is not None:
        return read_keys(path, read_passphrase(passphrase_file))
    return read_keys(path, typer.prompt(tr("Wachtwoordzin", "Passphrase"), hide_input=True))


def read_passphrase(path: Path) -> str:
    """Return the first line of the file at ``path``.

    Raises:
        FileUnusable: it cannot be read, or is empty.
    """
    try:
        first = read_file(path).decode("utf-8").partition("\n")[0].rstrip("\r")
    except UnicodeDecodeError as error:
        raise FileUnusable(f"{path}: not UTF-8") from error
    if not first:
        raise FileUnusable(f"{path}: empty")
    return first


def read_file(path: Path) -> bytes:
    """Return the bytes of ``path``.

    Raises:
        FileUnusable: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileUnusable(f"{path}: {error.strerror}") from error


def read_signed(path: Path) -> SignedDocument:
    """Return the signed document in ``path``.

    Raises:
        FileUnusable: it cannot be read.
        MalformedMessage: something else is in it.
    """
    return SignedDocument.from_bytes(read_file(path))


def write_file(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path``, whole or not at all.

    Raises:
        FileUnusable: it cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise FileUnusable(f"{path}: {error.strerror}") from error
    finally:
        temporary.unlink(missing_ok=True)


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
