# SPDX-License-Identifier: EUPL-1.2
"""What a vector left out or cut: for the provider itself and nobody else (``privacy.md`` 0.16)."""

from dataclasses import dataclass, field

from ontschot.protocol.universe import How


@dataclass(frozen=True, slots=True)
class Group:
    """Some clients or households, and their net amount in euro cents (0 for a flag)."""

    count: int = field(default=0, repr=False)
    cents: int = field(default=0, repr=False)

    def __add__(self, other: "Group") -> "Group":
        """Return both together."""
        return Group(self.count + other.count, self.cents + other.cents)


@dataclass(frozen=True, slots=True)
class PlacementReport:
    """How the clients of one vector were placed and how their amounts were cut.

    ``clients``: per way of placing (``How``) the clients and their net amount. ``institutions``:
    clients whose address is no household; they are left out. ``above``: households over the cap,
    with the euros that were cut. ``below``: households with more credit than debit, with the
    (negative) euros that became zero. ``households``: those with a value above zero before
    rounding, with their euros after clipping; of a PERSON vector the buckets filled.
    ``without_bsn``: clients whom a PERSON vector leaves out because they have no number.
    """

    clients: dict[How, Group]
    institutions: Group
    above: Group
    below: Group
    households: Group
    without_bsn: Group = Group()

    @property
    def placed(self) -> Group:
        """Clients who have a slot."""
        return sum((self.clients[how] for how in How if how <= How.OVERFLOW), Group())

    @property
    def unplaced(self) -> Group:
        """Clients who have none; institutions not counted."""
        return sum((self.clients[how] for how in How if how > How.OVERFLOW), Group())
