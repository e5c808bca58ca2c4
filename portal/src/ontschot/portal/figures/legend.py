# SPDX-License-Identifier: EUPL-1.2
"""A legend: a heading and samples of fills with what they mean."""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from ontschot.portal.figures import svg, theme
from ontschot.portal.figures.looks import Look

_ROW = 22.0
_SWATCH = (24.0, 15.0)


def draw_legend(
    parent: ET.Element,
    x: float,
    y: float,
    heading: tuple[str, str],
    samples: Sequence[tuple[Look, str]],
    width: float,
) -> float:
    """Draw a legend from baseline y; return the y below it.

    Args:
        parent: where to draw.
        x: left side in pixels.
        y: baseline of the first line.
        heading: title and subtitle; empty ones are left out.
        samples: fills and their meanings.
        width: for wrapping.
    """
    title, subtitle = heading
    if title:
        y = svg.paragraph(parent, x, y, title, theme.INK, width=width, size=14, bold=True)
    if subtitle:
        y = svg.paragraph(parent, x, y - 2, subtitle, theme.MUTED, width=width, size=12)
    y -= 8
    for look, label in samples:
        svg.add(
            parent, "rect", x=x, y=y, width=_SWATCH[0], height=_SWATCH[1], rx=2, fill=look.paint,
            stroke=theme.HATCH.light, stroke_width=0.6,
            class_=f"s-{theme.HATCH.name} {look.css}".rstrip(),
        )  # fmt: skip
        svg.text(parent, x + _SWATCH[0] + 9, y + 12, label, theme.INK, size=13)
        y += _ROW
    return y
