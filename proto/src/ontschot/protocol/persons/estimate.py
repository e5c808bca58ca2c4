# SPDX-License-Identifier: EUPL-1.2
"""From occupied buckets to persons: post-processing of noised counts, at no cost in privacy.

n persons fall into m buckets at random, so a bucket stays empty with probability close to
g0 = exp(-n / m) and n = -m ln g0 (linear counting: Whang, Vander-Zanden, Taylor, ACM TODS 15(2),
1990). ``occupied`` is m (1 - g0) plus the noise of both helpers, so g0 is known up to that noise.

* noise: dn / d occupied = 1 / g0, so its part of the variance is that of the noise over g0^2
  (delta method);
* collisions: m (e^l - l - 1) with l = n / m (the same paper, Theorem 2, section 4.1).

Below g0 = ``LEAST_EMPTY`` the logarithm is too steep for either to say anything: no figure.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

LEAST_EMPTY: Final = 0.1
"""The smallest share of empty buckets from which persons are estimated."""


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """Persons per area, each array of shape (areas,).

    Attributes:
        persons: float64, may be negative by noise; NaN where ``full``.
        noise: float64, the noise's part of the variance; NaN where ``full``.
        collisions: float64, the part of two persons in one bucket; NaN where ``full``.
        full: bool, areas with too few empty buckets to say anything.
    """

    persons: NDArray[np.float64]
    noise: NDArray[np.float64]
    collisions: NDArray[np.float64]
    full: NDArray[np.bool_]

    @property
    def variance(self) -> NDArray[np.float64]:
        """Both parts together."""
        return self.noise + self.collisions


def clients_of(
    occupied: NDArray[np.int64], sizes: NDArray[np.int64], variance: Fraction
) -> Estimate:
    """Return how many persons fill so many buckets.

    Args:
        occupied: noised counts of buckets with at least one person, int64[areas].
        sizes: buckets per area, int64[areas].
        variance: of the noise on one count, in buckets squared.
    """
    empty = 1.0 - occupied / sizes
    full = empty < LEAST_EMPTY
    g0 = np.where(full, np.nan, empty)
    load = -np.log(g0)
    # Noise can make more than all buckets seem empty; of those, none was shared.
    shared = np.maximum(load, 0.0)
    return Estimate(
        persons=sizes.astype(np.float64) * load,
        noise=float(variance) / g0**2,
        collisions=sizes * (np.expm1(shared) - shared),
        full=full,
    )
