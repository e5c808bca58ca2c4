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
from typing import Final

from sqlalchemy import select

from ontschot.coordinator.mail import Acknowledged
from ontschot.coordinator.mail.desk import Desk
from ontschot.coordinator.releases.schema import batches, uploads
from ontschot.coordinator.releases.stock import Stock
from ontschot.protocol.clock import to_text
from ontschot.protocol.documents.releases import MANIFEST, Gate, Manifest
from ontschot.protocol.errors import OntschotError
from ontschot.protocol.letters import ROSTER, AttachmentMissing, SignedLetter, read
from ontschot.protocol.release.gates import gate_spec
from ontschot.protocol.roster import Roster
from ontschot.protocol.roster.model import ROSTER as ROSTER_KIND
from ontschot.protocol.signed import SignedDocument
from simulation.federation import COORDINATOR, HELPERS
from simulation.machine import mail
from simulation.machine.world import World, specs_of

TOLD: Final[dict[str, Callable[[Manifest], tuple[str, ...]]]] = {
    "all": lambda manifest: (*HELPERS, *manifest.nodes),
    "a": lambda manifest: (HELPERS[0], *manifest.nodes),
    "b": lambda manifest: (HELPERS[1], *manifest.nodes),
    "helpers": lambda _manifest: HELPERS,
}
"""Who is shown a forged manifest."""


def drop(world: World, name: str, sender: str) -> None:
    """The oldest letter of a sender to somebody is thrown away."""
    found = mail.lying(world, name).get(sender, [])
    if found:
        world.office.acknowledge([Acknowledged(name, found[0].id)])


def show_again(world: World, name: str, sender: str, kind: str, place: int) -> None:
    """A letter that somebody got before is shown again: the ``place``-th of its kind."""
    known = world.history.tape.get((name, sender, kind), [])
    if known:
        _show_alone(world, name, known[place % len(known)])


def misdirect(world: World, name: str, other: str, sender: str, kind: str) -> None:
    """A letter to one party is shown to another."""
    for wire in world.history.tape.get((other, sender, kind), [])[-1:]:
        _show_alone(world, name, wire)


def _show_alone(world: World, name: str, wire: SignedLetter) -> None:
    with suppress(AttachmentMissing):  # it waits for what came beside it, which nobody brings now
        mail.show(world, name, wire)


def quote(world: World, name: str, other: str, sender: str, kind: str, subject: str) -> None:
    """What somebody wrote to ``other`` is put in a letter of the coordinator, to ``name``.

    ``subject`` is ``same``, or ``last`` for that of the last manifest.
    """
    for wire in world.history.tape.get((other, sender, kind), [])[-1:]:
        letter = read(wire)
        manifest = last_manifest(world)
        about = manifest.digest if subject == "last" and manifest else letter.subject
        say(world, name, kind, about, letter.payload)


def ask_to_abort(world: World, name: str, place: int) -> None:
    """One helper alone is asked to give a release up, or how it stands."""
    known = list(world.history.manifests.values())
    if known:
        manifest = known[place % len(known)]
        say(world, name, "abort-request", manifest.digest, manifest.to_bytes())


def stock(world: World) -> None:
    """Gate keys for the question of the last manifest are ordered, though nobody needs them."""
    base = last_manifest(world)
    query = world.question(_question_of(world, base) if base else "Q13")

    def order(stocked: Stock) -> None:
        if stocked.take(specs_of(world, query)) is None:
            stocked.order()

    with suppress(OntschotError):
        world.lead(lambda desk: order(Stock(desk)))


def bare_question(world: World, approvals: int) -> None:
    """A question that too few approved is sent to everybody."""
    base = last_manifest(world)
    question = _question_of(world, base) if base else "Q13"
    query = world.question(question, 50 * 10**9, purpose=f"door {approvals}")
    signed = world.approved(query, by=range(approvals))
    world.bare[query.digest] = query
    for name in (*HELPERS, *world.nodes):
        say(world, name, "question", query.digest, signed.to_bytes())


def offer_roster(world: World, name: str, kind: str) -> None:
    """A roster is shown to somebody that should not be taken: ``old``, or signed by one anchor."""
    if kind == "old":
        signed = next(iter(world.history.rosters.values()))[1]
    else:
        later = world.next_roster(contact="kwaad@example.org")
        signed = SignedDocument(later.to_bytes())
        signed = signed.add_signature(ROSTER_KIND, world.anchors[0])
    say_roster(world, name, signed)


def propose(world: World, change: str, told: str) -> None:
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


def last_manifest(world: World) -> Manifest | None:
    """Return the last manifest of a question through gates that anybody was shown."""
    gates = [one for one in world.history.manifests.values() if one.kind == "gate"]
    return gates[-1] if gates else None


