# SPDX-License-Identifier: EUPL-1.2
"""Everything that can happen in one step, by name.

A step is a name with words and numbers, as ``("deliver", "helper-a", "provider-1")``: it names what
it is about and not its place in some list, and does nothing where it does not apply. So a step
means the same when others before it are left out, which is what shrinking does; and a failing list
can be pasted into a test. To add an act, write a function here and give it a weight in ``drawing``.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Final, TypeAlias

from ontschot.coordinator import restoring
from ontschot.coordinator.releases.again import ask_second_list
from ontschot.coordinator.releases.closing import close_round
from ontschot.node.mailroom import outbox
from ontschot.node.provider.answering.handlers import Provider
from ontschot.protocol.clock import to_text
from ontschot.protocol.errors import OntschotError
from ontschot.protocol.roster.model import Participant
from simulation.federation import COORDINATOR
from simulation.machine import adversary, mail
from simulation.machine.killing import KILLS, killed
from simulation.machine.world import ASKINGS, SERVED, World, people_ask

Word: TypeAlias = str | int
Step: TypeAlias = tuple[Word, ...]
Act: TypeAlias = Callable[..., object]


def advance(world: World, minutes: int) -> None:
    """Time goes by."""
    world.clock.advance(minutes=minutes)


def tick(world: World, name: str) -> None:
    """A party looks at its deadlines."""
    with suppress(OntschotError):  # without a roster in force, nobody acts
        if name == COORDINATOR:
            world.lead(world.leader.tick)
        else:
            world.at(name, world.roles[name].expire)


def crash(world: World, name: str) -> None:
    """A party is killed between two letters, and started again."""
    world.kills += 1
    world.start(name)


def settle(world: World) -> None:
    """Every letter that lies anywhere is carried, in order."""
    world.settle()


def ask(world: World, name: str) -> None:
    """People approve a question of ``world.ASKINGS``, and somebody submits it; or once more."""
    with suppress(OntschotError):
        people_ask(world, name)


def ask_again(world: World, name: str) -> None:
    """Somebody asks for the second list of an answered question."""
    with suppress(OntschotError):
        world.lead(lambda desk: ask_second_list(desk, digest_of(world, name)))


def say_yes(world: World, node: str, name: str) -> None:
    """A person at a provider accepts a question."""
    role, digest = world.roles[node], digest_of(world, name)
    assert isinstance(role, Provider)
    with suppress(OntschotError):
        world.history.said_yes.add((node, digest))
        world.at(node, lambda desk: role.accept(desk, digest))


def say_no(world: World, node: str, name: str) -> None:
    """A person at a provider refuses a question, perhaps after all."""
    role, digest = world.roles[node], digest_of(world, name)
    assert isinstance(role, Provider)
    with suppress(OntschotError):
        world.at(node, lambda desk: role.refuse(desk, digest, "refused-by-provider"))
        world.history.said_yes.discard((node, digest))


def end_round(world: World) -> None:
    """Somebody closes the round."""
    with suppress(OntschotError):
        world.lead(lambda desk: close_round(desk, world.round().digest))


def object_to(world: World, node: str) -> None:
    """A client of a provider objects: its household is in no vector from now on."""
    served = world.vectors[node, "served"].nonzero()[0]
    if served.size:
        for name in (*SERVED, "euros"):
            values = world.vectors[node, name].copy()
            values[served[0]] = 0
            world.vectors[node, name] = values
        world.objections[node] = world.objections.get(node, 0) + 1
        tick(world, node)


def renew(world: World, node: str) -> None:
    """A provider replaces all its uploads, because a helper lost its files."""
    role = world.roles[node]
    assert isinstance(role, Provider)
    with suppress(OntschotError):
        world.at(node, role.renew_all)


def next_roster(world: World) -> None:
    """The anchors sign a roster with new dates."""
    now = world.clock.now
    dates = to_text(now - timedelta(days=1)), to_text(now + timedelta(days=60))
    with suppress(OntschotError):
        world.adopt(world.next_roster(not_before=dates[0], not_after=dates[1]))


def set_listed(world: World, node: str, status: str) -> None:
    """The anchors sign a roster in which a provider is ``revoked``, or ``active`` again."""

    def changed(one: Participant) -> Participant:
        return one.model_copy(update={"status": status}) if one.id == node else one

    participants = tuple(changed(one) for one in world.roster.participants)
    with suppress(OntschotError):
        world.adopt(world.next_roster(participants=participants))


def save(world: World, name: str) -> None:
    """A copy of a party's files is set aside, as a back-up does."""
    world.engines[name].dispose()
    world.set_aside(name)


def restore(world: World, name: str, how: str) -> None:
    """The copy of a party is put back, and it is started from that.

    ``plain``: nothing else is done. ``hidden``: it goes on with numbers of letters not yet used, as
    one would who wants nobody to see it; for the coordinator that is what its command does.
    """
    if not world.saved(name).exists():
        return
    world.replace_files(name)
    if name == COORDINATOR:
        world.start(name)
        if how == "hidden":
            restoring.skip_numbers(world.engines[name], name, world.clock)
            with suppress(OntschotError):
                world.lead(restoring.take_up)
        return
    if how == "hidden":
        with world.engines[name].begin() as connection:
            outbox.skip_numbers(connection, world.clock.now)
    world.start(name)


def lose_disk(world: World, helper: str) -> None:
    """A helper loses its disk, and is installed anew with its old keys and number of letters."""
    world.engines[helper].dispose()
    world.wipe(helper)
    with world.engines[helper].begin() as connection:
        outbox.skip_numbers(connection, world.clock.now)
    world.start(helper)


def digest_of(world: World, name: str) -> str:
    """Return the hash of a question of ``ASKINGS``."""
    asking = ASKINGS[name]
    return world.question(asking.question, asking.rho, purpose=asking.purpose).digest


ACTS: Final[dict[str, Act]] = {
    "post": mail.post,
    "deliver": mail.deliver,
    "settle": settle,
    "advance": advance,
    "tick": tick,
    "crash": crash,
    "ask": ask,
    "ask-again": ask_again,
    "say-yes": say_yes,
    "say-no": say_no,
    "end-round": end_round,
    "object": object_to,
    "renew": renew,
    "next-roster": next_roster,
    "set-listed": set_listed,
    "save": save,
    "restore": restore,
    "lose-disk": lose_disk,
    **adversary.ACTS,
}


MORTAL: Final[dict[str, bool]] = {
    "tick": True,
    "object": True,
    "renew": True,
    "say-yes": True,
    "say-no": True,
    "ask": False,
    "ask-again": False,
    "end-round": False,
    "next-roster": False,
    "set-listed": False,
}
"""What one party does by itself, so that it can be killed at it: whom the first word names, or
(False) the coordinator. One of ``killing.KILLS`` is then the last word of the step."""


def do(world: World, step: Step) -> None:
    """Take one step."""
    name, *words = step
    act = ACTS[str(name)]
    fault = words[-1] if words and name in MORTAL else ""
    if fault not in KILLS:
        act(world, *words)
        return
    who = str(words[0]) if MORTAL[str(name)] else COORDINATOR
    killed(world, who, lambda: act(world, *words[:-1]), str(fault))
