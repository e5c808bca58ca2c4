# SPDX-License-Identifier: EUPL-1.2
"""A CELL vector with this node's own noise, before anything of it leaves (protocol section 9).

The figures become signed: each is a centred integer modulo 2^32, so that they add up like any
others. They are drawn once for an upload; a fresh draw of the same figures would average out, so it
is another upload at another full price.

OpenDP vouches for the price: the counting is a user transformation whose stability map says that
one household moves the vector by at most ``cap`` in L2, and OpenDP's own map of that and its
Gaussian mechanism must not be more than what is charged (privacy, section 0.8).
"""

from fractions import Fraction
from math import nextafter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ontschot.node.noise import NoiseSource, NoiseUnavailable, gaussian_counts
from ontschot.protocol.documents.rounds import VariableDocument
from ontschot.protocol.documents.uploads import NodeNoise
from ontschot.protocol.privacy.units import RHO_UNITS, parse_sigma
from ontschot.protocol.release.cells import CENTRED, DEVIATIONS
from ontschot.protocol.universe.areas import AreaMap

_MASK: Final = np.int64(2**32 - 1)


def with_noise(
    cells: NDArray[np.uint32], noise: NodeNoise, cap: int, source: NoiseSource
) -> NDArray[np.uint32]:
    """Return ``cells`` with fresh noise on each, as centred integers modulo 2^32.

    ``cap`` is what one household adds to all cells together at most.

    Raises:
        NoiseUnavailable: OpenDP is absent, or its price is more than ``noise`` says.
    """
    sigma = parse_sigma(noise.sigma)
    require_vouched_cells(sigma, cap, int(noise.rho))
    drawn = source.draw(sigma, cells.size)
    return ((cells.astype(np.int64) + drawn) & _MASK).astype(np.uint32)


def fits(variable: VariableDocument, areas: AreaMap, noise: NodeNoise, nodes: int) -> bool:
    """Return whether the sum of ``nodes`` such uploads fits a word, noise included."""
    most = int(areas.slots_per_area.max()) * variable.node_cap
    return nodes * (most + DEVIATIONS * parse_sigma(noise.sigma)) < CENTRED


def require_vouched_cells(sigma: Fraction, cap: int, rho: int) -> None:
    """Check that OpenDP's own price of the whole upload is at most ``rho`` (units of 1e-12).

    One step of a float64 is allowed: OpenDP computes in those, and rounds up.

    Raises:
        NoiseUnavailable: it is more, or OpenDP cannot be used here.
    """
    theirs = nextafter(gaussian_counts(sigma, cap).map(1), 0.0)
    if Fraction(theirs) * RHO_UNITS > rho:
        raise NoiseUnavailable("opendp")
