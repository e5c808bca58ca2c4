# SPDX-License-Identifier: EUPL-1.2
"""Adding up clients per slot, chunk by chunk: the core of a vector, without a database."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ontschot.node.provider.vectors.errors import AmountsTooLarge
from ontschot.node.provider.vectors.report import Group
from ontschot.protocol.universe import NOT_PLACED, Addresses, How, Universe, slots_of
from ontschot.protocol.variables import Measure

_MOST = 2**62


@dataclass(frozen=True, slots=True, eq=False)
class Clients:
    """Columns of m clients; one row per client.

    ``addresses`` as normalised; ``gemeenten`` the responsible gemeente's code or none;
    ``net_cent`` int64, may be negative; ``served`` bool; ``institution`` bool: left out.
    """

    addresses: Addresses = field(repr=False)
    gemeenten: Sequence[str | None] = field(repr=False)
    net_cent: NDArray[np.int64] = field(repr=False)
    served: NDArray[np.bool_] = field(repr=False)
    institution: NDArray[np.bool_] = field(repr=False)

    def __len__(self) -> int:
        """Return the number of clients."""
        return len(self.addresses)


class Placing:
    """Places clients in slots, and counts how that went, for the provider's report."""

    __slots__ = ("_universe", "clients", "institutions")

    def __init__(self, universe: Universe) -> None:
        self._universe = universe
        self.clients = dict.fromkeys(How, Group())
        self.institutions = Group()

    def place(
        self, clients: Clients, cents: NDArray[np.int64]
    ) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
        """Return which clients have a slot (bool[m]), and the slots of those.

        ``cents`` is what the report counts per client: euro cents, or zeros.
        """
        placement = slots_of(self._universe, clients.addresses, clients.gemeenten)
        household = ~clients.institution
        self.institutions += _group(cents, clients.institution)
        for how in How:
            self.clients[how] += _group(cents, household & (placement.how == how))
        placed = household & (placement.slots != NOT_PLACED)
        return placed, placement.slots[placed]


class Tally:
    """The running sum per slot of one variable: int64[n], euro cents or clients served."""

    __slots__ = ("_euros", "_most", "_placing", "sums")

    def __init__(self, universe: Universe, measure: Measure) -> None:
        self._placing = Placing(universe)
        self._euros = measure == "euros"
        self.sums: NDArray[np.int64] = np.zeros(universe.slots, dtype=np.int64)
        self._most = 0

    @property
    def clients(self) -> dict[How, Group]:
        """Clients and net amounts per way of placing, institutions not counted."""
        return dict(self._placing.clients)

    @property
    def institutions(self) -> Group:
        """Clients who were left out because their address is no household."""
        return self._placing.institutions

    def add(self, clients: Clients) -> None:
        """Place a chunk of clients and add their values to their slots.

        Raises:
            AmountsTooLarge: the amounts so far might not fit in 64 bits.
        """
        if not len(clients):
            return
        values = clients.net_cent if self._euros else clients.served.astype(np.int64)
        self._require_room(values)
        placed, slots = self._placing.place(clients, values if self._euros else values * 0)
        np.add.at(self.sums, slots, values[placed])

    def _require_room(self, values: NDArray[np.int64]) -> None:
        # An upper bound of any partial sum, in Python integers.
        self._most += len(values) * max(int(values.max()), -int(values.min()))
        if self._most > _MOST:
            raise AmountsTooLarge


def _group(cents: NDArray[np.int64], chosen: NDArray[np.bool_]) -> Group:
    return Group(int(np.count_nonzero(chosen)), int(cents[chosen].sum()))
