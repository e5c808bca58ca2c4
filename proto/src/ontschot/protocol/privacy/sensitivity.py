# SPDX-License-Identifier: EUPL-1.2
"""How far one household can move each kind of table: the table of the privacy design, 0.2.

For each statistic two figures, both exact integers in households or quanta:

* ``added``: all records of one household are added or removed, beside whatever an active adversary
  makes of the same slot. The ledger's account of households uses this.
* ``changed``: what the records of the household say changes from anything to anything. The account
  of persons uses this, because a person who comes or goes changes a household that remains.

Whoever wants to know about a household may choose what its records are added to. A provider may
report care that it never gave; a helper may shift the masked value that a gate is opened at. So of
a total that goes through a gate the honest records do not move the figures from ``f(0)`` to
``f(x)`` but from ``f(d)`` to ``f(d + x)``, with any ``d`` of the ring Z_N that the adversary likes
and without being seen: an upload out of range is rejected at admission, ``d`` within it is not,
and a shifted opening is never checked at all. A gate gives ``f`` of every element of Z_N (section
5), so the claim must hold for all pairs of them, and ``added`` equals ``changed``:

* One threshold count moves by at most 1, and k nested counts by at most 1 each: k.
* Disjoint bins: every element is in one bin or in none, so two figures move by 1 at most, one where
  there is one bin. (Without a shift only one would, which is not enough: a bin that is left out
  makes nothing cheaper.) The same for bins of a code, whatever totals it is made of.
* min(x, cap) lies in [0, cap] for every element and moves by at most cap.

Cells go through no gate. They are added up, so what the adversary adds cancels out of the
difference, and only the household's own cells count: each provider lets it add at most cap to all
cells together, a vector with L1 and L2 of at most cap, and of M cap over M providers (triangle
inequality); two such vectors, neither of them negative, are apart by at most the sum of their L1
and the root of the sum of their squared L2.

One household lies in one area, so areas do not add up; tables over the same household do, in L1 and
in L2 squared. The tests enumerate all values of small domains, and all shifts of small rings.
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
    """What one slot can do: when its records are added or removed, and when they change.

    ``added`` holds against an adversary who chooses what they are added to.
    """

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
    """Return that of ``number`` disjoint bins; the rest of the values are in no bin."""
    _require_positive(number)
    moved = min(number, 2)
    move = Sensitivity(moved, moved)
    return SlotSensitivity(added=move, changed=move)


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
