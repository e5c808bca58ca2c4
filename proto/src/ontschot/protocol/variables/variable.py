# SPDX-License-Identifier: EUPL-1.2
"""VARIABLE of the protocol: what every node computes per household, and in which units.

A node adds up the net amount (or notes that there is care) per household over the period, clips
it to [0, node_cap] quanta and rounds it to whole quanta. All of that is public; the values are not.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, Self, TypeAlias, get_args

from ontschot.protocol import canonical
from ontschot.protocol.documents.rounds import Round
from ontschot.protocol.variables.errors import MalformedVariable
from ontschot.protocol.variables.groups import Wet, publication_groups

Measure: TypeAlias = Literal["euros", "served"]
"""``euros``: net euro cents; ``served``: 1 where this provider serves the household, else 0."""

MAX_QUANTUM = 10_000_000
"""Largest quantum, in euro cents."""

MAX_NODE_CAP = 2**26
"""Largest cap of one node, in quanta."""

_IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FIELDS = {
    "id",
    "measure",
    "wetten",
    "groups",
    "quantum_cents",
    "node_cap",
    "period_from",
    "period_to",
    "reference_date",
}


@dataclass(frozen=True, slots=True)
class Selection:
    """Which care counts: laws, and of those some publication groups (none given: all care).

    Both are sorted and without repeats; every group belongs to one of the laws.

    Raises:
        MalformedVariable: they are not.
    """

    wetten: tuple[Wet, ...]
    groups: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Check the rules."""
        known = {group.number: group.wet for group in publication_groups()}
        _require(set(self.wetten) <= set(get_args(Wet)) and len(self.wetten) > 0, "wetten")
        _require(self.wetten == tuple(sorted(set(self.wetten))), "wetten not in order")
        _require(all(_whole(group) and group in known for group in self.groups), "groups")
        _require(self.groups == tuple(sorted(set(self.groups))), "groups not in order")
        _require(all(known[group] in self.wetten for group in self.groups), "a group of no wet")

    @property
    def categories(self) -> tuple[str, ...] | None:
        """The product categories that count, sorted; None for all, unknown ones included."""
        if not self.groups:
            return None
        chosen = (group for group in publication_groups() if group.number in self.groups)
        return tuple(sorted(code for group in chosen for code in group.categories))


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of one measurement round.

    ``quantum_cents`` is one unit in euro cents (1 for a flag); ``node_cap`` the most that one node
    reports for one household, in quanta (1 for a flag). The period includes both days; clients
    are at their address of ``reference_date`` (peildatum).

    Raises:
        MalformedVariable: a field breaks these rules.
    """

    id: str
    measure: Measure
    selection: Selection
    quantum_cents: int
    node_cap: int
    period_from: date
    period_to: date
    reference_date: date

    def __post_init__(self) -> None:
        """Check the rules."""
        _require(_IDENTIFIER.fullmatch(self.id) is not None, "id")
        _require(self.measure in get_args(Measure), "measure")
        _require(_whole(self.quantum_cents) and 1 <= self.quantum_cents <= MAX_QUANTUM, "quantum")
        _require(_whole(self.node_cap) and 1 <= self.node_cap <= MAX_NODE_CAP, "node_cap")
        flag = self.quantum_cents == 1 and self.node_cap == 1
        _require(self.measure == "euros" or flag, "a flag has quantum 1 and node_cap 1")
        _require(self.period_from <= self.period_to, "the period ends before it begins")

    @property
    def cap_cents(self) -> int:
        """The most that one node counts for one household, in euro cents (1 for a flag)."""
        return self.node_cap * self.quantum_cents

    def ring_bits(self, max_nodes: int) -> int:
        """Return the bits of the ring Z_N that holds any total of ``max_nodes`` nodes.

        ceil(log2(K * node_cap + 1)), so K * node_cap < N.

        Raises:
            ValueError: no node at all.
        """
        if max_nodes < 1:
            msg = "at least one node"
            raise ValueError(msg)
        return (max_nodes * self.node_cap).bit_length()

    def to_document(self) -> canonical.Document:
        """Return the variable as a document; ``from_document`` reads it back."""
        return {
            "id": self.id,
            "measure": self.measure,
            "wetten": list(self.selection.wetten),
            "groups": list(self.selection.groups),
            "quantum_cents": self.quantum_cents,
            "node_cap": self.node_cap,
            "period_from": self.period_from.isoformat(),
            "period_to": self.period_to.isoformat(),
            "reference_date": self.reference_date.isoformat(),
        }

    @classmethod
    def from_document(cls, document: canonical.Document) -> Self:
        """Return the variable in a decoded document.

        Raises:
            MalformedVariable: another field, or one that breaks a rule.
        """
        _require(set(document) == _FIELDS, "another field")
        wetten, groups = document["wetten"], document["groups"]
        _require(isinstance(wetten, list) and all(isinstance(w, str) for w in wetten), "wetten")
        _require(isinstance(groups, list) and all(map(_whole, groups)), "groups")
        _require(isinstance(document["id"], str) and isinstance(document["measure"], str), "id")
        return cls(
            document["id"],
            document["measure"],
            Selection(tuple(wetten), tuple(groups)),
            document["quantum_cents"],
            document["node_cap"],
            *(_day(document[name]) for name in ("period_from", "period_to", "reference_date")),
        )

    @classmethod
    def from_round(cls, measurement_round: Round, name: str) -> Self:
        """Return the variable called ``name`` of a round, with the round's period and peildatum.

        Raises:
            KeyError: the round has no such variable.
            MalformedVariable: it breaks a rule that the round's own form does not check.
        """
        document = measurement_round.variable(name).model_dump(
            mode="json", exclude={"cells", "persons"}
        )
        period = ("period_from", "period_to", "reference_date")
        return cls.from_document(
            document | {field: getattr(measurement_round, field) for field in period}
        )


def _day(value: Any) -> date:
    _require(isinstance(value, str) and _DAY.fullmatch(value) is not None, "a day")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise MalformedVariable("a day that does not exist") from error


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _require(good: bool, what: str) -> None:  # noqa: FBT001  reads as a sentence where it is called
    if not good:
        raise MalformedVariable(what)
