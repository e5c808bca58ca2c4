# SPDX-License-Identifier: EUPL-1.2
"""Building SVG: elements by ElementTree, so that names and texts can never break the XML."""

import re
from typing import Any, TypeAlias
from xml.etree import ElementTree as ET

from ontschot.portal.figures.theme import Token, stylesheet

Value: TypeAlias = str | float | None
"""Of an attribute: text, pixels, or left out."""

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"
_WIDTH_OF_CHARACTER = 0.535
"""Mean width of a character of running text in the fonts above, as part of the font size."""

_BOLD_FACTOR = 1.08


def root(width: float, title: str, description: str, prefix: str) -> ET.Element:
    """Return an ``<svg>`` that says what it is to a screen reader; its height comes later.

    Args:
        width: of the drawing in pixels; it scales to its container.
        title: short name.
        description: what there is to see, in words.
        prefix: begins every id, so that several figures can stand on one page.
    """
    svg = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "width": number(width),
            "role": "img",
            "aria-labelledby": f"{prefix}-title {prefix}-desc",
            "font-family": _FONT,
            "class": "figure",
        },
    )
    add(svg, "title", title, id=f"{prefix}-title")
    add(svg, "desc", description, id=f"{prefix}-desc")
    return svg


def add(
    parent: ET.Element, tag: str, content: str | None = None, **attributes: Value
) -> ET.Element:
    """Add an element; ``class_`` and ``stroke_width`` become ``class`` and ``stroke-width``."""
    named = {
        key.rstrip("_").replace("_", "-"): value if isinstance(value, str) else number(value)
        for key, value in attributes.items()
        if value is not None
    }
    element = ET.SubElement(parent, tag, named)
    if content is not None:
        element.text = clean(content)
    return element


def fill(token: Token) -> dict[str, Any]:
    """Return the attributes that fill with a colour, in light and in dark."""
    return {"fill": token.light, "class_": f"f-{token.name}"}


def stroke(token: Token, width: float) -> dict[str, Any]:
    """Return the attributes of a line without fill."""
    return {
        "fill": "none",
        "stroke": token.light,
        "stroke_width": width,
        "class_": f"s-{token.name}",
    }


def text(
    parent: ET.Element,
    x: float,
    y: float,
    content: str,
    token: Token,
    *,
    size: float = 13,
    bold: bool = False,
    anchor: str | None = None,
) -> ET.Element:
    """Add one line of text with its baseline at y."""
    weight = "600" if bold else None
    return add(
        parent,
        "text",
        content,
        x=x,
        y=y,
        font_size=size,
        font_weight=weight,
        text_anchor=anchor,
        **fill(token),
    )


def halo_text(
    parent: ET.Element,
    x: float,
    y: float,
    content: str,
    token: Token,
    around: Token,
    *,
    size: float,
) -> None:
    """Add a centred bold line with an edge around its letters, readable on any ground."""
    line = text(parent, x, y, content, token, size=size, bold=True, anchor="middle")
    edge = {
        "stroke": around.light,
        "stroke-width": "4",
        "stroke-linejoin": "round",
        "paint-order": "stroke",
        "pointer-events": "none",
        "class": f"f-{token.name} s-{around.name}",
    }
    for name, value in edge.items():
        line.set(name, value)


def paragraph(
    parent: ET.Element,
    x: float,
    y: float,
    content: str,
    token: Token,
    *,
    width: float,
    size: float = 13,
    bold: bool = False,
) -> float:
    """Add wrapped text from baseline y; return the baseline for what comes after it."""
    for line in wrap(content, width, size, bold=bold):
        text(parent, x, y, line, token, size=size, bold=bold)
        y += size * 1.4
    return y


def wrap(content: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """Return ``content`` in lines of about ``width`` pixels; a longer word stands alone."""
    lines: list[str] = []
    for word in content.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, bold=bold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def text_width(content: str, size: float, *, bold: bool = False) -> float:
    """Return about how many pixels wide a text is."""
    return len(content) * size * _WIDTH_OF_CHARACTER * (_BOLD_FACTOR if bold else 1)


def render(svg: ET.Element, *, standalone: bool) -> str:
    """Return the SVG as text; a standalone one carries the stylesheet for dark mode itself."""
    if standalone:
        style = ET.Element("style")
        style.text = stylesheet()
        svg.insert(2, style)
    return ET.tostring(svg, encoding="unicode")


def clean(content: str) -> str:
    """Return ``content`` without the characters that XML 1.0 cannot hold."""
    return _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", content)


def number(value: float) -> str:
    """Return a coordinate to a tenth of a pixel, without trailing zero."""
    return f"{value:.1f}".removesuffix(".0")
