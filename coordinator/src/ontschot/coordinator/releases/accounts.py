# SPDX-License-Identifier: EUPL-1.2
"""What the coordinator knows of the budgets: caps in the roster, less what releases take.

The ledgers decide; this is what to expect of them. Every release that was not aborted counts, and
every open question that has no release yet, so that the rest stated here is never more than what
a helper's ledger has left.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from ontschot.coordinator.mail.desk import Desk
from ontschot.coordinator.queries import service as queries
from ontschot.coordinator.queries.errors import PlanOverBudget
from ontschot.coordinator.releases.schema import releases, uploads
from ontschot.coordinator.rounds import service as rounds
from ontschot.protocol.documents.releases import Manifest
from ontschot.protocol.documents.rounds import Round
from ontschot.protocol.privacy.charge import Charge, Unit, charges_of
from ontschot.protocol.privacy.units import rho_text
from ontschot.protocol.release.admission import admission_price, unit_of

CHECKED = ("admitting", "admitted", "rejected")


@dataclass(frozen=True, slots=True)
class Account:
    """One account: ``cap`` as the anchors signed it, and what was ``taken``; units of 1e-12 rho."""

    unit: Unit
    year: int
    cap: int
    taken: int

    @property
    def left(self) -> int:
        """What is left; never below zero."""
        return max(0, self.cap - self.taken)


def accounts(desk: Desk, round_: Round) -> list[Account]:
    """Return the accounts that a release of ``round_`` charges: each unit, each year.

    An account without a cap in the roster has nothing. What the checks of uploads to come will take
    is not subtracted: see ``checks_to_come``.
    """
    caps = {
        (budget.unit, budget.year): int(budget.rho) for budget in desk.roster.parameters.budgets
    }
    taken: dict[tuple[Unit, int], int] = {}
    for charge in _taken(desk.connection):
        for year in charge.years:
            taken[charge.unit, year] = taken.get((charge.unit, year), 0) + charge.rho
    units: tuple[Unit, ...] = ("household", "person")
    return [
        Account(unit, year, caps.get((unit, year), 0), taken.get((unit, year), 0))
        for unit in units
        for year in round_.years
    ]


def require_room(desk: Desk, round_: Round) -> None:
    """Check that no account of a round takes more than its cap, with the checks to come.

    Raises:
        PlanOverBudget: one does.
    """
    checks = checks_to_come(desk, round_)
    for account in accounts(desk, round_):
        if account.taken + checks > account.cap:
            raise PlanOverBudget(f"{account.unit} {account.year}: {rho_text(account.cap)}")


def checks_to_come(desk: Desk, round_: Round) -> int:
    """Return what the checks of a round's uploads will still take of each account.

    One check per provider and variable that goes through a gate, units of 1e-12 rho.
    """
    rho, expected = int(desk.roster.parameters.admission_rho), len(desk.roster.providers())
    rows = desk.connection.execute(
        select(uploads.c.variable, func.count())
        .where(uploads.c.round == round_.digest, uploads.c.state.in_(CHECKED))
        .group_by(uploads.c.variable)
    )
    checked = {row[0]: row[1] for row in rows}
    to_come = 0
    for variable in round_.variables:
        if variable.cells is None:
            price = admission_price(rho, unit_of(variable))
            left = max(0, expected - checked.get(variable.id, 0))
            to_come += left * max(price.household, price.person)
    return to_come


def _taken(connection: Connection) -> list[Charge]:
    found: list[Charge] = []
    answered = set()
    rows = connection.execute(select(releases).where(releases.c.state != "aborted"))
    for row in rows.all():
        manifest = Manifest.parse(row.document)
        answered.add(row.query)
        years = rounds.require(connection, manifest.round).years
        found += charges_of(manifest.blocks, years)
    for asked in queries.open_questions(connection):
        if asked.digest not in answered:
            years = rounds.require(connection, asked.query.round).years
            found += charges_of(asked.query.blocks, years)
    return found
