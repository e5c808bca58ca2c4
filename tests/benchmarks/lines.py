# SPDX-License-Identifier: EUPL-1.2
"""Lines in a drawing: how cost grows with work, both on a scale of powers of ten."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import TypeAlias
from xml.etree import ElementTree as ET

from benchmarks.figures import number, written
from ontschot.portal.figures.svg import add, fill, render, root, stroke, text
from ontschot.portal.figures.theme import ACCENT, ALERT, GRID, INK, MUTED, SURFACE, Token

Point: TypeAlias = tuple[float, float]

COLOURS: tuple[Token, ...] = (ACCENT, ALERT, MUTED)
"""Of the lines, in order; a drawing has at most so many."""

WIDTH, HEIGHT = 640.0, 320.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 70.0, 24.0, 64.0, 48.0


@dataclass(frozen=True, slots=True)
class Line:
    """A line: its name, and its points (amount of work, seconds), all above zero."""

    name: str
    points: Sequence[Point]


@dataclass(frozen=True, slots=True)
class _Scale:
    """From the powers of ten ``low`` to ``high`` onto the pixels ``first`` to ``last``."""

    low: float
    high: float
    first: float
    last: float

    def __call__(self, value: float) -> float:
        part = (log10(value) - self.low) / (self.high - self.low)
        return self.first + part * (self.last - self.first)


def drawn(title: str, across: str, lines: Sequence[Line]) -> str:
    """Return an SVG with the lines, seconds upwards and ``across`` (what is counted) to the right.

    Raises:
        ValueError: no lines, more of them than there are colours, or a line without points.
    """
    if not lines or not all(line.points for line in lines):
        raise ValueError(title)
    svg = root(WIDTH, title, f"{title}: seconds against {across}.", "lines")
    svg.set("height", str(HEIGHT))
    svg.set("viewBox", f"0 0 {WIDTH:.0f} {HEIGHT:.0f}")
    add(svg, "rect", x=0, y=0, width=WIDTH, height=HEIGHT, **fill(SURFACE))
    text(svg, 16, 26, title, INK, size=15, bold=True)
    text(svg, WIDTH - _RIGHT, HEIGHT - 10, across, MUTED, anchor="end")
    x, y = _scales(lines)
    _grid(svg, lines, x, y)
    label = 16.0
    for line, colour in zip(lines, COLOURS[: len(lines)], strict=True):
        at = [(x(amount), y(seconds)) for amount, seconds in line.points]
        path = " L".join(f"{across_at:.1f} {up:.1f}" for across_at, up in at)
        add(svg, "path", d=f"M{path}", **stroke(colour, 2))
        for across_at, up in at:
            add(svg, "circle", cx=across_at, cy=up, r=3, **fill(colour))
        add(svg, "rect", x=label, y=40, width=12, height=4, **fill(colour))
        text(svg, label + 18, 47, line.name, INK, size=12)
        label += 36 + 6.6 * len(line.name)
    return render(svg, standalone=True) + "\n"


def _scales(lines: Sequence[Line]) -> tuple[_Scale, _Scale]:
    amounts = [log10(amount) for line in lines for amount, _ in line.points]
    seconds = [log10(one) for line in lines for _, one in line.points]
    wide = max(*amounts, min(amounts) + 0.1)
    low, high = floor(min(seconds)), ceil(max(seconds))
    return (
        _Scale(min(amounts), wide, _LEFT + 14, WIDTH - _RIGHT - 14),
        _Scale(low, max(high, low + 1), HEIGHT - _BOTTOM, _TOP),
    )


def _grid(svg: ET.Element, lines: Sequence[Line], x: _Scale, y: _Scale) -> None:
    for power in range(int(y.low), int(y.high) + 1):
        up = y(10.0**power)
        add(
            svg,
            "path",
            d=f"M{_LEFT:.1f} {up:.1f} L{WIDTH - _RIGHT:.1f} {up:.1f}",
            **stroke(GRID, 1),
        )
        text(svg, _LEFT - 8, up + 4, written(10.0**power, "s"), MUTED, size=12, anchor="end")
    for amount in sorted({amount for line in lines for amount, _ in line.points}):
        text(svg, x(amount), HEIGHT - _BOTTOM + 18, number(amount), MUTED, size=11, anchor="middle")
