# SPDX-License-Identifier: EUPL-1.2
"""Open a round, send its public files to who needs them, and look it up."""

from collections.abc import Iterable

from sqlalchemy import Connection, delete, select, update

from ontschot.coordinator.mail.desk import Desk
from ontschot.coordinator.rounds.schema import deliveries, public_files, rounds
from ontschot.protocol.canonical import sha256
from ontschot.protocol.clock import to_text
from ontschot.protocol.documents.rounds import Round, VariableDocument
from ontschot.protocol.errors import Refusal
from ontschot.protocol.language import Text
from ontschot.protocol.release.gates import MAX_RING_BITS, ring_bits
from ontschot.protocol.release.lengths import length_of
from ontschot.protocol.universe.areas import AreaMap


class UnknownRound(Refusal):
    """No such round, or a file of it is missing."""

    code = "unknown-round"
    title = Text("Deze meetronde bestaat niet", "There is no such measurement round")
    remedy = Text("Open de meetronde eerst.", "Open the round first.")
    http_status = 404


class RoundClosed(Refusal):
    """The round has ended: nothing is asked of it any more."""

    code = "round-is-closed"
    title = Text("Deze meetronde is afgesloten", "This measurement round is closed")
    remedy = Text("Open een nieuwe meetronde.", "Open a new round.")
    http_status = 409


class RoundNotUsable(Refusal):
    """No release could ever be made of this round; the detail says why."""

    code = "round-not-usable"
    title = Text("Met deze meetronde kan niets", "Nothing can be done with this round")
    remedy = Text("Maak de meetronde anders.", "Make the round in another way.")
    http_status = 422


def open_round(desk: Desk, round_: Round, files: Iterable[bytes], boundaries: bytes | None) -> str:
    """Keep a round with its public files; return its hash. A known round stays as it is.

    Raises:
        UnknownRound: a file that the round names is missing.
        RoundNotUsable: no map of the gemeente, over which uploads are checked, or of the areas of a
            variable with cells or buckets, or a variable whose totals fit no ring.
    """
    _require_usable(desk, round_)
    contents = {sha256(content): content for content in files}
    needed = {round_.universe, *(area_map.hash for area_map in round_.area_maps)}
    if not needed <= set(contents):
        raise UnknownRound("a public file is missing")
    if find(desk.connection, round_.digest) is not None:
        return round_.digest
    for name in needed:
        known = select(public_files.c.hash).where(public_files.c.hash == name)
        if desk.connection.execute(known).first() is None:
            desk.connection.execute(public_files.insert().values(hash=name, content=contents[name]))
    desk.connection.execute(
        rounds.insert().values(
            hash=round_.digest,
            id=round_.id,
            document=round_.to_bytes(),
            boundaries=boundaries,
        )
    )
    return round_.digest


def deliver(desk: Desk, round_hash: str, recipients: Iterable[str]) -> None:
    """Send a round with its public files to participants that have not had it."""
    round_ = require(desk.connection, round_hash)
    had = set(
        desk.connection.execute(
            select(deliveries.c.participant).where(deliveries.c.round == round_hash)
        ).scalars()
    )
    missing = [name for name in recipients if name not in had]
    if not missing:
        return
    names = sorted({round_.universe, *(area_map.hash for area_map in round_.area_maps)})
    contents = [_content(desk.connection, name) for name in names]
    for name in missing:
        desk.send(name, "round", round_hash, round_.to_bytes(), contents)
        desk.connection.execute(deliveries.insert().values(round=round_hash, participant=name))


def is_delivered(connection: Connection, round_hash: str, participant: str) -> bool:
    """Return whether a participant has been sent a round."""
    had = select(deliveries.c.participant).where(
        deliveries.c.round == round_hash, deliveries.c.participant == participant
    )
    return connection.execute(had).first() is not None


