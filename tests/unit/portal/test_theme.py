# SPDX-License-Identifier: EUPL-1.2
"""Colours must be told apart by everyone: by lightness, and under simulated colour blindness."""

import re
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import ontschot.portal.security as security_module
from ontschot.portal.figures import theme
from ontschot.portal.figures.theme import Token, stylesheet

# Machado, Oliveira and Fernandes 2009, severity 1.0.
BLINDNESS = {
    "none": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
SRGB_TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
WHITE = np.array([0.95047, 1.0, 1.08883])


def linear(colour: str) -> NDArray[np.float64]:
    value = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def lab(colour: str, blindness: str) -> NDArray[np.float64]:
    seen = np.clip(BLINDNESS[blindness] @ linear(colour), 0, 1)
    xyz = SRGB_TO_XYZ @ seen / WHITE
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def luminance(colour: str) -> float:
    return float(SRGB_TO_XYZ[1] @ linear(colour))


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def shades(tokens: tuple[Token, ...], mode: str) -> list[str]:
    return [token.light if mode == "light" else token.dark for token in tokens]


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("tokens", [theme.CLASSES, theme.SPREADS])
def test_classes_get_steadily_darker_in_light_and_brighter_in_dark(
    tokens: tuple[Token, ...], mode: str
) -> None:
    levels = [luminance(colour) for colour in shades(tokens, mode)]
    assert levels == sorted(levels, reverse=mode == "light")
    assert all(contrast(a, b) > 1.3 for a, b in pairwise(shades(tokens, mode)))


@pytest.mark.parametrize("blindness", BLINDNESS)
@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("tokens", [theme.CLASSES, theme.SPREADS])
def test_no_two_classes_look_alike_to_anyone(
    tokens: tuple[Token, ...], mode: str, blindness: str
) -> None:
    for one, other in combinations(shades(tokens, mode), 2):
        distance = float(np.linalg.norm(lab(one, blindness) - lab(other, blindness)))
        assert distance > 12, (one, other)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("token", [theme.INK, theme.MUTED, theme.ALERT, theme.ACCENT])
def test_text_in_figures_can_be_read(token: Token, mode: str) -> None:
    ink, surface = shades((token, theme.SURFACE), mode)
    assert contrast(ink, surface) >= 4.5


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_hatching_stands_out_from_its_ground(mode: str) -> None:
    hatch, ground = shades((theme.HATCH, theme.UNCERTAIN), mode)
    assert contrast(hatch, ground) >= 3


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_an_area_without_figure_is_no_pale_class(mode: str) -> None:
    """WCAG 1.4.11: crosses, dots and the outlines of pale areas stand out from their ground."""
    hatch, none, dot, below, edge, surface = shades(
        (theme.HATCH, theme.NONE, theme.DOT, theme.BELOW, theme.EDGE, theme.SURFACE), mode
    )
    assert contrast(hatch, none) >= 3
    assert contrast(dot, below) >= 3
    assert contrast(edge, surface) >= 3
    assert all(contrast(edge, pale) >= 3 for pale in shades(theme.CLASSES[:2], mode))


def page_colours(mode: str) -> dict[str, str]:
    css = (Path(security_module.__file__).parent / "static" / "portal.css").read_text("utf-8")
    light, dark = re.findall(r":root \{([^}]*)\}", css)
    block = light if mode == "light" else dark
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("ink", "surface"),
        ("ink", "page"),
        ("muted", "surface"),
        ("muted", "page"),
        ("accent", "surface"),
        ("accent", "page"),
        ("on-accent", "accent"),
        ("notice-ink", "notice"),
    ],
)
def test_text_on_pages_can_be_read(ink: str, ground: str, mode: str) -> None:
    colours = page_colours(mode)
    assert contrast(colours[ink], colours[ground]) >= 4.5


def test_every_colour_has_its_dark_rule() -> None:
    for token in theme.TOKENS:
        assert f".f-{token.name}{{fill:{token.dark}}}" in stylesheet()
        assert f".s-{token.name}{{stroke:{token.dark}}}" in stylesheet()
    assert len({token.name for token in theme.TOKENS}) == len(theme.TOKENS)
