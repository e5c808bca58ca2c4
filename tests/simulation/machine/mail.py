# SPDX-License-Identifier: EUPL-1.2
"""Letters, carried one at a time, each with something that goes wrong on the way.

==============  ====================================================================================
``forget``      the receipt or acknowledgement gets lost: the letter is carried again
``twice``       it is carried twice
``kill-1`` ..   whoever takes it is killed at that commit (``killing``)
``kill-after``  it is killed after the commit, before it says so
==============  ====================================================================================
"""

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from ontschot.coordinator.mail import Acknowledged
from ontschot.coordinator.mail.queue import Delivery
from ontschot.node.mailroom.inbox import Outcome
from ontschot.protocol import canonical
from ontschot.protocol.errors import OntschotError
from ontschot.protocol.letters import SignedLetter
from simulation.federation import COORDINATOR
from simulation.machine.killing import KILLS, killed

if TYPE_CHECKING:
    from simulation.machine.world import World

FAULTS = ("forget", "twice", *KILLS)

STAYS = frozenset(
    (
        "coordinator-no-roster",
        "letter-roster-ahead",
        "roster-not-in-force",
        "sequence-reused",
        "unknown-participant",
    )
)
"""Codes with which the post office takes no letters of somebody, or of nobody now."""

SEEN_AT_ONCE = 64


def post(world: "World", name: str, fault: str = "") -> bool:
    """Carry the oldest letter of ``name`` to the post office; return whether it moved."""
    room, office = world.mailrooms[name], world.office
    letters = room.unposted(1)
    if not letters:
        world.outgoing.discard(name)
        return False
    letter = letters[0]

    def hand_over() -> None:
        for ref in letter.attachments:
            office.files.incoming.put(room.files.store.path(ref.sha256))
            office.uploaded(name, ref)
        world.history.left(world, name, letter.wire)
        world.led = True
        office.post(letter.wire, name)

    try:
        died = _carry(world, COORDINATOR, hand_over, fault)
    except OntschotError as error:
        if error.code not in STAYS:
            raise
        world.outgoing.discard(name)
        return False
    if not died and fault != "forget":
        room.mark_posted(letter.seq)
    return True


def deliver(world: "World", name: str, sender: str, place: int = 0, fault: str = "") -> bool:
    """Carry a letter of ``sender`` to ``name``: the oldest, or an honest coordinator's no more.

    Returns whether it was taken.
    """
    found = lying(world, name).get(sender, [])
    if len(found) <= place:
        return False
    delivery = found[place]
    acknowledged = []

    def hand_over() -> None:
        room = world.mailrooms[name]
        for ref in room.missing(delivery.wire):
            room.files.incoming.put(world.office.attachment(name, ref.sha256))
        acknowledged.append(show(world, name, delivery.wire).acknowledged)

    died = _carry(world, name, hand_over, fault)
    if not died and fault != "forget" and acknowledged[-1]:
        world.office.acknowledge([Acknowledged(name, delivery.id)])
    return died or acknowledged[-1]


def show(world: "World", name: str, wire: SignedLetter) -> Outcome:
    """Show a letter to a party, whether it comes in order or not."""
    world.history.shown(name, wire)
    world.touched.add(name)
    return world.mailrooms[name].receive(wire)


def lying(world: "World", name: str) -> dict[str, list[Delivery]]:
    """Return the letters that lie at the post office for ``name``, by sender, oldest first."""
    found: dict[str, list[Delivery]] = {}
    for delivery in world.office.deliveries(name, (), SEEN_AT_ONCE):
        found.setdefault(_sender(delivery.wire.header), []).append(delivery)
    if not found:
        world.waiting.discard(name)
    return found


@lru_cache(maxsize=10_000)
def _sender(header: bytes) -> str:
    document = canonical.decode(header)
    assert isinstance(document, dict)
    return str(document["sender"])


def settle(world: "World", limit: int = 20_000) -> int:
    """Carry until nobody has anything that is taken; return how many letters were carried.

    Raises:
        AssertionError: after ``limit`` letters there still are.
    """
    carried = 0
    world.outgoing.update(world.mailrooms)
    world.waiting.update(world.mailrooms)
    moved = True
    while moved:
        moved = False
        for name in sorted(world.outgoing):
            while post(world, name):
                moved, carried = True, carried + 1
                world.look()
        for name in sorted(world.waiting):
            for sender in sorted(lying(world, name)):
                while deliver(world, name, sender):
                    moved, carried = True, carried + 1
                    world.look()
        if carried > limit:
            msg = "the parties do not come to rest"
            raise AssertionError(msg)
    return carried


def _carry(world: "World", taker: str, hand_over: Callable[[], None], fault: str) -> bool:
    """Hand a letter over; return whether its taker was killed, and so never said it has it."""

    def act() -> None:
        hand_over()
        if fault == "twice":
            hand_over()

    return killed(world, taker, act, fault)