def deliver_again(desk: Desk, round_hash: str, recipient: str) -> None:
    """Send a round once more to one who could not take it."""
    desk.connection.execute(
        delete(deliveries).where(
            deliveries.c.round == round_hash, deliveries.c.participant == recipient
        )
    )
    deliver(desk, round_hash, [recipient])


def close(desk: Desk, round_hash: str) -> None:
    """Note that a round has ended.

    Raises:
        UnknownRound: no such round.
    """
    require(desk.connection, round_hash)
    desk.connection.execute(
        update(rounds)
        .where(rounds.c.hash == round_hash, rounds.c.closed_at.is_(None))
        .values(closed_at=to_text(desk.now))
    )


def require_open(connection: Connection, round_hash: str) -> Round:
    """Return a round that has not ended.

    Raises:
        UnknownRound: no such round.
        RoundClosed: it has ended.
    """
    round_ = require(connection, round_hash)
    ended = select(rounds.c.closed_at).where(rounds.c.hash == round_hash)
    if connection.execute(ended).scalar() is not None:
        raise RoundClosed(round_.id)
    return round_


def find(connection: Connection, round_hash: str) -> Round | None:
    """Return a round by hash, or nothing."""
    document = connection.execute(
        select(rounds.c.document).where(rounds.c.hash == round_hash)
    ).scalar()
    return None if document is None else Round.parse(document)


def by_name(connection: Connection, name: str) -> Round:
    """Return a round by its id.

    Raises:
        UnknownRound: no such round.
    """
    document = connection.execute(select(rounds.c.document).where(rounds.c.id == name)).scalar()
    if document is None:
        raise UnknownRound(name)
    return Round.parse(document)


def require(connection: Connection, round_hash: str) -> Round:
    """Return a round by hash.

    Raises:
        UnknownRound: no such round.
    """
    found = find(connection, round_hash)
    if found is None:
        raise UnknownRound(round_hash[:12])
    return found


def area_map(connection: Connection, digest: str) -> AreaMap:
    """Return an area map.

    Raises:
        UnknownRound: no round brought it.
    """
    return AreaMap.from_bytes(_content(connection, digest))


def vector_length(connection: Connection, round_: Round, variable: VariableDocument) -> int:
    """Return how many places an upload of a variable has: slots, cells or buckets.

    Raises:
        UnknownRound: the map of its cells or buckets is not here.
    """
    return length_of(variable, round_.slots, _grid_map(connection, round_, variable))


def admission_map(round_: Round, variable: VariableDocument) -> str:
    """Return the hash of the map over which an upload of a variable is checked."""
    if variable.persons is not None:
        return round_.area_map(variable.persons.level, variable.persons.minimum) or ""
    return next(item.hash for item in round_.area_maps if item.level == "gemeente")


def _grid_map(connection: Connection, round_: Round, variable: VariableDocument) -> AreaMap | None:
    if variable.grid is None:
        return None
    digest = round_.area_map(variable.grid.level, variable.grid.minimum)
    if digest is None:
        raise UnknownRound("a map of cells or buckets")
    return area_map(connection, digest)


def _require_usable(desk: Desk, round_: Round) -> None:
    if not any(item.level == "gemeente" for item in round_.area_maps):
        raise RoundNotUsable("no map of the gemeente")
    for variable in round_.variables:
        bits = ring_bits(desk.roster.parameters.max_nodes, variable.node_cap)
        if bits > MAX_RING_BITS:
            raise RoundNotUsable(f"{variable.id}: totals of {bits} bits")
        grid = variable.grid
        if grid is not None and round_.area_map(grid.level, grid.minimum) is None:
            raise RoundNotUsable(f"{variable.id}: no map of its areas")


def _content(connection: Connection, name: str) -> bytes:
    content: bytes | None = connection.execute(
        select(public_files.c.content).where(public_files.c.hash == name)
    ).scalar()
    if content is None:
        raise UnknownRound("a public file is missing")
    return content
