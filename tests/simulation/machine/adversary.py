# SPDX-License-Identifier: EUPL-1.2
"""What a coordinator does that wants to know more than it may.

It carries every letter, so it may show one again, out of order, to nobody, or to somebody else; it
has a key of its own, so it may propose what it likes, and quote what others wrote. It has no other
key: it makes no approval, no consent and no word of a helper.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from ontschot.coordinator.mail import Acknowledged
from ontschot.coordinator.mail.desk import Desk
from ontschot.coordinator.releases.schema import batches, uploads
from ontschot.coordinator.releases.stock import Stock
from ontschot.protocol.clock import to_text
from ontschot.protocol.documents.releases import MANIFEST, Manifest, Part
from ontschot.protocol.errors import OntschotError
from ontschot.protocol.letters import ROSTER, read
from ontschot.protocol.release.gates import gate_spec, ring_bits
from ontschot.protocol.roster import Roster
from ontschot.protocol.roster.model import ROSTER as ROSTER_KIND
from ontschot.protocol.signed import SignedDocument
from simulation.federation import COORDINATOR, HELPERS
from simulation.machine import mail

if TYPE_CHECKING:
    from simulation.machine.world import World

TOLD: Final[dict[str, Callable[[Manifest], tuple[str, ...]]]] = {
    "all": lambda manifest: (*HELPERS, *manifest.nodes),
    "a": lambda manifest: (HELPERS[0], *manifest.nodes),
    "b": lambda manifest: (HELPERS[1], *manifest.nodes),
    "helpers": lambda _manifest: HELPERS,
}
"""Who is shown a forged manifest."""


def drop(world: "World", name: str, sender: str) -> None:
    """The oldest letter of a sender to somebody is thrown away."""
    found = mail.lying(world, name).get(sender, [])
    if found:
        world.office.acknowledge([Acknowledged(name, found[0].id)])


def show_again(world: "World", name: str, sender: str, kind: str, place: int) -> None:
    """A letter that somebody got before is shown again: the ``place``-th of its kind."""
    known = world.history.tape.get((name, sender, kind), [])
    if known:
        mail.show(world, name, known[place % len(known)])


def misdirect(world: "World", name: str, other: str, sender: str, kind: str) -> None:
    """A letter to one party is shown to another."""
    for wire in world.history.tape.get((other, sender, kind), [])[-1:]:
        mail.show(world, name, wire)


def quote(world: "World", name: str, other: str, sender: str, kind: str, subject: str) -> None:
    """What somebody wrote to ``other`` is put in a letter of the coordinator, to ``name``.

    ``subject`` is ``same``, or ``last`` for that of the last manifest.
    """
    for wire in world.history.tape.get((other, sender, kind), [])[-1:]:
        letter = read(wire)
        manifest = last_manifest(world)
        about = manifest.digest if subject == "last" and manifest else letter.subject
        say(world, name, kind, about, letter.payload)


def ask_to_abort(world: "World", name: str, place: int) -> None:
    """One helper alone is asked to give a release up, or how it stands."""
    known = list(world.history.manifests.values())
    if known:
        manifest = known[place % len(known)]
        say(world, name, "abort-request", manifest.digest, manifest.to_bytes())


def stock(world: "World") -> None:
    """Gate keys for question Q13 are ordered, though nobody needs them."""
    bits = ring_bits(world.max_nodes, 1)
    spec = gate_spec(world.question("Q13").blocks, world.slots, bits)

    def order(stocked: Stock) -> None:
        if stocked.take([spec]) is None:
            stocked.order()

    with suppress(OntschotError):
        world.lead(lambda desk: order(Stock(desk)))


def bare_question(world: "World", approvals: int) -> None:
    """A question that too few approved is sent to everybody."""
    query = world.question("Q13", 50 * 10**9, purpose=f"door {approvals}")
    signed = world.approved(query, by=range(approvals))
    world.bare[query.digest] = query
    for name in (*HELPERS, *world.nodes):
        say(world, name, "question", query.digest, signed.to_bytes())


def offer_roster(world: "World", name: str, kind: str) -> None:
    """A roster is shown to somebody that should not be taken: ``old``, or signed by one anchor."""
    if kind == "old":
        signed = next(iter(world.history.rosters.values()))[1]
    else:
        later = world.next_roster(contact="kwaad@example.org")
        signed = SignedDocument(later.to_bytes())
        signed = signed.add_signature(ROSTER_KIND, world.anchors[0])
    say_roster(world, name, signed)


def propose(world: "World", change: str, told: str) -> None:
    """A manifest like the last one, or of a question that too few approved, with one change."""
    base = last_manifest(world)
    if base is None:
        return
    world.forged += 1
    fresh = {
        "release_id": f"forged-{world.forged}",
        "attempt": 1,
        "roster_serial": world.roster.serial,
        "roster_hash": world.roster.digest,
        "expiry": to_text(world.clock.now + timedelta(hours=1)),
    }
    with suppress(ValueError):  # a list of nobody is no manifest
        manifest = CHANGES[change](world, base.model_copy(update=fresh))
        manifest = Manifest.model_validate(manifest.model_dump())
        for name in TOLD[told](manifest):
            say(world, name, MANIFEST, manifest.digest, manifest.to_bytes())


def last_manifest(world: "World") -> Manifest | None:
    """Return the last manifest of a question through gates that anybody was shown."""
    gates = [one for one in world.history.manifests.values() if one.kind == "gate"]
    return gates[-1] if gates else None


def say(world: "World", name: str, kind: str, subject: str, payload: bytes) -> None:
    """Write a letter as the coordinator, whatever is in it."""
    with suppress(OntschotError):  # no roster in force, or somebody who left
        world.lead(lambda desk: desk.send(name, kind, subject, payload))


def say_roster(world: "World", name: str, signed: SignedDocument) -> None:
    """Write a roster to somebody as the coordinator does: in a letter under that very roster.

    So nothing is wrong with the letter, and the roster itself must be looked at.
    """
    roster = Roster.parse(signed.payload)

    def write(desk: Desk) -> None:
        under = replace(desk, roster=roster)
        under.queue(name, ROSTER, str(roster.serial), signed.to_bytes())

    with suppress(OntschotError):  # no roster in force
        world.lead(write)


def relisted(world: "World", manifest: Manifest, nodes: list[str], batch: str | None) -> Manifest:
    """Return a manifest over the admitted uploads of ``nodes``, with a batch of the stock."""
    table = uploads.c
    rows = world.read(
        COORDINATOR,
        lambda c: c.execute(
            select(table.node, table.envelope).where(
                table.state == "admitted", table.variable == "served"
            )
        ).all(),
    )
    own = {row.node: row.envelope for row in rows if row.node in nodes}
    part = manifest.parts[0]
    gate = part.require_gate().model_copy(update={"batch": batch or part.require_gate().batch})
    listed = Part(variable=part.variable, gate=gate, uploads=sorted(own.values()))
    return manifest.model_copy(update={"nodes": sorted(own), "parts": [listed]})


def _ready(world: "World") -> str | None:
    table = batches.c
    query = select(table.set_id).where(table.state == "ready", table.spec == _spec(world))
    return world.read(COORDINATOR, lambda c: c.execute(query.limit(1)).scalar())


def _spec(world: "World") -> str:
    bits = ring_bits(world.max_nodes, 1)
    return gate_spec(world.question("Q13").blocks, world.slots, bits).digest


def _same(world: "World", base: Manifest) -> Manifest:
    return relisted(world, base, base.nodes, _ready(world))


def _same_batch(world: "World", base: Manifest) -> Manifest:
    return relisted(world, base, base.nodes, None)


def _fewer(world: "World", base: Manifest) -> Manifest:
    return relisted(world, base, base.nodes[:-1], _ready(world))


def _more(world: "World", base: Manifest) -> Manifest:
    return relisted(world, base, list(world.nodes), _ready(world))


def _fewer_with_the_same_batch(world: "World", base: Manifest) -> Manifest:
    return relisted(world, base, base.nodes[:-1], None)


def _other_uploads_with_the_same_batch(world: "World", base: Manifest) -> Manifest:
    return relisted(world, base, list(world.nodes), None)


def _bare(world: "World", base: Manifest) -> Manifest:
    query = next(reversed(world.bare.values()), None)
    if query is None:
        return base
    asked = {"query": query.digest, "blocks": query.blocks}
    return relisted(world, base.model_copy(update=asked), list(world.nodes), _ready(world))


def _cheaper(_world: "World", base: Manifest) -> Manifest:
    first = base.blocks[0].model_copy(update={"rho": "1"})
    return base.model_copy(update={"blocks": [first, *base.blocks[1:]]})


def _other_question(world: "World", base: Manifest) -> Manifest:
    for digest, query in world.history.queries.items():
        if digest != base.query and query.question == "Q13":
            asked = {"query": digest, "blocks": query.blocks}
            changed = base.model_copy(update=asked)
            return relisted(world, changed, list(world.nodes), _ready(world))
    return base


def _old(world: "World", base: Manifest) -> Manifest:
    return base.model_copy(update={"expiry": to_text(world.clock.now - timedelta(hours=1))})


def _long(world: "World", base: Manifest) -> Manifest:
    return base.model_copy(update={"expiry": to_text(world.clock.now + timedelta(days=300))})


CHANGES: Final[dict[str, Callable[["World", Manifest], Manifest]]] = {
    "same": _same,
    "same-batch": _same_batch,
    "fewer": _fewer,
    "more": _more,
    "fewer-same-batch": _fewer_with_the_same_batch,
    "others-same-batch": _other_uploads_with_the_same_batch,
    "bare": _bare,
    "cheaper": _cheaper,
    "other-question": _other_question,
    "old": _old,
    "long": _long,
}
"""By what is wrong with the manifest; each is well formed."""

ACTS: Final[dict[str, Callable[..., object]]] = {
    "drop": drop,
    "show-again": show_again,
    "misdirect": misdirect,
    "quote": quote,
    "ask-to-abort": ask_to_abort,
    "stock": stock,
    "bare-question": bare_question,
    "offer-roster": offer_roster,
    "propose": propose,
}
