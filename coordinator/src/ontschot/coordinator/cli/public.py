# SPDX-License-Identifier: EUPL-1.2
"""``build-universe``: public address file in, universe and area maps out."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from ontschot.coordinator.cli.screen import console, read, say
from ontschot.protocol.language import tr
from ontschot.protocol.universe import ENCODER, MAPS, Universe, area_map
from ontschot.protocol.universe.geometry import area_names, read_buurten
from ontschot.protocol.universe.source import read as read_addresses


def build_universe(
    addresses: Annotated[
        Path, typer.Argument(help=tr("Openbaar adresbestand.", "Public address file."))
    ],
    output: Annotated[Path, typer.Option(help=tr("Map voor de uitkomst.", "Output folder."))],
    year: Annotated[int, typer.Option(help=tr("Jaar van de indeling.", "Year of the areas."))],
    boundaries: Annotated[
        Path | None,
        typer.Option(help=tr("GeoJSON van de buurten, voor namen.", "GeoJSON, for names.")),
    ] = None,
) -> None:
    """Maak de lijst van adressen en de kaarten, met de regels voor het rooster."""
    output.mkdir(parents=True, exist_ok=True)
    names = area_names(read_buurten(read(boundaries))) if boundaries else {}
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task(tr("Adressen", "Addresses"), total=addresses.stat().st_size)
        listings = read_addresses(
            addresses, progress=lambda done, _total: progress.update(task, completed=done)
        )
        universe = Universe.build(listings, year)
    universe.save(output / "universe")
    maps = []
    for level, minimum in MAPS:
        found = area_map(universe, level, minimum, names)
        (output / f"{level}-{minimum}.map").write_bytes(found.to_bytes())
        maps.append({"level": level, "minimum": minimum, "hash": found.digest})
    listed = {
        "hash": universe.digest,
        "encoder": ENCODER,
        "area_maps": sorted({item["hash"] for item in maps}),
    }
    summary = {"slots": universe.slots, "year": year, "maps": maps, "roster": listed}
    (output / "universe.json").write_text(json.dumps(summary, indent=2), "utf-8")
    say(tr(f"{universe.slots} plaatsen in {output}.", f"{universe.slots} slots in {output}."))
