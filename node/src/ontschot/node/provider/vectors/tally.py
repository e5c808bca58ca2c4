# SPDX-License-Identifier: EUPL-1.2
"""Clients as columns, and their values added up per slot: a vector's core, without a database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ontschot.node.provider.vectors.errors import AmountsTooLarge
from ontschot.protocol.universe import Addresses
from ontschot.protocol.variables import Measure

_MOST = 2**62


@dataclass(frozen=True, slots=True, eq=False)
class Clients:
    """Columns of m clients; one row per client.

    ``addresses`` as normalised; ``gemeenten`` the responsible gemeente's code or none; ``net_cent``
    int64, may be negative; ``served`` bool; ``counted`` bool: who is not only says how many live at
    an address; ``stays`` bool: help with a stay.
    """

    addresses: Addresses = field(repr=False)
    gemeenten: Sequence[str | None] = field(repr=False)
    net_cent: NDArray[np.int64] = field(repr=False)
    served: NDArray[np.bool_] = field(repr=False)
    counted: NDArray[np.bool_] = field(repr=False)
    stays: NDArray[np.bool_] = field(repr=False)

    def __len__(self) -> int:
        """Return the number of clients."""
        return len(self.addresses)


def values_of(clients: Clients, measure: Measure) -> NDArray[np.int64]:
    """Return what each client adds to its slot: euro cents, or 1 for who was served."""
    values = clients.net_cent if measure == "euros" else clients.served.astype(np.int64)
    return np.where(clients.counted, values, 0)


def require_room(parts: Iterable[NDArray[np.int64]]) -> None:
    """Check that no sum of these values can leave 64 bits.

    Raises:
        AmountsTooLarge: it might.
    """
    # An upper bound of any partial sum, in Python integers.
    most = sum(len(part) * max(int(part.max()), -int(part.min())) for part in parts if len(part))
    if most > _MOST:
        raise AmountsTooLarge


def add_up(
    slots: NDArray[np.int64], values: NDArray[np.int64], universe_slots: int
) -> NDArray[np.int64]:
    """Return the sum of ``values`` in each slot, int64[universe_slots]."""
    sums = np.zeros(universe_slots, dtype=np.int64)
    np.add.at(sums, slots, values)
    return sums
