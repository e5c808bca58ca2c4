# SPDX-License-Identifier: EUPL-1.2
"""What is on disk of a key for persons: its state, contributions in boxes, what others said."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.sqlite import insert

from ontschot.node.mailroom.desk import Desk
from ontschot.node.provider.persons import schema
from ontschot.protocol.documents.persons import KeySet
from ontschot.protocol.keys import CannotOpen
from ontschot.protocol.persons.sealing import kept_context

State: TypeAlias = Literal["committed", "pinned", "ready", "closed"]
Fact: TypeAlias = Literal["share", "asked", "check"]


@dataclass(frozen=True, slots=True)
class KeptKey:
    """How far the key of a round is here."""

    round: str
    state: State
    commit: bytes | None
    key_set: KeySet | None


def find(desk: Desk, round_hash: str) -> KeptKey | None:
    """Return how far the key of a round is, or None: nothing was begun."""
    row = desk.connection.execute(
        select(schema.keys).where(schema.keys.c.round == round_hash)
    ).first()
    if row is None:
        return None
    key_set = None if row.key_set is None else KeySet.parse(row.key_set)
    return KeptKey(row.round, row.state, row.commit, key_set)


def in_state(desk: Desk, state: State) -> list[KeptKey]:
    """Return the keys of all rounds that are so far, by round."""
    table = schema.keys.c
    rounds = desk.connection.execute(
        select(table.round).where(table.state == state).order_by(table.round)
    ).scalars()
    found = [find(desk, round_hash) for round_hash in rounds.all()]
    return [one for one in found if one is not None]


def begin(desk: Desk, round_hash: str, commit: bytes) -> None:
    """Note that this node committed to a contribution."""
    row = {"round": round_hash, "state": "committed", "commit": commit}
    desk.connection.execute(schema.keys.insert().values(row))


def pin(desk: Desk, key_set: KeySet) -> None:
    """Note whose contributions make the key of a round."""
    _update(desk, key_set.round, {"state": "pinned", "key_set": key_set.to_bytes()})


def set_state(desk: Desk, round_hash: str, state: State) -> None:
    """Write how far a key is."""
    _update(desk, round_hash, {"state": state})


def close(desk: Desk, round_hash: str) -> None:
    """Erase everything of a round; nothing is begun for it again."""
    for table in (schema.contributions, schema.facts):
        desk.connection.execute(delete(table).where(table.c.round == round_hash))
    row = {"state": "closed", "commit": None, "key_set": None}
    desk.connection.execute(
        insert(schema.keys)
        .values(row | {"round": round_hash})
        .on_conflict_do_update(index_elements=["round"], set_=row)
    )


def keep_contribution(desk: Desk, round_hash: str, node: str, value: bytes) -> None:
    """Keep the contribution of a node, sealed to this node; a known one stays as it is."""
    box = desk.me.sealing_key.seal(value, kept_context(round_hash, node))
    row = {"round": round_hash, "node": node, "box": box}
    desk.connection.execute(insert(schema.contributions).values(row).on_conflict_do_nothing())


def contributions(desk: Desk, round_hash: str) -> Mapping[str, bytes]:
    """Return the contributions of a round, by node.

    Boxes that the present key does not open are left out, and erased: this node took other keys
    since, and gets what was in them from the others again.
    """
    table = schema.contributions.c
    rows = desk.connection.execute(
        select(table.node, table.box).where(table.round == round_hash)
    ).all()
    found: dict[str, bytes] = {}
    for row in rows:
        try:
            found[row.node] = desk.keys.open(row.box, kept_context(round_hash, row.node))
        except CannotOpen:
            forget_contribution(desk, round_hash, row.node)
    return found


def forget_contribution(desk: Desk, round_hash: str, node: str) -> None:
    """Erase the contribution of one node."""
    table = schema.contributions
    desk.connection.execute(delete(table).where(table.c.round == round_hash, table.c.node == node))


def keep_fact(desk: Desk, round_hash: str, kind: Fact, sender: str, body: bytes) -> None:
    """Keep what somebody said, in place of what that party said before."""
    row = {"round": round_hash, "kind": kind, "sender": sender, "body": body}
    desk.connection.execute(
        insert(schema.facts)
        .values(row)
        .on_conflict_do_update(index_elements=["round", "kind", "sender"], set_={"body": body})
    )


def facts(desk: Desk, round_hash: str, kind: Fact) -> Mapping[str, bytes]:
    """Return what was said of one kind, by sender."""
    table = schema.facts.c
    rows = desk.connection.execute(
        select(table.sender, table.body)
        .where(table.round == round_hash, table.kind == kind)
        .order_by(table.sender)
    )
    return {row.sender: row.body for row in rows}


def take_facts(desk: Desk, round_hash: str, kind: Fact) -> Mapping[str, bytes]:
    """Return the same, and erase it."""
    found = facts(desk, round_hash, kind)
    table = schema.facts
    desk.connection.execute(delete(table).where(table.c.round == round_hash, table.c.kind == kind))
    return found


def _update(desk: Desk, round_hash: str, values: Mapping[str, object]) -> None:
    desk.connection.execute(
        update(schema.keys).where(schema.keys.c.round == round_hash).values(**values)
    )
