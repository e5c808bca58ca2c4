# SPDX-License-Identifier: EUPL-1.2
"""What the commands share: the home option, the opened office, and how they print."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ontschot.coordinator.mail.postoffice import PostOffice
from ontschot.coordinator.settings import load_settings
from ontschot.coordinator.store.database import open_engine, require_current
from ontschot.protocol.clock import system_clock
from ontschot.protocol.errors import Misconfigured
from ontschot.protocol.keys import read_keys
from ontschot.protocol.language import Text, tr

Home = Annotated[
    Path,
    typer.Option(
        envvar="ONTSCHOT_COORDINATOR_HOME",
        help=tr("Map van deze installatie.", "Folder of this installation."),
    ),
]

console = Console(highlight=False)


class FileMissing(Misconfigured):
    """A file named on the command line cannot be read."""

    code = "file-missing"
    title = Text("Een bestand is niet te lezen", "A file cannot be read")
    remedy = Text("Controleer de naam en de rechten.", "Check its name and permissions.")


def say(text: str) -> None:
    """Print ``text`` as it is."""
    console.print(text, markup=False, soft_wrap=True)


def read(path: Path) -> bytes:
    """Return a file's content.

    Raises:
        FileMissing: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileMissing(f"{path}: {error.strerror}") from error


def open_office(home: Path) -> PostOffice:
    """Open the installation's post office, to act beside a running coordinator.

    Raises:
        SettingsWrong, SchemaMismatch, KeyFileMissing: why it cannot be opened.
    """
    settings = load_settings(home)
    engine = open_engine(settings.store_url)
    require_current(engine)
    keys = read_keys(settings.keys_path)
    return PostOffice(engine, settings.home / "files", settings.name, keys, system_clock, {})
