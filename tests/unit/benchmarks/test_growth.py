# SPDX-License-Identifier: EUPL-1.2
"""Drawings of how cost grows: complete, and readable as XML."""

from xml.etree import ElementTree as ET

import pytest

from benchmarks.command import PARTS
from benchmarks.growth import PLOTS, Plot, images, run
from benchmarks.lines import Line, drawn


def test_every_line_of_every_drawing_is_measured_and_drawn() -> None:
    small = {
        file: Plot(plot.title, plot.across, plot.amounts[:1], plot.lines)
        for file, plot in PLOTS.items()
        if file in ("bench-slots.svg", "bench-outputs.svg")
    }
    found = images(run(small), small)
    assert found.keys() == small.keys()
    for file, drawing in found.items():
        texts = "".join(ET.fromstring(drawing).itertext())  # noqa: S314  our own drawing
        assert all(line in texts for line in small[file].lines)


def test_the_page_shows_every_drawing() -> None:
    assert all(f"(images/{file})" in PARTS["growth"].text for file in PLOTS)


def test_more_work_stands_to_the_right_and_more_time_above() -> None:
    drawing = ET.fromstring(drawn("Cost", "slots", [Line("one", [(10, 1e-3), (1000, 1.0)])]))  # noqa: S314  idem
    first, last = (
        (float(dot.attrib["cx"]), float(dot.attrib["cy"]))
        for dot in drawing.iter("{http://www.w3.org/2000/svg}circle")
    )
    assert last[0] > first[0]
    assert last[1] < first[1]


@pytest.mark.parametrize("lines", [[], [Line("none", [])], [Line("x", [(1, 1)])] * 4])
def test_nothing_to_draw_is_refused(lines: list[Line]) -> None:
    with pytest.raises(ValueError, match=r"Cost|argument"):
        drawn("Cost", "slots", lines)
