# SPDX-License-Identifier: EUPL-1.2
"""``notes``: who was counted in which question, for the clients' own files."""

import csv
import io
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from ontschot.node.cli.screen import Home, say
from ontschot.node.database import open_engine
from ontschot.node.process import open_node
from ontschot.node.provider.records.identity import load_keys
from ontschot.node.provider.records.notes import notes as read_notes
from ontschot.node.provider.records.notes import notes_per_query
from ontschot.node.provider.records.schema import require_current
from ontschot.node.questions import store as questions
from ontschot.node.settings import SettingsWrong, load_settings
from ontschot.protocol.keys.private_files import write_private
from ontschot.protocol.language import tr

HEADER = ("bsn", "datum", "kenmerk", "vraag", "wie-vraagt", "waarvoor")


def notes(
    home: Home,
    output: Annotated[
        Path | None,
        typer.Option(
            help=tr(
                "Schrijf de aantekeningen met BSN hier (rechten 0600).",
                "Write the notes with BSN here (mode 0600).",
            )
        ),
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help=tr("Vanaf deze dag.", "From this day on.")),
    ] = None,
) -> None:
    """Toon hoeveel cliënten meetelden in welke vraag, of schrijf de aantekeningen uit (CSV)."""
    settings = load_settings(home)
    if settings.role != "provider":
        raise SettingsWrong("only a provider has clients")
    records = open_engine(settings.store_url)
    require_current(records)
    node = open_node(settings, {})
    asked = {item.digest: item.query for item in node.read(questions.all_kept)}
    for digest, number in sorted(notes_per_query(records).items()):
        name = asked[digest].question if digest in asked else "-"
        say(f"{digest[:12]} {name}: {number} {tr('cliënten', 'clients')}")
    if output is None:
        return
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(HEADER)
    first = since.date() if since is not None else date.min
    for note in read_notes(records, load_keys(settings.record_keys_path), first):
        query = asked.get(note.query)
        about = (query.question, query.requester, _plain(query.purpose)) if query else ("",) * 3
        writer.writerow((note.bsn.digits, note.on.isoformat(), note.query[:12], *about))
    write_private(output, text.getvalue().encode("utf-8"))
    say(
        tr(
            f"De aantekeningen staan in {output}. Er staan BSN's in: zet ze in de dossiers en wis "
            "het bestand.",
            f"The notes are in {output}, with BSNs: put them in the clients' files and erase it.",
        )
    )


def _plain(text: str) -> str:
    # Somebody else wrote it: a spreadsheet must not take it for a formula.
    return f"'{text}" if text[:1] in tuple("=+-@\t\r") else text
