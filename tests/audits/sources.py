# SPDX-License-Identifier: EUPL-1.2
"""Sources of noise for audits: one that remembers what the real sampler drew, and broken ones.

The broken ones draw from seeds, so that a test that must find them finds them every time.
"""

from fractions import Fraction

import numpy as np

from audits.laws import Ints, Law
from ontschot.node.noise import DiscreteGaussian, NoiseSource


class Silent:
    """Adds nothing."""

    def draw(self, _scale: Fraction, size: int) -> Ints:
        """Return ``size`` zeros."""
        return np.zeros(size, dtype=np.int64)


class Remembering:
    """Another source, and all that it drew since the last ``take``: what its helper knows."""

    def __init__(self, source: NoiseSource | None = None) -> None:
        self._source = source or DiscreteGaussian()
        self._drawn: list[tuple[Fraction, Ints]] = []

    def draw(self, scale: Fraction, size: int) -> Ints:
        """Return what the source draws."""
        drawn = self._source.draw(scale, size)
        self._drawn.append((scale, drawn))
        return drawn

    def take(self) -> list[tuple[Fraction, Ints]]:
        """Return scales and draws in their order, and forget them."""
        drawn, self._drawn = self._drawn, []
        return drawn


class Scaled:
    """The right law with another variance: ``factor`` times the standard deviation asked for."""

    def __init__(self, factor: float, seed: int) -> None:
        self._factor = Fraction(factor)
        self._random = np.random.default_rng(seed)
        self._laws: dict[Fraction, Law] = {}

    def draw(self, scale: Fraction, size: int) -> Ints:
        """Return ``size`` draws."""
        if scale not in self._laws:
            self._laws[scale] = Law.gaussian(scale * self._factor)
        return self._laws[scale].sample(self._random, size)


class Rounded:
    """The usual mistake: continuous noise, rounded to integers."""

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng(seed)

    def draw(self, scale: Fraction, size: int) -> Ints:
        """Return ``size`` draws."""
        return np.rint(self._random.normal(0, float(scale), size)).astype(np.int64)


class Truncated:
    """The right law without what lies beyond some standard deviations."""

    def __init__(self, deviations: float, seed: int) -> None:
        self._deviations = deviations
        self._random = np.random.default_rng(seed)

    def draw(self, scale: Fraction, size: int) -> Ints:
        """Return ``size`` draws."""
        law = Law.gaussian(scale)
        kept = law.probabilities * (np.abs(law.values) <= self._deviations * scale)
        return Law(law.first, kept / kept.sum()).sample(self._random, size)


class Repeating:
    """A fixed seed: each release draws the same again."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def draw(self, scale: Fraction, size: int) -> Ints:
        """Return ``size`` draws, those of any other call with this size and scale."""
        return Law.gaussian(scale).sample(np.random.default_rng(self._seed), size)


class Copying:
    """The same noise for two figures: the second half of each vector repeats the first."""

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng(seed)

    def draw(self, scale: Fraction, size: int) -> Ints:
        """Return ``size`` draws, of which half are fresh."""
        fresh = Law.gaussian(scale).sample(self._random, -(-size // 2))
        return np.concatenate([fresh, fresh])[:size]
