# SPDX-License-Identifier: EUPL-1.2
"""Made-up releases and boundaries, for every test that needs a published answer."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ontschot.coordinator.results import (
    Area,
    Block,
    HelperSignature,
    Metadata,
    Result,
    build_result,
    clamp_text,
)
from ontschot.protocol.documents.rounds import Level
from ontschot.protocol.language import Text

HOUSEHOLD = Text("een huishouden", "a household")
BIN_LABELS = (
    *(Text(f"{k} aanbieder{'s' * (k > 1)}", f"{k} provider{'s' * (k > 1)}") for k in range(1, 5)),
    Text("5 aanbieders of meer", "5 providers or more"),
)
AT_LEAST_LABELS = tuple(
    Text(f"{k} aanbieder{'s' * (k > 1)} of meer", f"{k} provider{'s' * (k > 1)} or more")
    for k in range(1, 5)
)
METADATA = Metadata(
    result_id="q13-2025",
    question="Q13",
    title=Text("Aantal hulpverleners in een gezin", "Number of providers in a family"),
    wording=Text("Hoeveel organisaties komen bij één gezin?", "How many organisations help?"),
    round_id="nulmeting-2025",
    first_day=date(2025, 1, 1),
    last_day=date(2025, 12, 31),
    purpose=Text("Zien waar veel hulp samenkomt.", "See where much care comes together."),
    protected_unit=Text("een huishouden, over alle aanbieders samen", "a household, everywhere"),
    counted="households",
    rho=Fraction(24_356_000_000, 10**12),
    epsilon=Fraction(1),
    delta=Fraction(1, 10**6),
    clamp=clamp_text(None, HOUSEHOLD),
    participants=6,
    coverage=Text("6 aanbieders, samen ongeveer 80 % van de hulp", "6 providers, about 80 %"),
    manifest_hash="ab" * 32,
    signatures=(
        HelperSignature("A", "Stichting Rekenhulp", "01" * 64),
        HelperSignature("B", "Universiteit Noord", "02" * 64),
    ),
    published_at=datetime(2026, 3, 2, 9, 15, tzinfo=UTC),
)
GEMEENTEN = (Area("GM0642", "Zwijndrecht", 20_490), Area("GM0531", "Hendrik-Ido-Ambacht", 12_650))
WIJKEN = (
    Area("WK064201", "Wijk 01", 2_300),
    Area("WK064202", "Wijk 02", 1_900),
    Area("WK053101", "Wijk Dorp", 4_800),
)


def bins_block(
    sums: ArrayLike, areas: Sequence[Area] = GEMEENTEN, sigma: Fraction = Fraction(9, 2)
) -> Block:
    """Return a block of Q13: households by number of providers."""
    level: Level = "gemeente" if areas[0].code.startswith("GM") else "wijk"
    return Block(
        id=f"providers-{level}",
        title=Text("Huishoudens naar aantal aanbieders", "Households by number of providers"),
        level=level,
        statistic="bins",
        labels=BIN_LABELS,
        quantum_cents=1,
        sigma=sigma,
        noise="full",
        cap=None,
        areas=tuple(areas),
        sums=np.array(sums, dtype=np.int64),
        cumulative_labels=AT_LEAST_LABELS,
    )


def sum_block(
    sums: ArrayLike, areas: Sequence[Area], sigma: Fraction = Fraction(700), name: str = "sum-buurt"
) -> Block:
    """Return a block of Q01: euros per area, in quanta of EUR 100, capped at EUR 50,000."""
    return Block(
        id=name,
        title=Text("Kosten van hulp", "Cost of care"),
        level="buurt",
        statistic="capped",
        labels=(Text("Kosten in euro's", "Cost in euros"),),
        quantum_cents=10_000,
        sigma=sigma,
        noise="full",
        cap=500,
        areas=tuple(areas),
        sums=np.array(sums, dtype=np.int64).reshape(len(areas), 1),
    )


def q13() -> Result:
    """Return Q13 for two gemeenten and three wijken."""
    rng = np.random.default_rng(13)
    wijken = rng.integers(-10, 400, (3, 5))
    return build_result(
        METADATA,
        [
            bins_block([[1_900, 610, 240, 83, 41], [1_010, 333, 118, 37, -5]]),
            bins_block(wijken, WIJKEN, Fraction(5)),
        ],
    )


def q01(
    areas: Sequence[Area],
    sums: ArrayLike,
    sigma: Fraction = Fraction(700),
    remarks: tuple[Text, ...] = (),
) -> Result:
    """Return Q01 for buurten."""
    metadata = replace(
        METADATA,
        result_id="q01-2025",
        question="Q01",
        title=Text("Kosten per gebied", "Cost per area"),
        wording=Text("Hoeveel geld gaat er in dit gebied naar hulp?", "How much money goes here?"),
        clamp=clamp_text(5_000_000, HOUSEHOLD),
        published_at=datetime(2026, 3, 9, 9, 15, tzinfo=UTC),
        remarks=remarks,
    )
    return build_result(metadata, [sum_block(sums, areas, sigma)])


def square(code: str, column: int, row: int, name: str = "") -> dict[str, Any]:
    """Return a feature of 0.01 by 0.01 degrees, in a grid near Zwijndrecht."""
    west, south = round(4.6 + column / 100, 2), round(51.8 + row / 100, 2)
    east, north = round(west + 0.01, 2), round(south + 0.01, 2)
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "type": "Feature",
        "id": code,
        "properties": {"buurtnaam": name or code},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def grid(codes: Sequence[str], columns: int = 3) -> dict[str, Any]:
    """Return a FeatureCollection of squares that share their edges."""
    return {
        "type": "FeatureCollection",
        "features": [square(code, i % columns, i // columns) for i, code in enumerate(codes)],
    }
