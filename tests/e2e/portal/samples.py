# SPDX-License-Identifier: EUPL-1.2
"""A coordinator with made-up answers over real or drawn boundaries, for a portal to read."""

import json
import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from fastapi import FastAPI
from numpy.typing import NDArray

from ontschot.coordinator.releases.wording import labels, table_title
from ontschot.coordinator.rest import create_app
from ontschot.coordinator.results import Area, Block, Result, build_result
from ontschot.protocol.catalogue.definitions import definitions
from ontschot.protocol.catalogue.planning import plan_blocks
from ontschot.protocol.documents.rounds import Level
from ontschot.protocol.language import Text
from unit.coordinator.rest.readers import CONTACT, PUBLIC_URL, MemoryReader
from unit.coordinator.results.samples import (
    GEMEENTEN,
    METADATA,
    bins_block,
    grid,
    q01,
)

MADE_UP = Text("Deze cijfers zijn verzonnen.", "These figures are made up.")
REFERRERS = (
    Text("Gemeente", "Municipality"),
    Text("Huisarts", "General practitioner"),
    Text("Jeugdarts", "Youth physician"),
    Text("Gecertificeerde instelling", "Certified institution"),
    Text("Medisch specialist", "Medical specialist"),
    Text("Zelf of geen verwijzer", "Self or no referrer"),
    Text("Rechter of justitie", "Court or justice"),
    Text("Anders of onbekend", "Other or unknown"),
)
DATA = Path(os.environ.get("ONTSCHOT_TEST_DATA", "../shared/data"))
BUURTEN = DATA / "cbs" / "buurten_2023_GM0642_GM0531.geojson"


def drawn_boundaries() -> dict[str, Any]:
    """Return 40 square buurten in two gemeenten of two wijken each."""
    codes = [f"BU0642{wijk:02}{n:02}" for wijk in (1, 2) for n in range(12)]
    codes += [f"BU0531{wijk:02}{n:02}" for wijk in (1, 2) for n in range(8)]
    return grid(codes, columns=8)


def households(boundaries: dict[str, Any]) -> dict[str, int]:
    """Return addresses by buurt: of CBS where they are, else made up."""
    rng = np.random.default_rng(1)
    made_up = rng.integers(0, 900, len(boundaries["features"]))
    return {
        feature["id"]: int(feature["properties"].get("aantalHuishoudens", count) or 0)
        for feature, count in zip(boundaries["features"], made_up, strict=True)
    }


def merged_areas(boundaries: dict[str, Any], minimum: int) -> list[Area]:
    """Return buurten of at least ``minimum`` addresses; smaller ones merge within their wijk."""
    slots = households(boundaries)
    names = {f["id"]: f["properties"]["buurtnaam"] for f in boundaries["features"]}
    small: dict[str, list[str]] = defaultdict(list)
    areas = []
    for code, count in slots.items():
        if count >= minimum:
            areas.append(Area(code, names[code], count))
        else:
            small[code[2:8]].append(code)
    for wijk, codes in small.items():
        total = sum(slots[code] for code in codes)
        if total >= minimum:
            areas.append(Area(f"BU{wijk}XX", f"Rest van wijk {wijk[4:]}", total, tuple(codes)))
    return areas


def wijken(boundaries: dict[str, Any]) -> list[Area]:
    """Return the wijken with their addresses."""
    total: dict[str, int] = defaultdict(int)
    for code, count in households(boundaries).items():
        total[code[2:8]] += count
    return [
        Area(f"WK{number}", f"Wijk {number[4:]} van {number[:4]}", count)
        for number, count in total.items()
        if count >= 100
    ]


def answers(boundaries: dict[str, Any]) -> list[Result]:
    """Return Q01, Q06, Q13, Q17 and Q22 with noise, over ``boundaries``."""
    made_up = (MADE_UP,)
    return [
        _q01(boundaries),
        _q06(boundaries, made_up),
        _q13(boundaries),
        _q17(boundaries),
        _q22(boundaries, made_up),
    ]


def coordinator(boundaries: dict[str, Any]) -> FastAPI:
    """Return the coordinator's REST interface with these answers."""
    levels: tuple[Level, ...] = ("buurt", "wijk", "gemeente")
    reader = MemoryReader(answers(boundaries), dict.fromkeys(levels, boundaries))
    return create_app(reader, contact=CONTACT, public_url=PUBLIC_URL)


def real_boundaries() -> dict[str, Any]:
    """Return the 104 buurten of Zwijndrecht and Hendrik-Ido-Ambacht (CBS/Kadaster, CC BY 4.0)."""
    document: dict[str, Any] = json.loads(BUURTEN.read_text(encoding="utf-8"))
    return document


def _noisy(values: NDArray[np.float64], sigma: float, seed: int) -> NDArray[np.int64]:
    noise = np.random.default_rng(seed).normal(0, sigma * np.sqrt(2), values.shape)
    return np.round(values + noise).astype(np.int64)


