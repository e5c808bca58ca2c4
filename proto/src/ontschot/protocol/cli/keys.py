# SPDX-License-Identifier: EUPL-1.2
"""``key new`` and ``key show``."""

from pathlib import Path
from typing import Annotated

import typer

from ontschot.protocol.cli.screen import PassphraseFile, read_passphrase, say
from ontschot.protocol.keys import (
    PrivateKeys,
    PublicKeys,
    SealingKey,
    SigningKey,
    read_public_keys,
    write_keys,
)
from ontschot.protocol.language import tr

app = typer.Typer(no_args_is_help=True, help=tr("Sleutels maken en bekijken.", "Make keys."))

KeyPath = Annotated[Path, typer.Argument(help=tr("Het sleutelbestand.", "The key file."))]


@app.command(help=tr("Maak nieuwe sleutels.", "Make new keys."))
def new(
    path: KeyPath,
    person: Annotated[
        bool,
        typer.Option(
            "--person",
            help=tr(
                "Voor iemand die tekent: alleen een tekensleutel, met wachtwoordzin.",
                "For someone who signs: only a signing key, with a passphrase.",
            ),
        ),
    ] = False,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Write a key file: of a participant, or with ``--person`` of an anchor or approver."""
    passphrase = None
    if passphrase_file is not None:
        passphrase = read_passphrase(passphrase_file)
    elif person:
        passphrase = typer.prompt(
            tr("Wachtwoordzin", "Passphrase"), hide_input=True, confirmation_prompt=True
        )
    sealing = None if person else SealingKey.generate()
    keys = PrivateKeys(SigningKey.generate(), sealing)
    write_keys(path, keys, passphrase)
    say(tr(f"Sleutels geschreven naar {path}", f"Keys written to {path}"))
    _show(keys.public)


@app.command(help=tr("Toon de openbare sleutels.", "Show the public keys."))
def show(path: KeyPath) -> None:
    """Print public keys and fingerprints; asks for no passphrase."""
    _show(read_public_keys(path))


def _show(public: PublicKeys) -> None:
    say(f"{tr('Tekensleutel', 'Signing key')}: {public.signing.text}")
    say(f"  {tr('vingerafdruk', 'fingerprint')}: {public.signing.fingerprint}")
    if public.sealing is not None:
        say(f"{tr('Verzegelsleutel', 'Sealing key')}: {public.sealing.text}")
        say(f"  {tr('vingerafdruk', 'fingerprint')}: {public.sealing.fingerprint}")
        say(f"{tr('Samen', 'Both')}: {public.fingerprint}")
