# SPDX-License-Identifier: EUPL-1.2
"""Receive a round with its public files, and look them up again.

A file travels by hash and is only taken when the roster, signed by the anchors, lists that hash:
the coordinator carries public inputs and chooses none.
"""

from functools import lru_cache
from pathlib import Path

from sqlalchemy import select

from ontschot.node.mailroom.desk import Desk
from ontschot.node.public_inputs import schema
from ontschot.protocol.canonical import sha256
from ontschot.protocol.documents.rounds import CellGrid, PersonGrid, Round, VariableDocument
from ontschot.protocol.errors import Refusal
from ontschot.protocol.language import Text
from ontschot.protocol.letters import Letter
from ontschot.protocol.release.lengths import length_of
from ontschot.protocol.universe import ENCODER, AreaMap, Universe, require_derived


class UnknownPublicInput(Refusal):
    """A round, universe or map that is not here, or that the roster does not list."""

    code = "unknown-public-input"
    title = Text(
        "Deze meetronde, adreslijst of kaart is hier niet bekend",
        "This round, address list or map is not known here",
    )
    remedy = Text(
        "Staat de lijst in het getekende rooster? Vraag de coördinator om hem opnieuw te sturen.",
        "Is the list in the signed roster? Ask the coordinator to send it again.",
    )


def receive_round(desk: Desk, letter: Letter) -> None:
    """Keep a round and the public files beside it.

    Raises:
        UnknownPublicInput: the roster does not list the universe or a map, another encoder, or a
            file is missing or another than the round says.
        MalformedMessage: a file is not what it should be; a map is not the one that the rule makes
            of this universe.
    """
    round_ = Round.parse(letter.payload)
    if round_.federation != desk.roster.federation or letter.sender != desk.roster.coordinator().id:
        raise UnknownPublicInput("a round of another federation")
    require_listed(desk, round_)
    files = {ref.sha256: desk.attachment(ref) for ref in letter.attachments}
    for name in (round_.universe, *(area_map.hash for area_map in round_.area_maps)):
        path = files.get(name) or desk.kept(_file(name))
        if path is None:
            raise UnknownPublicInput("a file is missing")
        _require_sound(desk, path, round_, name)
        if desk.kept(_file(name)) is None:
            desk.keep(path.read_bytes(), _file(name))
    known = select(schema.rounds.c.hash).where(schema.rounds.c.hash == round_.digest)
    if desk.connection.execute(known).first() is None:
        desk.connection.execute(
            schema.rounds.insert().values(
                hash=round_.digest, document=letter.payload, roster_serial=desk.roster.serial
            )
        )


def require_round(desk: Desk, digest: str) -> Round:
    """Return a round.

    Raises:
        UnknownPublicInput: it never arrived.
    """
    document = desk.connection.execute(
        select(schema.rounds.c.document).where(schema.rounds.c.hash == digest)
    ).scalar()
    if document is None:
        raise UnknownPublicInput("a round")
    return Round.parse(document)


def require_area_map(desk: Desk, digest: str) -> AreaMap:
    """Return an area map.

    Raises:
        UnknownPublicInput: it never arrived.
    """
    return _area_map(_path(desk, digest), digest)


def require_universe(desk: Desk, digest: str) -> Universe:
    """Return a universe.

    Raises:
        UnknownPublicInput: it never arrived.
    """
    return _universe(_path(desk, digest), digest)


def require_cell_areas(desk: Desk, round_: Round, grid: CellGrid | PersonGrid) -> AreaMap:
    """Return the map over whose areas a round's CELL or PERSON vectors are.

    Raises:
        UnknownPublicInput: the round has no such map, or it never arrived.
    """
    digest = round_.area_map(grid.level, grid.minimum)
    if digest is None:
        raise UnknownPublicInput("a map for cells or buckets")
    return require_area_map(desk, digest)


def require_grid_areas(desk: Desk, round_: Round, variable: VariableDocument) -> AreaMap | None:
    """Return the same of a variable, or None: its vectors are over slots.

    Raises:
        UnknownPublicInput: the round has no such map, or it never arrived.
    """
    grid = variable.grid
    return None if grid is None else require_cell_areas(desk, round_, grid)


def vector_length(desk: Desk, round_: Round, variable: VariableDocument) -> int:
    """Return how many integers an upload of a variable has: slots, cells or buckets.

    Raises:
        UnknownPublicInput: the map of its cells or buckets is not here.
    """
    return length_of(variable, round_.slots, require_grid_areas(desk, round_, variable))


def require_listed(desk: Desk, round_: Round) -> None:
    """Check that the roster in force lists a round's universe, with this encoder, and its maps.

    Raises:
        UnknownPublicInput: it does not.
    """
    listed = {item.hash: item for item in desk.roster.parameters.universes}
    universe = listed.get(round_.universe)
    if universe is None or universe.encoder != ENCODER:
        raise UnknownPublicInput("a universe or encoder that the roster does not list")
    if not {area_map.hash for area_map in round_.area_maps} <= set(universe.area_maps):
        raise UnknownPublicInput("a map that the roster does not list")


def _require_sound(desk: Desk, path: Path, round_: Round, name: str) -> None:
    if name == round_.universe:
        if _universe(path, name).slots != round_.slots:
            raise UnknownPublicInput("a universe of another size")
        return
    area_map = _area_map(path, name)
    stated = next(item for item in round_.area_maps if item.hash == name)
    if (area_map.level, area_map.minimum) != (stated.level, stated.minimum):
        raise UnknownPublicInput("a map of another level or minimum")
    # Anchors list hashes; that a hash is of the one map that the rule makes is seen here. Another
    # division of the same addresses would let two figures be subtracted.
    require_derived(require_universe(desk, round_.universe), area_map)


def _path(desk: Desk, digest: str) -> Path:
    path = desk.kept(_file(digest))
    if path is None:
        raise UnknownPublicInput("a file")
    return path


def _file(digest: str) -> str:
    return f"public/{digest}"


# Public files are named by their content, so a cached one can never be out of date.
@lru_cache(maxsize=16)
def _area_map(path: Path, digest: str) -> AreaMap:
    data = path.read_bytes()
    if sha256(data) != digest:
        raise UnknownPublicInput("a damaged file")
    return AreaMap.from_bytes(data)


@lru_cache(maxsize=2)
def _universe(path: Path, digest: str) -> Universe:
    data = path.read_bytes()
    if sha256(data) != digest:
        raise UnknownPublicInput("a damaged file")
    return Universe.from_bytes(data)
