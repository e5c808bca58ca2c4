# SPDX-License-Identifier: EUPL-1.2
"""Which step comes next: drawn by a seed, among what is possible now.

Swarm testing (Groce et al., ISSTA 2012): each world leaves out some kinds of acts, drawn at its
beginning, for what happens all the time hides what happens without it.
"""

import random
from collections.abc import Callable
from typing import Final

from simulation.federation import COORDINATOR, HELPERS
from simulation.machine import mail
from simulation.machine.acts import MORTAL, Step
from simulation.machine.adversary import CHANGES, TOLD
from simulation.machine.killing import KILLS
from simulation.machine.world import ASKED, ASKINGS, NODES, PARTIES, World

EVERYBODY: Final = (*PARTIES, COORDINATOR)
QUIET: Final = {10: 4, 61: 9, 24 * 60: 1.5, 8 * 24 * 60: 0.6, 35 * 24 * 60: 0.1}
"""How far time moves, and how often: over patience and expiry; a week; a question's life."""

BUSY: Final = {1: 12, 10: 3, 61: 1}
"""The same while letters are on their way, which takes minutes."""

BEGUN: Final[tuple[Step, ...]] = (("advance", 61), ("tick", COORDINATOR))

Draw = Callable[["Drawing", World], Step | None]


class Drawing:
    """Draws the steps of one world.

    Args:
        seed: of everything that is drawn.
    """

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        on = {name for name in KINDS if name in ALWAYS or self.chance.random() < 0.6}
        self._kinds = [name for name in KINDS if name in on]
        self._weights = [KINDS[name][1] for name in self._kinds]
        self.faults = self.chance.choice((0.0, 0.02, 0.1))
        self.disorder = self.chance.choice((0.0, 0.0, 0.1)) if "forging" in on else 0.0
        # Nothing comes of a question before time is up for those who hesitate.
        begun = self.chance.random() < 0.6
        self._first: list[Step] = list(BEGUN) if begun else []
        silent = self.chance.sample(PARTIES, 2)
        self.withheld = set(silent) if self.chance.random() < 0.2 else set()

    def next(self, world: World) -> Step:
        """Return the next step; one is always found."""
        if self._first:
            return self._first.pop(0)
        while True:
            kind = "time"
            if world.outgoing or world.waiting or self.chance.random() < 0.5:
                (kind,) = self.chance.choices(self._kinds, self._weights)
            step = KINDS[kind][0](self, world)
            if step is not None:
                return self._perhaps_killed(step)

    def _perhaps_killed(self, step: Step) -> Step:
        # Acts are rare and letters are not: who acts dies five times as often as who gets one.
        if step[0] not in MORTAL or self.chance.random() >= 5 * self.faults:
            return step
        return (*step, self.chance.choice(KILLS))


def _mail(drawing: Drawing, world: World) -> Step | None:
    chance = drawing.chance
    ways = [("post", name) for name in sorted(world.outgoing)]
    ways += [("deliver", name) for name in sorted(world.waiting)]
    if not ways:
        return None
    way, name = chance.choice(ways)
    # Who is withheld now and then gets something after all.
    if name in drawing.withheld and chance.random() < 0.95:
        return None
    fault = chance.choice(mail.FAULTS) if chance.random() < drawing.faults else ""
    if way == "post":
        return ("post", name, fault) if fault else ("post", name)
    lying = mail.lying(world, name)
    if not lying:
        return None
    sender = chance.choice(sorted(lying))
    late = chance.random() < drawing.disorder
    place = chance.randrange(len(lying[sender])) if late else 0
    step = ("deliver", name, sender)
    return (*step, place, fault) if fault or place else step


def _time(drawing: Drawing, world: World) -> Step:
    chance = drawing.chance
    minutes = BUSY if world.outgoing or world.waiting - drawing.withheld else QUIET
    if chance.random() < 0.5:
        return ("advance", chance.choices(list(minutes), list(minutes.values()))[0])
    return ("tick", COORDINATOR if chance.random() < 0.5 else chance.choice(EVERYBODY))


def _people(drawing: Drawing, _world: World) -> Step:
    chance = drawing.chance
    asking, node = chance.choice(list(ASKINGS)), chance.choice(NODES)
    return chance.choice(
        (
            ("ask", asking),
            ("ask-again", asking),
            ("say-yes", chance.choice(ASKED), asking),
            ("say-yes", chance.choice(ASKED), "bins"),
            ("say-no", node, asking),
            ("object", node),
        )
    )


def _rarely(drawing: Drawing, _world: World) -> Step:
    chance = drawing.chance
    node = chance.choice(NODES)
    return chance.choice(
        (
            ("next-roster",),
            ("set-listed", node, "revoked"),
            ("set-listed", node, "active"),
            ("renew", node),
            ("end-round",) if chance.random() < 0.2 else ("next-roster",),
        )
    )


def _crash(drawing: Drawing, _world: World) -> Step:
    return ("crash", drawing.chance.choice(EVERYBODY))


def _copies(drawing: Drawing, world: World) -> Step:
    chance = drawing.chance
    name = chance.choice((*HELPERS, *HELPERS, *NODES, COORDINATOR))
    if chance.random() < 0.05:
        return ("lose-disk", chance.choice(HELPERS))
    if not world.saved(name).exists() or chance.random() < 0.3:
        return ("save", name)
    return ("restore", name, chance.choice(("hidden", "hidden", "hidden", "plain")))


def _replaying(drawing: Drawing, world: World) -> Step | None:
    chance = drawing.chance
    if not world.history.tape:
        return None
    # The later, the likelier: what is under way is what could be disturbed.
    known = list(world.history.tape)
    name, sender, kind = known[max(chance.randrange(len(known)) for _ in range(2))]
    other = chance.choice(PARTIES)
    place = chance.randrange(len(world.history.tape[name, sender, kind]))
    return chance.choice(
        (
            ("show-again", name, sender, kind, place),
            ("show-again", name, sender, kind, place),
            ("drop", name, sender)
            if chance.random() < 0.2
            else ("show-again", name, sender, kind, 0),
            ("misdirect", other, name, sender, kind),
            ("quote", other, name, sender, kind, chance.choice(("same", "last"))),
        )
    )


def _forging(drawing: Drawing, _world: World) -> Step:
    chance = drawing.chance
    told = "all" if chance.random() < 0.7 else chance.choice(list(TOLD))
    forged = ("propose", chance.choice(list(CHANGES)), told)
    return chance.choice(
        (
            forged,
            forged,
            forged,
            ("stock",),
            ("bare-question", chance.randrange(2)),
            ("ask-to-abort", chance.choice(HELPERS), -chance.randint(1, 4)),
            ("offer-roster", chance.choice(PARTIES), chance.choice(("old", "forged"))),
        )
    )


KINDS: Final[dict[str, tuple[Draw, float]]] = {
    "mail": (_mail, 92.0),
    "time": (_time, 1.0),
    "people": (_people, 0.6),
    "rarely": (_rarely, 0.15),
    "crash": (_crash, 0.4),
    "copies": (_copies, 0.6),
    "replaying": (_replaying, 2.0),
    "forging": (_forging, 2.0),
}
"""How a step of each kind is drawn, and how often."""

ALWAYS: Final = ("mail", "time", "people")
