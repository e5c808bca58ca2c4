# SPDX-License-Identifier: EUPL-1.2
"""A plan for a round within what the budgets have left, checked against every account.

The sum of all prices, with the checks of the uploads to come, is never above the plan's total, and
never above what an account has left: all in whole units of 1e-12 rho.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ontschot.coordinator.mail.desk import Desk
from ontschot.coordinator.queries.batches import Planned, plan_batch
from ontschot.coordinator.queries.errors import PlanOverBudget
from ontschot.coordinator.queries.plan_file import Plan
from ontschot.coordinator.releases.accounts import Account, accounts, checks_to_come
from ontschot.coordinator.rounds import service as rounds
from ontschot.protocol.documents.rounds import Round
from ontschot.protocol.privacy.charge import Unit
from ontschot.protocol.privacy.units import rho_text


@dataclass(frozen=True, slots=True)
class Batch:
    """A planned round.

    Attributes:
        round: over which round.
        questions: planned, by number.
        checks: what the checks of uploads will take of each account, units of 1e-12 rho.
        accounts: as they stand before the round.
    """

    round: Round
    questions: tuple[Planned, ...]
    checks: int
    accounts: tuple[Account, ...]

    def takes(self, unit: Unit) -> int:
        """Return what the round takes of an account, the checks included."""
        return _sum(self.questions, unit) + self.checks

    @property
    def is_refused(self) -> bool:
        """Whether a question is refused; nothing of the plan may be asked then."""
        return any(planned.refusal is not None for planned in self.questions)


def plan_round(desk: Desk, plan: Plan) -> Batch:
    """Return the batch of a plan.

    Without a total the plan takes what the household account has left, or less where the person
    account would not suffice.

    Raises:
        UnknownRound, RoundClosed: no round to ask in.
        PlanOverBudget: an account has less left than the plan takes.
        UnknownQuestion, QuestionNotInRound, SharesTooLarge, PriceTooSmall: of a question.
    """
    round_ = rounds.require_open(
        desk.connection, rounds.by_name(desk.connection, plan.round).digest
    )
    known = tuple(accounts(desk, round_))
    checks = checks_to_come(desk, round_)
    total = (_least(known, "household") if plan.total is None else plan.total) - checks
    if total < 1:
        raise PlanOverBudget(f"{round_.id}: the checks of uploads take {rho_text(checks)}")
    questions = plan_batch(desk, plan, round_, total)
    if plan.total is None:
        questions = _fitted(desk, plan, round_, questions, _least(known, "person") - checks)
    batch = Batch(round_, tuple(questions), checks, known)
    for account in known:
        if batch.takes(account.unit) > account.left:
            raise PlanOverBudget(
                f"{account.unit} {account.year}: {rho_text(batch.takes(account.unit))},"
                f" {rho_text(account.left)} left"
            )
    return batch


def _fitted(
    desk: Desk, plan: Plan, round_: Round, questions: list[Planned], room: int
) -> list[Planned]:
    # Gates cost both accounts the same; sums over cells cost a person more than a household.
    # Prices are proportional to the total but for rounding, for which a millionth is enough.
    total = _sum(questions, "household")
    while (needed := _sum(questions, "person")) > room > 0:
        smaller = total * room // needed * 999_999 // 1_000_000
        if smaller < 1:
            raise PlanOverBudget(f"person: {rho_text(room)} left")
        total = smaller
        questions = plan_batch(desk, plan, round_, total)
    return questions


def _least(known: Sequence[Account], unit: Unit) -> int:
    return min(account.left for account in known if account.unit == unit)


def _sum(questions: Sequence[Planned], unit: Unit) -> int:
    return sum(planned.price[unit] for planned in questions)
