# SPDX-License-Identifier: EUPL-1.2
"""What a release charges: which accounts, which years, how much.

The account is (unit, federation, calendar year of the records); a ledger belongs to one
federation. A release charges every year that its period touches, in full, since one record may lie
in any of them. Its tables add up (composition of zCDP: Bun and Steinke, arXiv 1605.02065, Lemma
2.3), each rounded up.

The price is that of the worst single-helper view: a helper knows its own noise, so only the
other's protects against it. Each ``sigma`` here is the noise of *one* helper. The price also holds
where that helper, or a provider, shifts what a household's records are added to
(``sensitivity``); of tables that go through a gate both accounts therefore pay the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, TypeAlias, get_args

from ontschot.protocol.documents.queries import Block
from ontschot.protocol.documents.queries import Unit as DocumentUnit
from ontschot.protocol.privacy.sensitivity import SlotSensitivity, of_block
from ontschot.protocol.privacy.units import Rho, parse_sigma, rho_of

Unit: TypeAlias = DocumentUnit
"""Whose privacy: a household is an address slot, a person is a client, over the federation."""

UNITS: tuple[Unit, ...] = get_args(Unit)

HOUSEHOLD_PERSONS: Final = 4
"""p: a household with at most so many clients is inside the claim of a release about persons.

All of them may live in one area, where they move one figure by p: p^2 times the price of a bucket
(privacy, section 0.1), which the household account pays (ADR 0027). No provider counts more of one
slot, so a household at one provider is inside the claim whatever its size, and at k at most 4 k."""

PERSON_PROVIDERS: Final = 3
"""A person who is client of at most so many providers is inside the claim of such a release.

At k providers a person changes at most k + 1 buckets: its own, and at each of them that of another
client of the same slot, who comes or goes for it. They change in opposite directions, but one does
not make up for another: whoever shifts a bucket's total before the gate chooses which way its
figure goes (``sensitivity``). So all may go the same way, one figure moves by k + 1, and squares
add up to at most (k + 1)^2 (``person_squares``; proof:
``ontschot.node.provider.vectors.persons``)."""


def person_squares(providers: int) -> int:
    """Return the squares that a person at ``providers`` moves at most, as a multiple of a bucket's.

    Where no slot of the person is full, it is less: one bucket in each area.
    """
    return (providers + 1) ** 2


@dataclass(frozen=True, slots=True)
class Charge:
    """``rho`` off the account of ``unit`` in each of ``years`` (sorted, distinct)."""

    unit: Unit
    years: tuple[int, ...]
    rho: Rho

    def __post_init__(self) -> None:
        """Check that it charges something, somewhere, once.

        Raises:
            ValueError: no year, years unsorted or double, a price of nothing, an unknown unit.
        """
        if not self.years or list(self.years) != sorted(set(self.years)):
            msg = "the years of a charge must be sorted and distinct"
            raise ValueError(msg)
        if self.rho < 1 or self.unit not in UNITS:
            msg = "a charge needs a known unit and a price of at least one unit"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class PricedBlock:
    """One table of a release: how far its unit moves it, and the noise of one helper."""

    sensitivity: SlotSensitivity
    sigma: Fraction
    unit: Unit = "household"

    @classmethod
    def of(cls, block: Block) -> "PricedBlock":
        """Return the price basis of a block; its own stated figures are not believed.

        Raises:
            MalformedParameter: its sigma is no sigma.
        """
        return cls(
            sensitivity=of_block(block.statistic, block.thresholds, block.cap, block.cells),
            sigma=parse_sigma(block.sigma),
            unit=block.unit,
        )

    @property
    def household(self) -> Rho:
        """The price for a household: its records are added or removed, to whatever is there.

        In a table of persons: those of ``HOUSEHOLD_PERSONS`` clients in one area.
        """
        members = HOUSEHOLD_PERSONS if self.unit == "person" else 1
        return rho_of(self.sigma, members**2 * self.sensitivity.added.l2_squared)

    @property
    def person(self) -> Rho:
        """The price for a person: the total of a household changes.

        In a table of persons: the person's records are added or removed, at ``PERSON_PROVIDERS``
        providers, to whatever a helper shifts the buckets to.
        """
        if self.unit == "person":
            squares = person_squares(PERSON_PROVIDERS)
            return rho_of(self.sigma, squares * self.sensitivity.added.l2_squared)
        return rho_of(self.sigma, self.sensitivity.changed.l2_squared)


def release_charges(blocks: Iterable[PricedBlock], years: Sequence[int]) -> tuple[Charge, Charge]:
    """Return what a release charges: the household and the person account.

    ``years`` are the calendar years that the period touches.

    Raises:
        ValueError: no block, or no year.
    """
    priced = tuple(blocks)
    touched = tuple(sorted(set(years)))
    return (
        Charge("household", touched, Rho(sum(block.household for block in priced))),
        Charge("person", touched, Rho(sum(block.person for block in priced))),
    )


def household_price(blocks: Iterable[Block]) -> Rho:
    """Return what blocks take from the account of households, in each year.

    Raises:
        MalformedParameter: a block's sigma is no sigma.
    """
    return Rho(sum(PricedBlock.of(block).household for block in blocks))


def charges_of(blocks: Iterable[Block], years: Sequence[int]) -> tuple[Charge, Charge]:
    """Return the same for the blocks of a query or manifest.

    Raises:
        MalformedParameter: a block's sigma is no sigma.
        ValueError: no block, or no year.
    """
    return release_charges((PricedBlock.of(block) for block in blocks), years)
