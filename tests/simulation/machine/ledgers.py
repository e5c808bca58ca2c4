# SPDX-License-Identifier: EUPL-1.2
"""Rules on what parties keep: ledgers, bindings, rosters; published answers; nobody else's data."""

import json
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from ontschot.coordinator.releases.schema import releases, results
from ontschot.node.ledger import chain
from ontschot.node.ledger import service as ledger
from ontschot.node.ledger.errors import LedgerBroken
from ontschot.node.ledger.model import Entry
from ontschot.node.ledger.tables import ACCOUNT, ANSWER, BINDING, ENTRY, HOLD, PEER_HEAD, STATUS
from ontschot.node.ledger.verify import verify_chain
from ontschot.node.mailroom import rosters
from ontschot.protocol import canonical
from ontschot.protocol.canonical import sha256
from ontschot.protocol.documents.releases import Manifest
from simulation.federation import COORDINATOR, HELPERS
from simulation.machine.history import Kept
from simulation.machine.rules import CAPS, opened, require

if TYPE_CHECKING:
    from simulation.machine.world import World


def check_party(world: "World", name: str) -> None:
    """Check a participant's ledger and roster against what was seen of them before."""
    world.read(name, lambda connection: _check_roster(world, name, connection))
    if name == "dealer":
        return
    kept = world.read(name, _kept)
    if world.history.verified.get(name) == kept:
        return  # not a byte differs from what was verified before
    entries = world.read(name, lambda connection: list(chain.entries(connection)))
    known = world.history.chains.get(name, [])
    require(entries[: len(known)] == known, "ledger", f"{name} changed its past")
    # First what this simulation knows better, for the ledger's own check refuses nearly all of it.
    for entry in entries[len(known) :]:
        _check_entry(world, name, entry)
    for account in world.read(name, ledger.accounts):
        require(account.reserved + account.spent <= CAPS[account.unit], "cap", name)
    broken = _broken(world, name)
    require(broken is None, "ledger", f"{name}: {broken}")
    world.history.chains[name] = entries
    world.history.verified[name] = kept


def _broken(world: "World", name: str) -> str | None:
    try:
        world.read(name, verify_chain)
    except LedgerBroken as error:
        return error.detail
    return None


def _kept(connection: Connection) -> Kept:
    # Every row of every table of a ledger: all that the checks above are about.
    tables = (ENTRY, STATUS, ACCOUNT, HOLD, BINDING, ANSWER, PEER_HEAD)
    return [
        sorted(map(tuple, connection.exec_driver_sql(f"SELECT * FROM {table.name}")), key=repr)  # noqa: S608  names of the product
        for table in tables
    ]


def _check_roster(world: "World", name: str, connection: Connection) -> None:
    held = rosters.held_roster(connection)
    if held is None:
        return
    require(held.digest in world.history.rosters, "roster", f"{name} holds a roster nobody signed")
    before = world.history.serials.get(name, 0)
    require(held.serial >= before, "roster", f"{name} went back to an earlier roster")
    world.history.serials[name] = held.serial


def _check_entry(world: "World", name: str, entry: Entry) -> None:
    body = canonical.decode(entry.body)
    if entry.kind == "bind":
        _check_binding(world, name, body)
    if entry.kind not in ("free", "refund"):
        return
    manifest = str(body["mh"])
    gone = world.history.aborts[manifest]
    if name not in HELPERS:
        both = entry.kind == "free" and gone >= set(HELPERS)
        require(both, "ledger", f"{name} gave back what both helpers had not aborted")
        return
    never = (manifest, name) not in world.history.sent
    require(never, "ledger", f"{name} gave back the price of a half that left")
    peer = HELPERS[1 - HELPERS.index(name)]
    if entry.kind == "refund":
        require(peer in gone, "ledger", f"{name} gave back a commit that its peer stands by")


def _check_binding(world: "World", name: str, body: object) -> None:
    require(isinstance(body, dict), "ledger", name)
    assert isinstance(body, dict)
    batch, binding = str(body["batch"]), str(body["binding"])
    known = world.history.bound.setdefault((name, batch), binding)
    require(known == binding, "one-binding", f"{name} bound a batch twice")


def check_published(world: "World") -> None:
    """Compare every new published answer with the halves that left."""
    query = select(results.c.id)
    names = set(world.read(COORDINATOR, lambda c: c.execute(query).scalars().all()))
    if names == world.history.answers:
        return
    world.history.answers = names
    rows = world.read(
        COORDINATOR,
        lambda c: c.execute(
            select(results.c.document, releases.c.document.label("manifest")).join_from(
                results,
                releases,
                (releases.c.release_id == results.c.id) & (releases.c.state == "done"),
            )
        ).all(),
    )
    for row in rows:
        digest = sha256(row.document)
        if digest not in world.history.published:
            world.history.published.add(digest)
            _compare(world, json.loads(row.document), Manifest.parse(row.manifest))


def _compare(
    world: "World", answer: dict[str, list[dict[str, list[dict[str, object]]]]], manifest: Manifest
) -> None:
    sums = opened(world, manifest)
    for table, found in zip(answer["tables"], sums, strict=True):
        for place, area in enumerate(table["areas"]):
            shown = [figure["value"] for figure in area["figures"]]  # type: ignore[attr-defined]  # read from JSON
            true = found[:, place].tolist()
            require(shown[: len(true)] == true, "published", f"{shown} instead of {true}")


def check_files(world: "World") -> None:
    """Nobody's files hold a piece of a provider's vector; the coordinator's no seed either."""
    needles = world.history.needles
    for name in (COORDINATOR, *HELPERS, "dealer"):
        for path in sorted((world.folder / name).rglob("*")):
            if path.is_file():
                data = path.read_bytes()
                require(not needles.vector_in(data), "kept-secret", f"a file of {name}")
                if name == COORDINATOR:
                    require(not needles.found_in(data), "kept-secret", f"a file of {name}")
