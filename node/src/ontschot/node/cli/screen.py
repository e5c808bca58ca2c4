# SPDX-License-Identifier: EUPL-1.2
"""What the commands share: options that several have, and how they print."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ontschot.protocol.language import tr

Home = Annotated[
    Path,
    typer.Option(
        envvar="ONTSCHOT_NODE_HOME",
        help=tr("Map van deze installatie.", "Folder of this installation."),
    ),
]
Enrolment = Annotated[
    str, typer.Option(help=tr("host:poort voor aanmelden.", "host:port for enrolment."))
]
CaFingerprint = Annotated[
    str,
    typer.Option(
        help=tr(
            "Vingerafdruk van de uitgever van certificaten, zoals u die kreeg.",
            "Fingerprint of the certificate authority, as you were told.",
        )
    ),
]
TokenFile = Annotated[
    Path,
    typer.Option(
        help=tr(
            "Bestand met de code voor één keer (rechten 0600).",
            "File with the one-time token (mode 0600).",
        )
    ),
]

console = Console(highlight=False)


def say(text: str) -> None:
    """Print ``text`` as it is."""
    console.print(text, markup=False, soft_wrap=True)
