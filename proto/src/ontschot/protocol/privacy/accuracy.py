# SPDX-License-Identifier: EUPL-1.2
"""How exact an answer will be, before anyone reads a record: from sigma and public numbers only.

An answer is the sum of two halves, each with one helper's noise of standard deviation sigma, so it
is off by a discrete Gaussian sum of standard deviation sqrt(2) * sigma. (Where each helper's noise
is half the variance, the manifest's sigma is that of the half, and the same holds.) The variance
of N_Z(0, sigma^2) is less than sigma^2 (arXiv 2004.00010, Section 3), so what is stated here is
never too small. A 95 % interval is +- 1.96 standard deviations.

Figures here are floats for people. They are no part of a price and are never sent to be checked.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import hypot, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

Z_95: Final = 1.959963984540054
"""The 97.5 % point of the standard normal distribution."""

USABLE: Final = 0.5
"""A figure is shown if its 95 % half width is at most this part of it."""


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Standard deviation of one published figure, in the figure's own unit (households, cents)."""

    sd: float

    @property
    def half_width(self) -> float:
        """Half the width of the 95 % interval, in the same unit."""
        return Z_95 * self.sd


def of_count(sigma: Fraction) -> Accuracy:
    """Return that of one count or one bin, in households."""
    return Accuracy(sqrt(2) * float(sigma))


def of_bins(sigma: Fraction, number: int) -> Accuracy:
    """Return that of ``number`` bins of one table added up, in households."""
    return Accuracy(sqrt(2 * number) * float(sigma))


def of_nodes(sigma: Fraction, nodes: int) -> Accuracy:
    """Return that of one count to which each of ``nodes`` nodes added noise, and no helper did."""
    return Accuracy(sqrt(nodes) * float(sigma))


def of_euros(sigma: Fraction, quantum_cents: int) -> Accuracy:
    """Return that of a capped sum in euro cents; ``sigma`` is in quanta."""
    return Accuracy(sqrt(2) * float(sigma) * quantum_cents)


def of_sum(*parts: Accuracy) -> Accuracy:
    """Return that of the sum, or the difference, of figures with their own noise."""
    return Accuracy(hypot(*(part.sd for part in parts)))


def share_usable(expected: NDArray[np.float64], accuracy: Accuracy) -> float:
    """Return the expected part of figures that can be shown, between 0 and 1.

    ``expected`` are figures as public numbers predict them (shape (areas,) or (outputs, areas), in
    the unit of ``accuracy``): households times a national rate, for instance. A figure counts if
    the 95 % half width is at most ``USABLE`` of what is expected.

    Raises:
        ValueError: no figure, or an expectation that is not finite or negative.
    """
    if expected.size == 0 or not np.isfinite(expected).all() or (expected < 0).any():
        msg = "expected figures must be finite, not negative, and at least one"
        raise ValueError(msg)
    shown = (expected > 0) & (expected * USABLE >= accuracy.half_width)
    return float(np.mean(shown))
