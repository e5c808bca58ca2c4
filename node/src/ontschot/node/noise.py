# SPDX-License-Identifier: EUPL-1.2
"""Noise for a helper's half: whole vectors of the discrete Gaussian, from OpenDP's exact sampler.

The sampler is that of Canonne, Kamath and Steinke (arXiv 2004.00010, Algorithm 3) on big
rationals, with bits from OpenSSL's private generator. It has no seed, and neither has this module:
whoever can repeat the noise can take it off. Tests give their parties another ``NoiseSource``.

The sampler's price is compared with our own before anything is drawn, so that what the ledger
charges is never less than what OpenDP vouches for.
"""

from fractions import Fraction
from importlib.metadata import version
from math import nextafter
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from ontschot.protocol.errors import Misconfigured
from ontschot.protocol.language import Text
from ontschot.protocol.privacy.units import RHO_UNITS, is_float64, rho_of

Noise = NDArray[np.int64]

OPENDP_SERIES: Final = "0.16."
"""The only series whose pitfalls our tests cover."""

MAX_SCALE: Final = 2**55
"""Largest scale: 64 bits saturate (they do not wrap) only beyond 2^8 standard deviations."""


class NoiseSource(Protocol):
    """Where a party gets its noise; a constructor argument."""

    def draw(self, scale: Fraction, size: int) -> Noise:
        """Return ``size`` independent integers with standard deviation ``scale``."""


class NoiseUnavailable(Misconfigured):
    """The noise that was promised cannot be made here; nothing may leave without it."""

    code = "noise-unavailable"
    title = Text("Hier kan geen ruis worden gemaakt", "No noise can be made here")
    remedy = Text(
        "Installeer het programma opnieuw, met de versies die erbij horen.",
        "Install the program again, with the versions that belong to it.",
    )


class DiscreteGaussian:
    """N_Z(0, scale^2): exact, unseeded, whole vectors (timing tells nothing of one figure)."""

    def draw(self, scale: Fraction, size: int) -> Noise:
        """Return ``size`` independent draws.

        Raises:
            TypeError: the scale is not a ``Fraction``.
            ValueError: the scale is not positive, not exactly a float64 or beyond ``MAX_SCALE``;
                or the size is negative.
            NoiseUnavailable: another version of OpenDP, or it vouches for less than we charge.
        """
        require_scale(scale)
        if size < 0:
            msg = "a vector has no negative length"
            raise ValueError(msg)
        measurement = gaussian(scale)
        require_vouched(measurement, scale)
        if size == 0:
            return np.zeros(0, np.int64)
        return np.asarray(measurement(np.zeros(size, np.int64)), dtype=np.int64)


def require_scale(scale: Fraction | float) -> None:
    """Check that the sampler draws with exactly this scale.

    Raises:
        TypeError: not a ``Fraction``; so a float, and with it NaN and the infinities.
        ValueError: not positive, beyond ``MAX_SCALE``, or not exactly a float64 (the sampler
            would round it, and the price would be another).
    """
    if not isinstance(scale, Fraction):
        msg = f"a scale is an exact fraction, not {type(scale).__name__}"
        raise TypeError(msg)
    if not 0 < scale <= MAX_SCALE:
        msg = "a scale must be positive and within range"
        raise ValueError(msg)
    if not is_float64(scale):
        msg = "a scale must be exactly a float64"
        raise ValueError(msg)


def gaussian(scale: Fraction) -> Any:
    """Return OpenDP's measurement: a vector of 64-bit integers plus N_Z(0, scale^2) on each.

    Raises:
        NoiseUnavailable: OpenDP is absent or of another series than ``OPENDP_SERIES``.
    """
    # Imported here: a node that never draws never loads it (40 MB, and some tenths of a second).
    try:
        import opendp.prelude as dp  # noqa: PLC0415 (see above)
    except ImportError as error:
        raise NoiseUnavailable("opendp") from error
    if not version("opendp").startswith(OPENDP_SERIES):
        raise NoiseUnavailable(f"opendp {version('opendp')}")
    dp.enable_features("contrib")
    space = dp.vector_domain(dp.atom_domain(T="i64")), dp.l2_distance(T="f64")
    return dp.m.make_gaussian(*space, scale=float(scale))


def gaussian_counts(scale: Fraction, cap: int) -> Any:
    """Return OpenDP's measurement of a provider's cells: counting, and ``gaussian`` on each cell.

    Its input is the vector of cells; its distance is in households, added or removed, of which each
    moves the vector by at most ``cap`` in L2.

    Raises:
        NoiseUnavailable: as ``gaussian``.
    """
    mechanism = gaussian(scale)
    import opendp.prelude as dp  # noqa: PLC0415  as in ``gaussian``

    # Ours to vouch for is the stability map alone: see the cells of a provider and their tests.
    dp.enable_features("contrib", "honest-but-curious")
    counting = dp.t.make_user_transformation(
        dp.user_domain("CellsOfOneProvider", lambda cells: isinstance(cells, np.ndarray)),
        dp.user_distance("households"),
        mechanism.input_domain,
        mechanism.input_metric,
        lambda cells: cells.astype(np.int64).tolist(),
        lambda households: float(households) * cap,
    )
    return counting >> mechanism


def require_vouched(measurement: Any, scale: Fraction) -> None:
    """Check that OpenDP's own price for a move of 1 is at most what we charge for it.

    OpenDP computes in float64 and rounds up, so where the exact price is a whole number of units
    its figure may lie one float64 step above ours; that step is allowed.

    Raises:
        NoiseUnavailable: it is more.
    """
    theirs = nextafter(measurement.map(1.0), 0.0)
    if Fraction(theirs) * RHO_UNITS > rho_of(scale, 1):
        raise NoiseUnavailable("opendp")