def _shares(areas: Sequence[Area], seed: int) -> NDArray[np.float64]:
    slots = np.array([area.slots for area in areas], dtype=np.float64)
    return slots * np.random.default_rng(seed).beta(6, 40, len(areas))


def _q01(boundaries: dict[str, Any]) -> Result:
    areas = merged_areas(boundaries, 250)
    quanta = _shares(areas, 2) * 95
    return q01(areas, _noisy(quanta, 900, 3), Fraction(900), (MADE_UP,))


def _q06(boundaries: dict[str, Any], remarks: tuple[Text, ...]) -> Result:
    areas = merged_areas(boundaries, 100)
    buurt = _noisy(_shares(areas, 4), 5, 5)
    gemeente = np.array([2_605, 1_511], dtype=np.int64)
    metadata = replace(
        METADATA,
        result_id="q06-2025",
        question="Q06",
        title=Text("Huishoudens met hulp", "Households with care"),
        wording=Text("In hoeveel huishoudens is er hulp?", "In how many households is there care?"),
        remarks=remarks,
        pilot=True,
    )
    return build_result(
        metadata,
        [_count("gemeente", GEMEENTEN, gemeente, 6), _count("buurt", areas, buurt, 5)],
    )


def _q17(boundaries: dict[str, Any]) -> Result:
    areas = wijken(boundaries)
    definition = definitions()["Q17"]
    variable = definition.variable("duration-jw-wijk")
    maps = dict.fromkeys([("gemeente", 100), ("wijk", 100)], "0" * 64)
    blocks = plan_blocks(definition, maps, 10**10, household_providers=3)  # type: ignore[arg-type]
    shares = np.array([0.22, 0.31, 0.16, 0.11, 0.05, 0.04, 0.02])
    sums = np.array([area.slots for area in areas])[:, None] * 0.3 * shares
    metadata = replace(
        METADATA,
        result_id="q17-2025",
        question="Q17",
        title=definition.title.text,
        wording=definition.question.text,
        protected_unit=Text("één huishouden, bij één aanbieder", "one household, at one provider"),
    )
    block = Block(
        id="jw-wijk",
        title=table_title(blocks[1], variable),
        level="wijk",
        statistic="sum",
        labels=labels(blocks[1], variable),
        quantum_cents=1,
        sigma=Fraction(9),
        noise="nodes",
        cap=3,
        areas=tuple(areas),
        sums=_noisy(sums, 15, 17),
        counts="trajects",
        node_sigmas=(Fraction(9),) * 6,
    )
    return build_result(metadata, [block])


def _q22(boundaries: dict[str, Any], remarks: tuple[Text, ...]) -> Result:
    areas = wijken(boundaries)
    shares = np.array([0.22, 0.31, 0.06, 0.11, 0.05, 0.14, 0.02, 0.01])
    sums = np.array([area.slots for area in areas])[:, None] * 0.12 * shares
    metadata = replace(
        METADATA,
        result_id="q22-2025",
        question="Q22",
        title=Text("Verwijzer", "Referrer"),
        wording=Text("Wie verwijst naar hulp?", "Who refers people to care?"),
        protected_unit=Text("één huishouden, bij hoogstens 3 aanbieders", "one household, at 3"),
        remarks=remarks,
    )
    block = Block(
        id="referrers-wijk",
        title=Text("Toewijzingen per verwijzer", "Allocations per referrer"),
        level="wijk",
        statistic="sum",
        labels=REFERRERS,
        quantum_cents=1,
        sigma=Fraction(30),
        noise="full",
        cap=2,
        areas=tuple(areas),
        sums=_noisy(sums, 30, 22),
    )
    return build_result(metadata, [block])


def _count(level: Level, areas: Sequence[Area], sums: NDArray[np.int64], sigma: int) -> Block:
    return Block(
        id=f"jw-{level}",
        title=Text("Jeugdhulp", "Youth care"),
        level=level,
        statistic="at-least",
        labels=(Text("Huishoudens met jeugdhulp", "Households with youth care"),),
        quantum_cents=1,
        sigma=Fraction(sigma),
        noise="full",
        cap=None,
        areas=tuple(areas),
        sums=sums.reshape(len(areas), 1),
    )


def _q13(boundaries: dict[str, Any]) -> Result:
    areas = wijken(boundaries)
    slots = np.array([[area.slots] for area in areas], dtype=np.float64)
    wijk = _noisy(slots * np.array([[0.10, 0.035, 0.014, 0.005, 0.002]]), 4, 6)
    gemeente = [[1_900, 610, 240, 83, 41], [1_010, 333, 118, 37, 9]]
    return build_result(
        replace(METADATA, remarks=(MADE_UP,)),
        [bins_block(gemeente), bins_block(wijk, areas, Fraction(4))],
    )
