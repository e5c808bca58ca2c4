# SPDX-License-Identifier: EUPL-1.2
"""The real boundaries of two gemeenten: 104 buurten of CBS and Kadaster (CC BY 4.0)."""

import json
import os
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from ontschot.coordinator.results import Area
from ontschot.portal.figures.map import ChoroplethMap
from ontschot.portal.figures.shapes import Ring, outline, read_features
from unit.coordinator.results.samples import q01
from unit.portal.samples import read

pytestmark = pytest.mark.testdata

SVG = "{http://www.w3.org/2000/svg}"
PATH = (
    Path(os.environ.get("ONTSCHOT_TEST_DATA", "../shared/data"))
    / "cbs"
    / "buurten_2023_GM0642_GM0531.geojson"
)


@pytest.fixture(scope="module")
def buurten() -> dict[str, Any]:
    if not PATH.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"public test data is missing: {PATH}")
        pytest.skip(f"public test data is missing: {PATH} (set ONTSCHOT_TEST_DATA)")
    document: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))
    return document


def area(ring: Ring) -> float:
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return abs(sum(x * b - a * y for (x, y), (a, b) in pairs)) / 2


def test_a_gemeente_is_the_outline_of_its_buurten(buurten: dict[str, Any]) -> None:
    features = read_features(buurten)
    for number, count in (("0642", 92), ("0531", 12)):
        members = [f for f in features if f.code[2:6] == number]
        assert len(members) == count
        whole = outline(ring for f in members for ring in f.rings)
        parts = sum(area(ring) for f in members for ring in f.rings)
        assert max(area(ring) for ring in whole) == pytest.approx(parts, rel=0.02)
        assert len(whole) < 12


def test_every_buurt_is_drawn_in_a_file_of_reasonable_size(buurten: dict[str, Any]) -> None:
    areas = [
        Area(f["id"], f["properties"]["buurtnaam"], f["properties"]["aantalHuishoudens"] or 0)
        for f in buurten["features"]
    ]
    answer = read(q01(areas, [max(1, a.slots) * 15 for a in areas]))
    text = ChoroplethMap(answer, answer.table(), 0, buurten).render()
    svg = ET.fromstring(text)  # noqa: S314 - our own text
    assert len(svg.findall(f"{SVG}defs/{SVG}path")) == 104
    assert all(path.get("d") for path in svg.findall(f"{SVG}defs/{SVG}path"))
    assert len(text) < 200_000
