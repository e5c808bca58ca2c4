# SPDX-License-Identifier: EUPL-1.2
"""``open-round``: a measurement round over a universe and a period."""

from pathlib import Path
from typing import Annotated

import typer

from ontschot.coordinator.cli.screen import Home, open_office, read, say
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
