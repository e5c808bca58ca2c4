# SPDX-License-Identifier: EUPL-1.2
"""Colours of the figures, in light and in dark.

Light colours are attributes in the drawing, so every viewer shows them; dark ones come by a
stylesheet. Value classes are told apart by lightness alone, so they survive every colour blindness
and a black-and-white print; a test measures that. In dark mode a higher value is brighter.
"""

from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Token:
    """A colour with a meaning; ``name`` begins no other token's CSS class."""

    name: str
    light: str
    dark: str


SURFACE = Token("surface", "#ffffff", "#15181c")
INK = Token("ink", "#1b1f24", "#eceff2")
MUTED = Token("muted", "#545c66", "#a9b2bc")
LINE = Token("line", "#ffffff", "#15181c")
EDGE = Token("edge", "#5b6570", "#c6ced6")
BORDER = Token("border", "#3c4550", "#c3cad2")
GRID = Token("grid", "#dfe3e8", "#343a42")
ACCENT = Token("accent", "#1f5a94", "#8cc0ee")
ALERT = Token("alert", "#9a3412", "#f5b08a")

CLASSES = (
    Token("class1", "#f6f5d2", "#27406b"),
    Token("class2", "#a3d5a8", "#2b6a88"),
    Token("class3", "#57b0a9", "#46998d"),
    Token("class4", "#2c7ba1", "#96c588"),
    Token("class5", "#1f3a70", "#eef0a8"),
)
"""Low to high."""

SPREADS = (
    Token("spread1", "#efeaf4", "#332a40"),
    Token("spread2", "#c4b4d6", "#66547f"),
    Token("spread3", "#8a70a8", "#b39fd0"),
)
"""Certain to uncertain."""

UNCERTAIN = Token("uncertain", "#e9ebee", "#262b31")
HATCH = Token("hatch", "#7b848f", "#88929d")
BELOW = Token("below", "#fbfbf8", "#1d2126")
DOT = Token("dot", "#7b848f", "#88929d")
NONE = Token("none", "#ffffff", "#15181c")

TOKENS = (
    SURFACE, INK, MUTED, LINE, EDGE, BORDER, GRID, ACCENT, ALERT, *CLASSES, *SPREADS, UNCERTAIN,
    HATCH, BELOW, DOT, NONE,
)  # fmt: skip


@cache
def stylesheet() -> str:
    """Return the rules for dark mode; the same text everywhere, so that a CSP can name its hash."""
    rules = "".join(
        f".f-{token.name}{{fill:{token.dark}}}.s-{token.name}{{stroke:{token.dark}}}"
        for token in TOKENS
    )
    return f"@media (prefers-color-scheme:dark){{{rules}}}"
