# SPDX-License-Identifier: EUPL-1.2
"""How a place looks on the map, and the legends that say so.

What is not shown as a number has a pattern, never only a colour: hatching for "te onzeker", dots
for "minder dan 10", crosses where there is no figure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from xml.etree import ElementTree as ET

from ontschot.portal.answers import Unit
from ontschot.portal.figures import svg, theme, words
from ontschot.portal.figures.classes import (
    SPREAD_LIMITS,
    Measure,
    Scale,
    measured,
    measured_error,
    scale_of,
    spread,
)
from ontschot.portal.figures.places import Place
from ontschot.portal.figures.theme import Token
from ontschot.protocol.language import Language

_PERIOD = 6.0
"""Distance between hatch lines and between dots, in pixels."""


@dataclass(frozen=True, slots=True)
class Look:
    """A fill: a colour with its dark twin, or the id of a pattern."""

    token: Token | None
    pattern: str = ""

    @property
    def paint(self) -> str:
        """The value of a ``fill`` attribute."""
        return self.token.light if self.token else f"url(#{self.pattern})"

    @property
    def css(self) -> str:
        """The class that recolours it in dark mode; a pattern recolours itself."""
        return f"f-{self.token.name}" if self.token else ""


class Looks:
    """The looks of all places of one map."""

    def __init__(self, places: Sequence[Place], unit: Unit, measure: Measure, prefix: str) -> None:
        self._unit, self._measure, self._prefix = unit, measure, prefix
        self._kinds = {place.kind for place in places}
        shown = [p for p in places if self._value(p) is not None]
        self._values = [value for place in shown if (value := self._value(place)) is not None]
        self._scale: Scale = scale_of(
            self._values,
            [
                measured_error(place.area, place.figure, unit, measure)
                for place in shown
                if place.area is not None and place.figure is not None
            ],
        )

    def value(self, place: Place) -> Look:
        """Return the look on the map of values."""
        value = self._value(place)
        if value is not None:
            return Look(theme.CLASSES[self._scale.colour(self._scale.index(value))])
        return self._pattern(place, "")

    def certainty(self, place: Place) -> Look:
        """Return the look on the map of certainty, whose patterns are a size of their own."""
        if place.figure is not None and place.kind != "belowTen":
            amount = spread(place.figure)
            for limit, token in zip(SPREAD_LIMITS, theme.SPREADS, strict=True):
                if amount <= limit:
                    return Look(token)
        return self._pattern(place, "-small")

    def define(self, defs: ET.Element, shrink: float) -> None:
        """Add the patterns; the small map is drawn ``shrink`` times as large."""
        for size, period in (("", _PERIOD), ("-small", _PERIOD / shrink)):
            hatch = self._define(defs, f"hatch{size}", period, "rotate(45)", theme.UNCERTAIN)
            line = svg.fill(theme.HATCH)
            svg.add(hatch, "rect", width=period / 4, height=period, **line)
            dots = self._define(defs, f"dots{size}", period, None, theme.BELOW)
            middle = period / 2
            svg.add(dots, "circle", cx=middle, cy=middle, r=period / 8, **svg.fill(theme.DOT))
            self._crosses(defs, f"none{size}", period * 2)

    def value_legend(self, language: Language) -> list[tuple[Look, str]]:
        """Return the samples of the map of values, low to high, then what is not shown."""
        labels = self._class_labels(language) if self._values else []
        samples = [
            (Look(theme.CLASSES[self._scale.colour(index)]), label)
            for index, label in enumerate(labels)
        ]
        return samples + self._patterns(words.UNCERTAIN.in_language(language), language)

    def certainty_legend(self, language: Language) -> list[tuple[Look, str]]:
        """Return the samples of the map of certainty, certain to uncertain."""
        percent = [words.percent(limit) for limit in SPREAD_LIMITS]
        between = words.OVER_UP_TO.in_language(language)
        labels = [words.UP_TO.in_language(language).format(percent[0])]
        labels += [between.format(low, high) for low, high in pairwise(percent)]
        samples = [(Look(token), label) for token, label in zip(theme.SPREADS, labels, strict=True)]
        more = words.MORE_THAN.in_language(language).format(percent[-1])
        return samples + self._patterns(more, language)

    def _value(self, place: Place) -> float | None:
        if place.area is None or place.figure is None:
            return None
        return measured(place.area, place.figure, self._unit, self._measure)

    def _pattern(self, place: Place, size: str) -> Look:
        # A rate over an area without addresses is no number either.
        if place.kind in ("none", "value"):
            return Look(None, f"{self._prefix}-none{size}")
        name = "dots" if place.kind == "belowTen" else "hatch"
        return Look(None, f"{self._prefix}-{name}{size}")

    def _patterns(self, uncertain: str, language: Language) -> list[tuple[Look, str]]:
        samples = []
        if "uncertain" in self._kinds:
            samples.append((Look(None, f"{self._prefix}-hatch"), uncertain))
        if "belowTen" in self._kinds:
            below = words.BELOW_TEN.in_language(language)
            samples.append((Look(None, f"{self._prefix}-dots"), below))
        if "none" in self._kinds:
            nothing = words.NO_FIGURE.in_language(language)
            samples.append((Look(None, f"{self._prefix}-none"), nothing))
        return samples

    def _crosses(self, defs: ET.Element, name: str, period: float) -> None:
        pattern = self._define(defs, name, period, None, theme.NONE)
        arm, middle = svg.number(period * 0.6), svg.number(period / 2)
        start = svg.number(period * 0.2)
        line = f"M{start} {middle}h{arm}M{middle} {start}v{arm}"
        svg.add(pattern, "path", d=line, **svg.stroke(theme.HATCH, period / 10))

    def _define(
        self, defs: ET.Element, name: str, period: float, turn: str | None, ground: Token
    ) -> ET.Element:
        pattern = svg.add(
            defs, "pattern", id=f"{self._prefix}-{name}", width=period, height=period,
            patternUnits="userSpaceOnUse", patternTransform=turn,
        )  # fmt: skip
        svg.add(pattern, "rect", width=period, height=period, **svg.fill(ground))
        return pattern

    def _class_labels(self, language: Language) -> list[str]:
        scale = self._scale
        limits = [
            words.measure_number(limit, scale.step, self._unit, language) for limit in scale.breaks
        ]
        between = words.BETWEEN.in_language(language)
        if not limits:
            ends = [
                words.measure_number(end, 0.1, self._unit, language)
                for end in (min(self._values), max(self._values))
            ]
            whole = words.FROM_TO.in_language(language)
            return [ends[0] if ends[0] == ends[1] else whole.format(*ends)]
        return [
            words.LESS_THAN.in_language(language).format(limits[0]),
            *(between.format(low, high) for low, high in pairwise(limits)),
            words.AND_MORE.in_language(language).format(limits[-1]),
        ]
