# SPDX-License-Identifier: EUPL-1.2
"""The whole made-up world: a town, its people, their care, and the file of every provider.

What it is calibrated on, and what the tests hold it to:

* youth care, its split by stay, protection and probation: ``youth``;
* Wmo services per household: ``wmo``;
* **Half of the money for youth goes to about 3 % of the families** (Nulmeting Zwijndrecht, 2014).
  The article does not say of which families. We take families *in youth care*, as question Q10
  does: its classes hold households with care. In Voorbeeldstad these are some fifteen families of
  EUR 80,000 to 250,000 a year, what a child or two in the dearest stay costs. (Of all families with
  children, in care or not, 3 % is a fifth of those in care, and takes three quarters.)
* One family in about 10,000 households costs over EUR 500,000 (same source).
* Providers per household: mostly one, up to five or six (stacking follows from the above).
"""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ontschot_demo.addresses import write_addresses
from ontschot_demo.canaries import as_canaries
from ontschot_demo.files import ProviderFile, write_left_out, write_lines
from ontschot_demo.households import Population, populate
from ontschot_demo.lines import declare
from ontschot_demo.offers import OFFERS
from ontschot_demo.plans import Period, Plan, Trajecten, schedule
from ontschot_demo.records import Register, provider_files
from ontschot_demo.sampling import stream
from ontschot_demo.town import Town
from ontschot_demo.wmo import plan_wmo
from ontschot_demo.youth import assign, plan_youth

DEFAULT_PERIOD = Period(date(2024, 1, 1), date(2024, 12, 31))


@dataclass(frozen=True, slots=True)
class Options:
    """Choices for a world.

    ``bad_lines`` per file are put in on purpose (``mistakes``). ``canaries`` chooses amounts that
    can be recognised anywhere (``canaries``).
    """

    seed: int
    period: Period = DEFAULT_PERIOD
    bad_lines: int = 4
    canaries: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """A town and its providers' files; ``people`` and ``trajecten`` are how these came about."""

    town: Town
    people: Population
    trajecten: Trajecten
    files: tuple[ProviderFile, ...]


@dataclass(frozen=True, slots=True)
class Paths:
    """Where a world was written; providers by AGB code."""

    boundaries: Path
    addresses: Path
    lines: dict[str, Path]
    left_out: dict[str, Path]


def make_world(town: Town, options: Options) -> World:
    """Return a world in ``town``; the same options give the same world.

    Raises:
        ValueError: canaries for a town with too many clients.
    """
    seed = options.seed
    people = populate(stream(seed, "people"), town, options.period.first)
    plan = Plan()
    rng = stream(seed, "youth")
    youth = assign(rng, people)
    plan_youth(rng, people, youth, plan)
    plan_wmo(stream(seed, "wmo"), people, youth, plan)
    rng = stream(seed, "lines")
    trajecten = schedule(rng, plan, people, options.period)
    lines = declare(rng, trajecten, options.period)
    if options.canaries:
        home = people.household[trajecten.person[lines.traject]]
        lines = as_canaries(rng, lines, home, _provider(trajecten)[lines.traject])
    register = Register(town, people, trajecten, lines)
    return World(town, people, trajecten, provider_files(register, seed, options.bad_lines))


def write_world(directory: Path, world: World) -> Paths:
    """Write all files of a world below ``directory`` and return where they are.

    ``buurten.geojson`` and ``adressen.csv`` are public; every provider has a folder, named by its
    AGB code, with ``prestaties.csv`` and ``niet-meetellen.csv``.
    """
    directory.mkdir(parents=True, exist_ok=True)
    boundaries, addresses = directory / "buurten.geojson", directory / "adressen.csv"
    boundaries.write_text(json.dumps(world.town.boundaries, ensure_ascii=False), encoding="utf-8")
    write_addresses(addresses, world.town.addresses, world.town.buurten)
    paths = Paths(boundaries, addresses, {}, {})
    for file in world.files:
        agb = file.provider.agb
        folder = directory / agb
        folder.mkdir(exist_ok=True)
        paths.lines[agb] = folder / "prestaties.csv"
        paths.left_out[agb] = folder / "niet-meetellen.csv"
        write_lines(paths.lines[agb], file.lines)
        write_left_out(paths.left_out[agb], file.left_out)
    return paths


def _provider(trajecten: Trajecten) -> NDArray[np.int64]:
    return np.array([found.provider for found in OFFERS], dtype=np.int64)[trajecten.offer]
