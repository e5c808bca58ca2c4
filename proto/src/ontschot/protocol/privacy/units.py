# SPDX-License-Identifier: EUPL-1.2
"""Rho in whole units of 1e-12 and sigma as a dyadic rational: exact at every party.

The mechanism is the discrete Gaussian: adding N_Z(0, sigma^2) to each figure of a table whose
vector moves by at most L2 between neighbours is L2^2 / (2 sigma^2)-zCDP, for every sigma > 0
(Canonne, Kamath, Steinke, "The Discrete Gaussian for Differential Privacy", arXiv 2004.00010,
Theorem 4; over several figures by composition, Lemma 2.3 of Bun and Steinke, arXiv 1605.02065).

A rho is rounded up and a sigma is rounded up, so every rounding errs to the side of privacy. A
sigma is exactly a float64, because the sampler takes one: what is charged is what is drawn.
"""

from fractions import Fraction
from math import isqrt
from re import ASCII
from re import compile as pattern
from typing import Final, NewType

from ontschot.protocol.privacy.errors import MalformedParameter, PriceTooSmall

Rho = NewType("Rho", int)
"""A privacy loss under zero-concentrated differential privacy, in units of 1e-12."""

RHO_UNITS: Final = 10**12
"""Units in a rho of 1."""

SIGNIFICANT_BITS: Final = 32
"""Bits of a sigma that ``sigma_for`` makes: within 2^-31 of the exact root, and quick to sample."""

_MAX_RHO: Final = 10**18
_MAX_DENOMINATOR_BITS: Final = 64
_MAX_SIGMA: Final = 2**62
_SIGMA: Final = pattern(r"([1-9]\d{0,30})/([1-9]\d{0,20})", ASCII)
_RHO: Final = pattern(r"0|[1-9]\d{0,18}", ASCII)


def rho_of(sigma: Fraction, l2_squared: int) -> Rho:
    """Return the price of noise ``sigma`` on a table: ceil(1e12 * L2^2 / (2 sigma^2)) units.

    Raises:
        ValueError: sigma is not positive, or the sensitivity is negative.
    """
    if sigma <= 0 or l2_squared < 0:
        msg = "sigma must be positive and a squared sensitivity not negative"
        raise ValueError(msg)
    numerator = RHO_UNITS * l2_squared * sigma.denominator**2
    return Rho(-(-numerator // (2 * sigma.numerator**2)))


def sigma_for(rho: int, l2_squared: int) -> Fraction:
    """Return a dyadic sigma, rounded up, with ``rho_of(sigma, l2_squared) <= rho``.

    With sigma = m / 2^k the condition is m^2 >= 4^k * 1e12 * L2^2 / (2 rho); m is the least such
    integer and k is chosen so that m has about ``SIGNIFICANT_BITS`` bits.

    Raises:
        PriceTooSmall: ``rho`` is less than one unit.
        ValueError: ``l2_squared`` is not positive.
    """
    if rho < 1:
        raise PriceTooSmall
    if l2_squared < 1:
        msg = "a squared sensitivity must be positive"
        raise ValueError(msg)
    variance = Fraction(RHO_UNITS * l2_squared, 2 * rho)
    # The root of a number of 2b bits has b bits.
    size = (variance.numerator.bit_length() - variance.denominator.bit_length()) // 2
    scale = Fraction(2) ** min(SIGNIFICANT_BITS - size, _MAX_DENOMINATOR_BITS)
    return Fraction(_ceil_root(variance * scale**2)) / scale


def is_float64(value: Fraction) -> bool:
    """Return whether float64 holds ``value`` exactly."""
    try:
        return Fraction(float(value)) == value
    except OverflowError:
        return False


def format_sigma(sigma: Fraction) -> str:
    """Return the wire text ``numerator/denominator``, in lowest terms.

    Raises:
        MalformedParameter: not a sigma that ``parse_sigma`` would take.
    """
    _require_sigma(sigma)
    return f"{sigma.numerator}/{sigma.denominator}"


def parse_sigma(text: str) -> Fraction:
    """Return the sigma in ``text``.

    Raises:
        MalformedParameter: another form than ``numerator/denominator`` in lowest terms; a
            denominator that is no power of two; too large or too fine; or no float64.
    """
    match = _SIGMA.fullmatch(text)
    if match is None:
        raise MalformedParameter("sigma: not a fraction of two whole numbers")
    sigma = Fraction(int(match[1]), int(match[2]))
    if sigma.denominator != int(match[2]):
        raise MalformedParameter("sigma: not in lowest terms")
    _require_sigma(sigma)
    return sigma


def format_rho(rho: int) -> str:
    """Return the wire text of ``rho``: its units as a decimal number.

    Raises:
        MalformedParameter: negative, or beyond 1e6.
    """
    if not 0 <= rho <= _MAX_RHO:
        raise MalformedParameter("rho: out of range")
    return str(rho)


def parse_rho(text: str) -> Rho:
    """Return the rho in ``text``, a decimal number of units.

    Raises:
        MalformedParameter: no such number, a leading zero, or out of range.
    """
    if _RHO.fullmatch(text) is None or int(text) > _MAX_RHO:
        raise MalformedParameter("rho: not a number of units of 1e-12")
    return Rho(int(text))


def rho_text(rho: int) -> str:
    """Return ``rho`` for people, as a decimal fraction without trailing zeros: ``0.18507``."""
    whole, part = divmod(rho, RHO_UNITS)
    return f"{whole}.{part:012d}".rstrip("0").rstrip(".")


def _require_sigma(sigma: Fraction) -> None:
    if not 0 < sigma <= _MAX_SIGMA:
        raise MalformedParameter("sigma: out of range")
    denominator = sigma.denominator
    if denominator & (denominator - 1) or denominator.bit_length() > _MAX_DENOMINATOR_BITS + 1:
        raise MalformedParameter("sigma: the denominator is no small power of two")
    if not is_float64(sigma):
        raise MalformedParameter("sigma: more digits than a float64 holds")


def _ceil_root(value: Fraction) -> int:
    # Least m with m^2 >= value; m is whole, so this is m^2 >= ceil(value).
    ceiling = -(-value.numerator // value.denominator)
    return isqrt(ceiling - 1) + 1 if ceiling > 0 else 0
