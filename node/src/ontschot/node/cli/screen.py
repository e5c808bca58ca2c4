# SPDX-License-Identifier: EUPL-1.2
"""What the commands share: the home option, and how they print."""

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

console = Console(highlight=False)


def say(text: str) -> None:
    """Print ``text`` as it is."""
    console.print(text, markup=False, soft_wrap=True)
