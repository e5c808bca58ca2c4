# SPDX-License-Identifier: EUPL-1.2
"""How far one household can move each kind of table: the table of the privacy design, 0.2.

For each statistic two figures, both exact integers in households or quanta:

* ``added``: all records of one household are added or removed (its total goes from 0 to any value
  or back). The ledger's account of households uses this.
* ``changed``: the household's total changes from any value to any other. The account of persons
  uses this, because a person who comes or goes changes the total of a household that remains.

Why: a threshold count moves by at most 1. Of k nested counts all k move between 0 and the top. Of
disjoint bins without the zero bin, one figure moves from or to zero, two between two bins.
min(x, cap) moves by at most cap. Cells: each provider lets a household add at most cap to all
cells together, so the vector it adds has L1 and L2 of at most cap there, and M cap over M
providers (triangle inequality); two such vectors, neither of them negative, are apart by at most
the sum of their L1 and the root of the sum of their squared L2. One household lies in one area, so
areas do not add up; tables over the same household do, in L1 and in L2 squared. The tests
enumerate all values of small domains.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ontschot.protocol.documents.queries import Cells, Statistic


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The largest move of a vector of figures: its L1 norm, and the square of its L2 norm."""

    l1: int
    l2_squared: int

    def __add__(self, other: "Sensitivity") -> "Sensitivity":
        """Return the move of both vectors side by side, each at its largest."""
        return Sensitivity(self.l1 + other.l1, self.l2_squared + other.l2_squared)


@dataclass(frozen=True, slots=True)
class SlotSensitivity:
    """What one slot can do: when its records are added or removed, and when they change."""

    added: Sensitivity
    changed: Sensitivity


def count() -> SlotSensitivity:
    """Return the sensitivity of the number of households with x >= t, for one t."""
    return nested(1)


def nested(thresholds: int) -> SlotSensitivity:
    """Return that of ``thresholds`` counts x >= t_1, x >= t_2, ... over the same households."""
    _require_positive(thresholds)
    move = Sensitivity(thresholds, thresholds)
    return SlotSensitivity(added=move, changed=move)


def bins(number: int) -> SlotSensitivity:
    """Return that of ``number`` disjoint bins, of which none holds the value zero."""
    _require_positive(number)
    moved = min(number, 2)
    return SlotSensitivity(added=Sensitivity(1, 1), changed=Sensitivity(moved, moved))


def capped(cap: int) -> SlotSensitivity:
    """Return that of the sum of min(x, cap), x >= 0; ``cap`` in quanta."""
    _require_positive(cap)
    move = Sensitivity(cap, cap * cap)
    return SlotSensitivity(added=move, changed=move)


def clamped(cap: int, providers: int) -> SlotSensitivity:
    """Return that of cells to which a household adds at most ``cap`` at each of ``providers``."""
    _require_positive(min(cap, providers))
    most = cap * providers
    return SlotSensitivity(
        added=Sensitivity(most, most * most), changed=Sensitivity(2 * most, 2 * most * most)
    )


def together(first: SlotSensitivity, *more: SlotSensitivity) -> SlotSensitivity:
    """Return that of several tables side by side: of one variable, or of several variables.

    Exact for counts and capped sums, whose largest moves coincide, and for tables over different
    variables; with bins of the same variable it is an upper bound.
    """
    added, changed = first.added, first.changed
    for part in more:
        added, changed = added + part.added, changed + part.changed
    return SlotSensitivity(added=added, changed=changed)


def of_block(
    statistic: Statistic, thresholds: Sequence[int], cap: int | None, cells: Cells | None = None
) -> SlotSensitivity:
    """Return the sensitivity of one block of a query.

    Raises:
        ValueError: the block lacks its thresholds, its cap or its cells.
    """
    if statistic == "sum":
        return clamped(cap or 0, cells.providers if cells else 0)
    if statistic == "capped":
        return capped(cap or 0)
    return bins(len(thresholds)) if statistic == "bins" else nested(len(thresholds))


def _require_positive(number: int) -> None:
    if number < 1:
        msg = "a table needs at least one threshold, or a positive cap"
        raise ValueError(msg)
