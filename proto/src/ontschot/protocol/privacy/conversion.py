# SPDX-License-Identifier: EUPL-1.2
"""From rho to (epsilon, delta): one conversion for ledger, result page and auditor.

For every alpha > 1, rho-zCDP implies (epsilon, delta)-DP with

    epsilon = alpha * rho + ln(1 - 1/alpha) + ln(1 / (alpha * delta)) / (alpha - 1)

(Canonne, Kamath, Steinke, arXiv 2004.00010, Proposition 12 solved for epsilon; Corollary 13 takes
the best alpha.) Its derivative is rho - ln(1 / (alpha delta)) / (alpha - 1)^2, which changes sign
once on (1, 1/delta): bisection finds the best alpha. Since the formula holds for *every* alpha, an
inexact alpha costs a little tightness and never truth. Logarithms of ``decimal`` are correctly
rounded; the 50 digits kept here exceed the 12 given by far, and those are rounded up. OpenDP's
``make_zCDP_to_approxDP`` computes the same in float64; tests compare.
"""

from decimal import ROUND_CEILING, Context, Decimal, localcontext
from fractions import Fraction
from functools import lru_cache
from typing import Final

from ontschot.protocol.privacy.units import RHO_UNITS, Rho

DELTA: Final = Fraction(1, 10**6)
"""The delta of budgets, and the largest of any statement."""

DEFAULT_CAP: Final = Rho(185_070_000_000)
"""The default cap of an account: rho 0.18507, which is epsilon 3 at delta 1e-6."""

_PRECISION: Final = Context(prec=50)
_STEP: Final = Decimal("1e-12")
_MARGIN: Final = Decimal("1e-30")
_BISECTIONS: Final = 90


@lru_cache(maxsize=4096)
def epsilon_of(rho: int, delta: Fraction = DELTA) -> Decimal:
    """Return the epsilon of ``rho`` units at ``delta``, rounded up to a multiple of 1e-12.

    Raises:
        ValueError: rho is negative, or delta is not between 0 and 1.
    """
    if rho < 0 or not 0 < delta < 1:
        msg = "rho must not be negative, and delta must lie between 0 and 1"
        raise ValueError(msg)
    if rho == 0:
        return Decimal(0)
    with localcontext(_PRECISION):
        loss = Decimal(rho) / RHO_UNITS
        log_delta = (Decimal(delta.numerator) / delta.denominator).ln()
        alpha = _best_alpha(loss, log_delta)
        log_rest = -(alpha.ln() + log_delta)
        epsilon = alpha * loss + (1 - 1 / alpha).ln() + log_rest / (alpha - 1)
        return max(Decimal(0), (epsilon + _MARGIN).quantize(_STEP, ROUND_CEILING))


def textbook_epsilon_of(rho: int, delta: Fraction = DELTA) -> Decimal:
    """Return rho + 2 sqrt(rho ln(1/delta)), for comparison (Bun and Steinke, Proposition 1.3).

    Raises:
        ValueError: rho is negative, or delta is not between 0 and 1.
    """
    if rho < 0 or not 0 < delta < 1:
        msg = "rho must not be negative, and delta must lie between 0 and 1"
        raise ValueError(msg)
    with localcontext(_PRECISION):
        loss = Decimal(rho) / RHO_UNITS
        log_rest = (Decimal(delta.denominator) / delta.numerator).ln()
        return (loss + 2 * (loss * log_rest).sqrt()).quantize(_STEP, ROUND_CEILING)


def rho_for(epsilon: Fraction, delta: Fraction = DELTA) -> Rho:
    """Return the largest rho whose ``epsilon_of`` at ``delta`` is at most ``epsilon``.

    Raises:
        ValueError: epsilon is not positive, or delta is not between 0 and 1.
    """
    if epsilon <= 0:
        msg = "epsilon must be positive"
        raise ValueError(msg)
    low, high = 0, RHO_UNITS
    while Fraction(epsilon_of(high, delta)) <= epsilon:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        if Fraction(epsilon_of(middle, delta)) <= epsilon:
            low = middle
        else:
            high = middle
    return Rho(low)


def delta_for(people: int) -> Fraction:
    """Return the delta of a statement over ``people`` units: 10^-(ceil(log10 n) + 2), <= 1e-6.

    Raises:
        ValueError: fewer than one.
    """
    if people < 1:
        msg = "a delta needs at least one unit"
        raise ValueError(msg)
    digits = len(str(people - 1)) if people > 1 else 0
    return min(DELTA, Fraction(1, 10 ** (digits + 2)))


def epsilon_text(rho: int, delta: Fraction = DELTA) -> str:
    """Return the epsilon of ``rho`` to three decimals, for people; ``epsilon_of`` is the claim."""
    return str(epsilon_of(rho, delta).quantize(Decimal("0.001")))


def _best_alpha(loss: Decimal, log_delta: Decimal) -> Decimal:
    # (alpha-1)^2 rho + ln(alpha delta) rises from ln(delta) < 0 and is positive at 1/delta.
    # x = alpha - 1 spans many orders of magnitude: double until it holds, then halve.
    def beyond(x: Decimal) -> bool:
        return x * x * loss + (1 + x).ln() + log_delta > 0

    high = Decimal(1)
    while not beyond(high):
        high *= 2
    low = Decimal(0)
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        low, high = (low, middle) if beyond(middle) else (middle, high)
    return 1 + high
