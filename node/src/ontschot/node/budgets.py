# SPDX-License-Identifier: EUPL-1.2
"""The caps of the accounts, as the anchors signed them in the roster."""

from ontschot.node.ledger import chain
from ontschot.node.ledger import service as ledger
from ontschot.node.mailroom.desk import Desk
from ontschot.protocol.letters import Letter
from ontschot.protocol.privacy.units import Rho


def take_budgets(desk: Desk, _letter: Letter | None) -> None:
    """Set the cap of each account that the new roster names, once.

    A closed ledger takes no caps, but its party must take the roster: the views of its peers from
    which it is rebuilt are under that one, and ``rebuild`` sets its caps.

    Raises:
        CapFixed: the roster names another cap for an account that has one: the roster is refused.
        LedgerMissing: there is no ledger.
    """
    if chain.status(desk.connection).closed_by is not None:
        return
    for budget in desk.roster.parameters.budgets:
        ledger.grant(
            desk.connection, budget.unit, budget.year, Rho(int(budget.rho)), desk.roster.digest
        )
