# SPDX-License-Identifier: EUPL-1.2
"""The questions of a round as one batch: planned together, and asked together or not at all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from ontschot.coordinator.mail.desk import Desk
from ontschot.coordinator.queries import service as queries
from ontschot.coordinator.queries.errors import NotOneBatch, NoUsableLevel, QuestionNotInRound
from ontschot.coordinator.queries.plan_file import Plan
from ontschot.coordinator.queries.planning import Expected, expectations
from ontschot.coordinator.queries.service import Asked
from ontschot.protocol.catalogue.definitions import Definition, definition
from ontschot.protocol.catalogue.dividing import divide
from ontschot.protocol.catalogue.planning import plan_blocks
from ontschot.protocol.clock import to_text
from ontschot.protocol.documents.queries import Block, Query
from ontschot.protocol.documents.rounds import Round
from ontschot.protocol.privacy.charge import HOUSEHOLD_PERSONS, Unit, charges_of
from ontschot.protocol.signed import SignedDocument


@dataclass(frozen=True, slots=True)
class Planned:
    """One question of a batch, what it will be worth, and why it is refused, if it is."""

    query: Query
    expected: tuple[Expected, ...]

    @property
    def price(self) -> Mapping[Unit, int]:
        """What it takes of each account, units of 1e-12 rho."""
        return price_of(self.query.blocks)

    @property
    def refusal(self) -> NoUsableLevel | None:
        """Why it is not worth asking: every table that can be predicted is too uncertain."""
        known = [table for table in self.expected if table.is_usable is not None]
        if not known or any(table.is_usable for table in known):
            return None
        best = max(known, key=lambda table: table.shown or 0.0)
        return NoUsableLevel(
            f"{self.query.question}: {best.block} ({best.level}) {best.half_width.nl}"
        )


def price_of(blocks: Sequence[Block]) -> dict[Unit, int]:
    """Return what a release of ``blocks`` takes of each account, units of 1e-12 rho."""
    return {charge.unit: charge.rho for charge in charges_of(blocks, [0])}


def plan_batch(desk: Desk, plan: Plan, round_: Round, total: int) -> list[Planned]:
    """Return the questions of ``plan`` at their part of ``total`` (units of 1e-12 rho).

    Their prices of the household account never add up to more than ``total``.

    Raises:
        UnknownQuestion: the catalogue does not have one.
        QuestionNotInRound: the round was not opened for one.
        SharesTooLarge: the prices of the plan leave nothing for the others.
        PriceTooSmall: a table would cost nothing.
    """
    prices = divide(total, plan.weights, plan.prices)
    return [_planned(desk, plan, round_, name, prices[name]) for name in sorted(prices)]


def ask_batch(desk: Desk, signed: Iterable[SignedDocument], patience: timedelta) -> list[Asked]:
    """Submit approved questions of one round: all, or none, if one may not be asked.

    Who calls this keeps the transaction: an error undoes what came before. A question that is
    known stays as it is, so the same batch may be sent again.

    Raises:
        NotOneBatch: several rounds, or a question twice.
        NotApproved, NotValidNow, NotTheDefinition, UnknownRound, RoundClosed: of the first question
            that may not be asked.
    """
    found = list(signed)
    asked = [Query.parse(one.payload) for one in found]
    if len({query.round for query in asked}) != 1:
        raise NotOneBatch("not one round")
    if len({query.question for query in asked}) != len(asked):
        raise NotOneBatch("a question twice")
    return [queries.submit(desk, one, patience) for one in found]


def _require_offered(known: Definition, round_: Round) -> None:
    here = all(variable in round_.variables for variable in known.variables)
    if not here or any(round_.area_map(b.level, b.minimum) is None for b in known.blocks):
        raise QuestionNotInRound(known.id)


def _planned(desk: Desk, plan: Plan, round_: Round, question: str, price: int) -> Planned:
    known = definition(question)
    maps = {(item.level, item.minimum): item.hash for item in round_.area_maps}
    _require_offered(known, round_)
    # A table of persons takes the square of a household's members from the household account.
    own = price // HOUSEHOLD_PERSONS**2 if known.unit == "person" else price
    most = desk.roster.parameters.household_providers
    query = Query(
        federation=round_.federation,
        question=question,
        definition=known.digest,
        round=round_.digest,
        requester=plan.requester,
        purpose=plan.purpose,
        legal_basis=plan.legal_basis,
        not_before=to_text(desk.now - timedelta(minutes=5)),
        not_after=to_text(desk.now + timedelta(days=plan.days)),
        codes=known.codes,
        blocks=plan_blocks(known, maps, own, household_providers=most),
    )
    return Planned(
        query, tuple(expectations(desk.connection, query, round_, len(desk.roster.providers())))
    )
