# SPDX-License-Identifier: EUPL-1.2
import re
from xml.etree import ElementTree as ET

import pytest

from ontschot.portal.figures.chart import (
    NARROW,
    WIDE,
    ChartLayout,
    IntervalChart,
    panel_of_output,
    panels_by_area,
)
from unit.portal.samples import q01, q13

SVG = "{http://www.w3.org/2000/svg}"
Q13 = q13()
GEMEENTE = Q13.table("providers-gemeente")


def draw(chart: IntervalChart) -> ET.Element:
    return ET.fromstring(chart.render())  # noqa: S314 - our own text


def gemeente(layout: ChartLayout = WIDE) -> ET.Element:
    panels = panels_by_area(GEMEENTE, "nl", derived=False)
    return draw(IntervalChart(Q13, GEMEENTE, panels, layout=layout))


@pytest.mark.parametrize("layout", [WIDE, NARROW])
def test_the_chart_is_one_closed_file(layout: ChartLayout) -> None:
    svg = gemeente(layout)
    text = ET.tostring(svg, encoding="unicode")
    assert svg.get("role") == "img"
    assert svg.get("width") == str(int(layout.card.width))
    assert not re.search(r"https?://(?!www\.w3\.org/)|<script|\bon\w+=", text)


def test_there_is_a_line_for_every_figure_and_a_dot_where_it_is_shown() -> None:
    svg = gemeente()
    rows = [g for g in svg.iter(f"{SVG}g") if g.find(f"{SVG}title") is not None]
    assert len(rows) == 10
    for row, figure in zip(
        rows, [f for area in GEMEENTE.areas for f in area.figures[:5]], strict=True
    ):
        dots = row.findall(f"{SVG}circle")
        assert len(dots) == (figure.shown.value is not None)
        dashed = [p for p in row.findall(f"{SVG}path") if p.get("stroke-dasharray")]
        assert len(dashed) == (figure.shown.value is None)
        assert figure.shown.text.nl in row.findtext(f"{SVG}title", "")


def test_positions_follow_one_scale_from_zero() -> None:
    svg = gemeente()
    ticks = {
        t.text: float(t.get("x", 0))
        for t in svg.iter(f"{SVG}text")
        if t.get("text-anchor") == "middle"
    }
    per_household = (ticks["2.000"] - ticks["0"]) / 2_000
    dots = [float(c.get("cx", 0)) for g in svg.iter(f"{SVG}g") for c in g.iter(f"{SVG}circle")]
    shown = [
        f.shown.value
        for area in GEMEENTE.areas
        for f in area.figures[:5]
        if f.shown.value is not None
    ]
    expected = [ticks["0"] + value * per_household for value in shown]
    assert dots == pytest.approx(expected, abs=0.2)


def test_a_chart_of_areas_is_highest_first() -> None:
    table = Q13.table("providers-wijk")
    (panel,) = panel_of_output(table, 0)
    values = [row.figure.value for row in panel.rows]
    assert values == sorted(values, reverse=True)


def test_derived_outcomes_have_their_own_panels() -> None:
    (first, _) = panels_by_area(GEMEENTE, "en", derived=True)
    assert [row.label for row in first.rows] == [
        "1 provider or more",
        "2 providers or more",
        "3 providers or more",
        "4 providers or more",
    ]


def test_euros_and_long_names_fit() -> None:
    answer = q01()
    table = answer.table()
    long = table.areas[0].model_copy(update={"name": "Een heel lange naam " * 10})
    table = table.model_copy(update={"areas": (long, *table.areas[1:])})
    svg = draw(IntervalChart(answer, table, panel_of_output(table, 0), output=table.outputs[0]))
    labels = [t.text or "" for t in svg.iter(f"{SVG}text")]
    assert any(label.endswith("…") for label in labels)
    assert "€ 900.000" in labels
    assert max(len(label) for label in labels if label.endswith("…")) < 40


def test_an_empty_chart_can_still_be_drawn() -> None:
    assert draw(IntervalChart(Q13, GEMEENTE, [])).get("role") == "img"
