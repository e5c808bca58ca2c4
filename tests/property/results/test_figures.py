# SPDX-License-Identifier: EUPL-1.2
"""What holds for every picture: valid XML, nothing lost in joining areas, classes that cover."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ontschot.coordinator.results import Area
from ontschot.portal.figures.chart import IntervalChart, panel_of_output
from ontschot.portal.figures.classes import scale_of
from ontschot.portal.figures.map import ChoroplethMap
from ontschot.portal.figures.shapes import Projection, Ring, outline, path_data, read_features
from ontschot.portal.figures.svg import text_width, wrap
from ontschot.protocol.language import Language
from unit.coordinator.results.samples import grid, q01
from unit.portal.samples import BUURTEN, boundaries, read

SVG = "{http://www.w3.org/2000/svg}"
QUANTA = st.integers(-(10**9), 10**9)
LANGUAGES: st.SearchStrategy[Language] = st.sampled_from(("nl", "en"))
VALUES = st.floats(-1e9, 1e9, allow_nan=False)


def area(ring: Ring) -> float:
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return abs(sum(x * b - a * y for (x, y), (a, b) in pairs)) / 2


@settings(max_examples=60, deadline=None)
@given(st.lists(QUANTA, min_size=4, max_size=4), st.text(max_size=20), LANGUAGES)
def test_every_map_and_chart_is_valid_and_says_every_value(
    quanta: list[int], name: str, language: Language
) -> None:
    first = Area(BUURTEN[0].code, name, BUURTEN[0].slots)
    answer = read(q01([first, *BUURTEN[1:]], quanta))
    table = answer.table()
    drawing = ChoroplethMap(answer, table, 0, boundaries(), language=language).render()
    chart = IntervalChart(answer, table, panel_of_output(table, 0), language=language).render()
    for text in (drawing, chart):
        svg = ET.fromstring(text.encode())  # noqa: S314 - our own text
        titles = " ".join(node.text or "" for node in svg.iter(f"{SVG}title"))
        for row in table.areas:
            assert row.figures[0].shown.text.of(language) in titles


@given(st.sets(st.integers(0, 24), min_size=1))
def test_joining_squares_keeps_their_area(chosen: set[int]) -> None:
    features = read_features(grid([f"F{i}" for i in range(25)], columns=5))
    rings = [ring for i in chosen for ring in features[i].rings]
    edges: dict[frozenset[tuple[float, float]], int] = {}
    for ring in outline(rings):
        for a, b in zip(ring, ring[1:] + ring[:1], strict=True):
            edges[frozenset((a, b))] = edges.get(frozenset((a, b)), 0) + 1
    assert all(count == 1 for count in edges.values())
    # Squares side by side hide both copies of their common edge.
    shared = sum((i + 1 in chosen and i % 5 < 4) + (i + 5 in chosen) for i in chosen)
    assert len(edges) == 4 * len(chosen) - 2 * shared


@given(st.permutations([f"F{i}" for i in range(9)]), st.floats(50, 2_000))
def test_everything_lies_within_the_box(codes: list[str], width: float) -> None:
    features = read_features(grid(codes))
    projection = Projection.fit(features, width, 300)
    assert projection.width <= width + 1e-6
    assert projection.height <= 300 + 1e-6
    for feature in features:
        for ring in feature.rings:
            for x, y in map(projection.point, ring):
                assert -1e-6 <= x <= projection.width + 1e-6
                assert -1e-6 <= y <= projection.height + 1e-6
        assert path_data(feature.rings, projection).endswith("z")


@given(st.lists(VALUES, max_size=60))
def test_classes_cover_all_values_and_none_is_empty(values: list[float]) -> None:
    scale = scale_of(values)
    assert 1 <= scale.classes <= 5
    assert list(scale.breaks) == sorted(set(scale.breaks))
    found = {scale.index(value) for value in values}
    assert found <= set(range(scale.classes))
    if values:
        assert found == set(range(scale.classes))


@given(st.text(max_size=200), st.floats(20, 900))
def test_wrapping_keeps_every_word_in_order(content: str, width: float) -> None:
    lines = wrap(content, width, 13)
    assert " ".join(lines).split() == content.split()
    for line in lines:
        assert text_width(line, 13) <= width or " " not in line


def test_the_area_helper_measures() -> None:
    assert area([(0.0, 0.0), (2.0, 0.0), (2.0, 3.0), (0.0, 3.0)]) == pytest.approx(6)