def _question_of(world: World, manifest: Manifest) -> str:
    query = world.history.queries.get(manifest.query or "")
    return query.question if query else "Q13"


def say(world: World, name: str, kind: str, subject: str, payload: bytes) -> None:
    """Write a letter as the coordinator, whatever is in it."""
    with suppress(OntschotError):  # no roster in force, or somebody who left
        world.lead(lambda desk: desk.send(name, kind, subject, payload))


def say_roster(world: World, name: str, signed: SignedDocument) -> None:
    """Write a roster to somebody as the coordinator does: in a letter under that very roster.

    So nothing is wrong with the letter, and the roster itself must be looked at.
    """
    roster = Roster.parse(signed.payload)

    def write(desk: Desk) -> None:
        under = replace(desk, roster=roster)
        under.queue(name, ROSTER, str(roster.serial), signed.to_bytes())

    with suppress(OntschotError):  # no roster in force
        world.lead(write)


def relisted(world: World, manifest: Manifest, nodes: list[str], *, fresh: bool = True) -> Manifest:
    """Return a manifest over the admitted uploads of ``nodes``, with batches of the stock, if any.

    Without ``fresh`` the batches stay.
    """
    own = _admitted(world)
    named = [part.variable for part in manifest.parts]
    listed = [node for node in nodes if all((node, name) in own for name in named)]
    parts = [
        part.model_copy(
            update={
                "gate": _gate(world, manifest, part.variable, part.require_gate(), fresh=fresh),
                "uploads": sorted(own[node, part.variable] for node in listed),
            }
        )
        for part in manifest.parts
    ]
    chains = [
        chain.model_copy(
            update={"gate": _gate(world, manifest, chain.code.id, chain.gate, fresh=fresh)}
        )
        for chain in manifest.chains
    ]
    return manifest.model_copy(update={"nodes": listed, "parts": parts, "chains": chains})


def _admitted(world: World) -> dict[tuple[str, str], str]:
    """Return the admitted upload of each node and variable."""
    table = uploads.c
    query = select(table.node, table.variable, table.envelope).where(table.state == "admitted")
    rows = world.read(COORDINATOR, lambda c: c.execute(query.order_by(table.node)).all())
    return {(row.node, row.variable): row.envelope for row in rows}


def _gate(world: World, manifest: Manifest, name: str, gate: Gate, *, fresh: bool) -> Gate:
    table = batches.c
    spec = gate_spec(manifest.functions_of(name), world.slots, gate.ring_bits).digest
    query = select(table.set_id).where(table.state == "ready", table.spec == spec).limit(1)
    ready = world.read(COORDINATOR, lambda c: c.execute(query).scalar()) if fresh else None
    return gate.model_copy(update={"batch": ready}) if ready else gate


def _same(world: World, base: Manifest) -> Manifest:
    return relisted(world, base, base.nodes)


def _same_batch(world: World, base: Manifest) -> Manifest:
    return relisted(world, base, base.nodes, fresh=False)


def _fewer(world: World, base: Manifest) -> Manifest:
    return relisted(world, base, base.nodes[:-1])


def _more(world: World, base: Manifest) -> Manifest:
    return relisted(world, base, list(world.nodes))


def _fewer_with_the_same_batch(world: World, base: Manifest) -> Manifest:
    return relisted(world, base, base.nodes[:-1], fresh=False)


def _other_uploads_with_the_same_batch(world: World, base: Manifest) -> Manifest:
    return relisted(world, base, list(world.nodes), fresh=False)


def _bare(world: World, base: Manifest) -> Manifest:
    query = next(reversed(world.bare.values()), None)
    if query is None or query.question != _question_of(world, base):
        return base
    asked = {"query": query.digest, "blocks": query.blocks}
    return relisted(world, base.model_copy(update=asked), list(world.nodes))


def _cheaper(_world: World, base: Manifest) -> Manifest:
    first = base.blocks[0].model_copy(update={"rho": "1"})
    return base.model_copy(update={"blocks": [first, *base.blocks[1:]]})


def _other_question(world: World, base: Manifest) -> Manifest:
    for digest, query in world.history.queries.items():
        if digest != base.query and query.question == _question_of(world, base):
            asked = {"query": digest, "blocks": query.blocks}
            return relisted(world, base.model_copy(update=asked), list(world.nodes))
    return base


def _old(world: World, base: Manifest) -> Manifest:
    return base.model_copy(update={"expiry": to_text(world.clock.now - timedelta(hours=1))})


def _long(world: World, base: Manifest) -> Manifest:
    return base.model_copy(update={"expiry": to_text(world.clock.now + timedelta(days=300))})


CHANGES: Final[dict[str, Callable[[World, Manifest], Manifest]]] = {
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
