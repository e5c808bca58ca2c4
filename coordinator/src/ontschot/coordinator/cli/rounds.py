# SPDX-License-Identifier: EUPL-1.2
"""``open-round`` and ``close-round``: a measurement round over a universe and a period."""

from pathlib import Path
from typing import Annotated

import typer

from ontschot.coordinator.cli.screen import Home, open_office, read, say
from ontschot.coordinator.releases import closing
from ontschot.coordinator.rounds import service
from ontschot.coordinator.rounds.universes import read_folder
from ontschot.coordinator.settings import load_settings
from ontschot.protocol.catalogue.definitions import definition
from ontschot.protocol.documents.rounds import Round
from ontschot.protocol.language import tr


def open_round(
    home: Home,
    name: Annotated[str, typer.Argument(help=tr("Naam van de meetronde.", "Name of the round."))],
    universe: Annotated[Path, typer.Option(help=tr("Map van build-universe.", "Its folder."))],
    first_day: Annotated[str, typer.Option(help="2024-01-01")],
    last_day: Annotated[str, typer.Option(help="2024-12-31")],
    question: Annotated[
        list[str], typer.Option(help=tr("Vraag uit de catalogus.", "Question of the catalogue."))
    ],
    reference_date: Annotated[
        str | None, typer.Option(help=tr("Peildatum; anders de laatste dag.", "Reference date."))
    ] = None,
    boundaries: Annotated[
        Path | None, typer.Option(help=tr("GeoJSON voor kaarten.", "GeoJSON for maps."))
    ] = None,
) -> None:
    """Open een meetronde."""
    folder = read_folder(universe)
    variables = {v.id: v for one in question for v in definition(one).variables}
    round_ = Round(
        id=name,
        federation=load_settings(home).federation,
        period_from=first_day,
        period_to=last_day,
        reference_date=reference_date or last_day,
        universe=folder.universe,
        slots=folder.slots,
        area_maps=list(folder.maps),
        variables=[variables[key] for key in sorted(variables)],
    )
    shapes = read(boundaries) if boundaries else None
    office = open_office(home)
    digest = office.act(lambda desk: service.open_round(desk, round_, folder.files, shapes))
    say(tr(f"Meetronde {name} is open: {digest[:12]}", f"Round {name} is open: {digest[:12]}"))


def close_round(
    home: Home,
    name: Annotated[str, typer.Argument(help=tr("Naam van de meetronde.", "Name of the round."))],
    yes: Annotated[
        bool, typer.Option("--yes", help=tr("Niet om bevestiging vragen.", "Do not ask."))
    ] = False,
) -> None:
    """Sluit een meetronde: open vragen stoppen, en de helpers wissen wat zij hebben."""
    office = open_office(home)
    digest = office.act(lambda desk: service.by_name(desk.connection, name)).digest
    if not yes:
        typer.confirm(
            tr(
                f"Meetronde {name} sluiten? De helpers wissen dan alles. Dat kan niet terug.",
                f"Close round {name}? The helpers then erase everything. It cannot be undone.",
            ),
            abort=True,
        )
    office.act(lambda desk: closing.close_round(desk, digest))
    say(
        tr(
            f"Meetronde {name} is gesloten. De helpers is gevraagd om te wissen.",
            f"Round {name} is closed. The helpers were asked to erase.",
        )
    )
    erased = office.act(lambda desk: closing.erased_by(desk.connection, digest))
    for helper, number in sorted(erased.items()):
        say(
            tr(
                f"{helper} tekende dat de gegevens van {number} aanbieders gewist zijn.",
                f"{helper} signed that the data of {number} providers are erased.",
            )
        )
