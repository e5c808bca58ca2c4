# SPDX-License-Identifier: EUPL-1.2
"""When an upload is admitted, from the noised count of its slots out of range (section 3)."""

from fractions import Fraction

from ontschot.protocol.documents.rounds import VariableDocument
from ontschot.protocol.privacy.charge import PricedBlock, Unit
from ontschot.protocol.privacy.sensitivity import count
from ontschot.protocol.privacy.units import sigma_for

DEVIATIONS = 5
"""An honest upload is rejected with probability 6e-7 (two-sided normal tail at five deviations)."""


MOST_UPLOADS = 20
"""How often a provider may upload one variable in a round: each check costs both helpers budget, so
without a limit one provider could use up what all questions share."""


def is_admitted(noised_count: int, sigma: Fraction, areas: int) -> bool:
    """Return whether a noised count of bad slots is what noise alone explains.

    Args:
        noised_count: sum over ``areas`` of the opened counts.
        sigma: standard deviation of one helper's noise on one count.
        areas: the number of counts summed; each carries the noise of both helpers.
    """
    variance = 2 * areas * sigma * sigma
    return noised_count < 0 or noised_count * noised_count <= DEVIATIONS**2 * variance


def admission_price(rho: int, unit: Unit = "household") -> PricedBlock:
    """Return the price basis of one admission at ``rho`` (units of 1e-12): one count.

    Whoever shares a vector decides which of its places are out of range. A household has one place
    in a vector of slots, and one for each of its clients in a vector of persons, so ``unit`` is
    that of the variable and both accounts pay as for its tables.
    """
    return PricedBlock(sensitivity=count(), sigma=sigma_for(rho, 1), unit=unit)


def unit_of(variable: VariableDocument) -> Unit:
    """Return what fills one place of a variable's vector."""
    return "household" if variable.persons is None else "person"
