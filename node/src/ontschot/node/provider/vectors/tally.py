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


class Tally:
    """The running sum per slot of one variable: int64[n], euro cents or clients served."""

    __slots__ = ("_clients", "_euros", "_institutions", "_most", "_universe", "sums")

    def __init__(self, universe: Universe, measure: Measure) -> None:
        self._universe = universe
        self._euros = measure == "euros"
        self.sums: NDArray[np.int64] = np.zeros(universe.slots, dtype=np.int64)
        self._most = 0
        self._institutions = Group()
        self._clients = dict.fromkeys(How, Group())

    @property
    def clients(self) -> dict[How, Group]:
        """Clients and net amounts per way of placing, institutions not counted."""
        return dict(self._clients)

    @property
    def institutions(self) -> Group:
        """Clients who were left out because their address is no household."""
        return self._institutions

    def add(self, clients: Clients) -> None:
        """Place a chunk of clients and add their values to their slots.

        Raises:
            AmountsTooLarge: the amounts so far might not fit in 64 bits.
        """
        if not len(clients):
            return
        values = clients.net_cent if self._euros else clients.served.astype(np.int64)
        self._require_room(values)
        placement = slots_of(self._universe, clients.addresses, clients.gemeenten)
        household = ~clients.institution
        self._institutions += self._group(values, clients.institution)
        for how in How:
            self._clients[how] += self._group(values, household & (placement.how == how))
        placed = household & (placement.slots != NOT_PLACED)
        np.add.at(self.sums, placement.slots[placed], values[placed])

    def _require_room(self, values: NDArray[np.int64]) -> None:
        # An upper bound of any partial sum, in Python integers.
        self._most += len(values) * max(int(values.max()), -int(values.min()))
        if self._most > _MOST:
            raise AmountsTooLarge

    def _group(self, values: NDArray[np.int64], chosen: NDArray[np.bool_]) -> Group:
        cents = int(values[chosen].sum()) if self._euros else 0
        return Group(int(np.count_nonzero(chosen)), cents)
