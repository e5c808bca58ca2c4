# SPDX-License-Identifier: EUPL-1.2
"""Which clients of a provider count as a household, decided after they were placed.

An address where many live is an institution and adds nothing to a vector. Whether it is one follows
from the clients of one slot alone: of a slot of the public list, all who were placed there; of an
overflow slot, which strangers share, those of one normalised address in it.

Why it must: the household account promises that the records of one slot move a figure by what is
charged for one slot. A client's slot depends on its own records only, and what a slot holds on the
clients of that slot only. So whoever adds or removes clients of one slot changes that place of a
vector and no other. A rule over all clients at an address would change more: one address may be a
slot in each of several gemeenten, and several addresses may be one slot. The price of it: a group
home whose residents are from many gemeenten is counted in each gemeente apart.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ontschot.node.provider.vectors.report import Group
from ontschot.node.provider.vectors.tally import Clients
from ontschot.protocol.universe import NOT_PLACED, How, Universe, slots_of

INSTITUTION_CLIENTS: Final = 8
"""A slot with more clients of one provider than this is an institution."""

INSTITUTION_STAYS: Final = 3
"""So is one with more clients than this in a category with a bed. A family whose own child stays
elsewhere keeps its address; a group home does not pass for a household."""


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """All m clients that were placed, in the order in which they came.

    ``slots`` int64[m], -1 for who has none; ``how`` uint8[m]; ``counted`` bool[m]; ``institution``
    bool[m], whether the client lives in one.
    """

    slots: NDArray[np.int64] = field(repr=False)
    how: NDArray[np.uint8] = field(repr=False)
    counted: NDArray[np.bool_] = field(repr=False)
    institution: NDArray[np.bool_] = field(repr=False)

    @property
    def inside(self) -> NDArray[np.bool_]:
        """Who counts, has a slot, and lives in no institution: bool[m]."""
        placed: NDArray[np.bool_] = self.slots != NOT_PLACED
        return self.counted & ~self.institution & placed

    def clients(self, cents: NDArray[np.int64]) -> dict[How, Group]:
        """Return clients and their amounts (int64[m]) per way of placing, without institutions."""
        household = self.counted & ~self.institution
        return {how: _group(cents, household & (self.how == how)) for how in How}

    def institutions(self, cents: NDArray[np.int64]) -> Group:
        """Return the clients, with their amounts, who were left out for where they live."""
        return _group(cents, self.counted & self.institution)


def place(
    universe: Universe, chunks: Iterable[Clients], *, with_institutions: bool = False
) -> Placed:
    """Place all clients of a vector, and decide which of them live in an institution.

    With ``with_institutions`` nobody is taken to live in one.
    """
    slots, how = [np.empty(0, np.int64)], [np.empty(0, np.uint8)]
    address = [np.empty((0, 2), np.int64)]
    counted, stays = [np.empty(0, np.bool_)], [np.empty(0, np.bool_)]
    for clients in chunks:
        placement = slots_of(universe, clients.addresses, clients.gemeenten)
        slots.append(placement.slots.astype(np.int64))
        how.append(placement.how)
        address.append(np.column_stack([clients.addresses.place, clients.addresses.suffix]))
        counted.append(clients.counted)
        stays.append(clients.stays)
    found, ways = np.concatenate(slots), np.concatenate(how)
    institution = np.zeros(len(found), dtype=np.bool_)
    if not with_institutions:
        homes = _homes(found, ways, np.concatenate(address))
        institution = _crowded(homes, np.concatenate(stays)) & (found != NOT_PLACED)
    return Placed(found, ways, np.concatenate(counted), institution)


def _homes(
    slots: NDArray[np.int64], how: NDArray[np.uint8], address: NDArray[np.int64]
) -> NDArray[np.int64]:
    # The number of each client's home, int64[m]: its slot, and in overflow its address there.
    apart = np.where((how == How.OVERFLOW)[:, None], address, -1)
    keys = np.column_stack([slots, apart])
    return np.unique(keys, axis=0, return_inverse=True)[1].reshape(-1)


def _crowded(homes: NDArray[np.int64], stays: NDArray[np.bool_]) -> NDArray[np.bool_]:
    clients, beds = np.bincount(homes), np.bincount(homes, weights=stays)
    return ((clients > INSTITUTION_CLIENTS) | (beds > INSTITUTION_STAYS))[homes]


def _group(cents: NDArray[np.int64], chosen: NDArray[np.bool_]) -> Group:
    return Group(int(np.count_nonzero(chosen)), int(cents[chosen].sum()))
