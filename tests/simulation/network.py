# SPDX-License-Identifier: EUPL-1.2
"""A network in one process: real mailrooms and a real post office, no sockets, seeded faults.

What it promises is what the real connection promises: letters of one sender to one recipient arrive
in order; letters of different senders overtake each other freely; everything is delivered at least
once. What may go wrong on the way is drawn from a seeded generator, so a failing run is repeated by
its seed:

==================  ================================================================================
``lose``            the connection breaks before anything happened
``forget``          it breaks after the commit: the receipt or acknowledgement never arrives
``twice``           the same letter is carried twice
``kill_before``     the party is killed and restarted before it got the letter
``kill_inside``     it is killed at one of its commits: what that transaction did is rolled back
``kill_after``      it is killed after the commit, before the acknowledgement leaves
==================  ================================================================================

Nobody is killed at the letters that a start brings (``heads-asked``, ``heads``): each restart
brings up to fourteen, so on a bad day there would be no end of it.

A killed party is restarted by the test's ``restart``, from its files alone. ``settle`` carries
until nobody has anything left to say. To kill a party at an exact point, use ``Killer``::

    network = Network(names, mailroom, office, restart, "coordinator")
    with Killer(engine_of_helper_a, at_commit=3):
        network.settle()      # helper A dies at its third commit, is restarted, and all goes on
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, event

from ontschot.coordinator.mail import Acknowledged, Delivery, PostOffice
from ontschot.node.mailroom import Mailroom
from ontschot.node.witness.service import HEADS, HEADS_ASKED
from ontschot.protocol.letters import SignedLetter, read


class Killed(BaseException):
    """Stands for kill -9; not an ``Exception``, so that nothing catches it on the way."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.engine = engine


@dataclass(frozen=True, slots=True)
class Faults:
    """The chance of each fault, for each letter carried; see the module's table."""

    lose: float = 0.0
    forget: float = 0.0
    twice: float = 0.0
    kill_before: float = 0.0
    kill_inside: float = 0.0
    kill_after: float = 0.0

    def draw(self, chance: random.Random) -> str | None:
        """Return the name of a fault, or None."""
        left = chance.random()
        for one in fields(self):
            left -= getattr(self, one.name)
            if left < 0:
                return one.name
        return None


ROUGH = Faults(lose=0.1, forget=0.1, twice=0.1, kill_before=0.03, kill_inside=0.05, kill_after=0.05)
"""A bad day."""


class Killer:
    """Kills at the ``at_commit``-th commit of ``engine`` (from 1), before it takes effect.

    Attributes:
        commits: how many were attempted so far; a run without a kill counts the points to try.
    """

    def __init__(self, engine: Engine, at_commit: int | None = None) -> None:
        self._engine = engine
        self._at = at_commit
        self.commits = 0

    def __enter__(self) -> Self:
        event.listen(self._engine, "commit", self._commit)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        event.remove(self._engine, "commit", self._commit)

    def _commit(self, _connection: Connection) -> None:
        self.commits += 1
        if self.commits == self._at:
            raise Killed(self._engine)


class Network:
    """Carries letters between parties.

    Args:
        names: the participants, without the coordinator.
        mailroom: returns a participant's mailroom as it is now; a restart replaces it.
        office: returns the post office as it is now.
        restart: starts a killed party again from its files; also the coordinator, by its name.
        coordinator: the coordinator's name.
        faults: what may go wrong; nothing unless given.
        seed: of the choice of letters and faults.
    """

    def __init__(
        self,
        names: Sequence[str],
        mailroom: Callable[[str], Mailroom],
        office: Callable[[], PostOffice],
        restart: Callable[[str], None],
        coordinator: str,
        faults: Faults | None = None,
        seed: int = 0,
    ) -> None:
        self._names = tuple(names)
        self._mailroom = mailroom
        self._office = office
        self._restart = restart
        self._coordinator = coordinator
        self._faults = faults or Faults()
        self._chance = random.Random(seed)
        self.carried = 0
        self.faults_met: list[str] = []

    def settle(self, limit: int = 50_000) -> int:
        """Carry letters until none is left that anyone would take; return how many steps it took.

        Raises:
            AssertionError: after ``limit`` steps there still are.
        """
        for step in range(limit):
            ways = [(carry, name) for name in self._names for carry in (self._post, self._deliver)]
            self._chance.shuffle(ways)
            try:
                if not any(carry(name) for carry, name in ways):
                    return step
            except Killed as killed:
                self._restart(self._owner(killed.engine))
        msg = f"the parties do not come to rest within {limit} rounds"
        raise AssertionError(msg)

    def _owner(self, engine: Engine) -> str:
        engines = {name: self._mailroom(name)._engine for name in self._names}
        engines[self._coordinator] = self._office().engine
        return next(name for name, owned in engines.items() if owned is engine)

    def _post(self, name: str) -> bool:
        """Carry the oldest unposted letter of ``name`` to the post office."""
        letters = self._mailroom(name).unposted(1)
        if not letters:
            return False
        letter = letters[0]

        def hand_over() -> None:
            folder = self._mailroom(name).files.store
            for ref in letter.attachments:
                self._office().files.incoming.put(folder.path(ref.sha256))
                self._office().uploaded(name, ref)
            self._office().post(letter.wire, name)

        self._carry(
            self._coordinator,
            self._office().engine,
            hand_over,
            lambda: self._mailroom(name).mark_posted(letter.seq),
            mortal=_mortal(letter.wire),
        )
        return True

    def _deliver(self, name: str) -> bool:
        """Carry one letter to ``name``: the oldest of a sender chosen by chance."""
        heads: dict[str, Delivery] = {}
        for delivery in self._office().deliveries(name, (), 64):
            heads.setdefault(read(delivery.wire).sender, delivery)
        senders = sorted(heads)
        self._chance.shuffle(senders)
        return any(self._deliver_one(name, heads[sender]) for sender in senders)

    def _deliver_one(self, name: str, delivery: Delivery) -> bool:
        outcomes: list[bool] = []

        def hand_over() -> None:
            mailroom = self._mailroom(name)
            for ref in mailroom.missing(delivery.wire):
                mailroom.files.incoming.put(self._office().attachment(name, ref.sha256))
            outcomes.append(mailroom.receive(delivery.wire).acknowledged)

        def acknowledge() -> None:
            if outcomes[-1]:
                self._office().acknowledge([Acknowledged(name, delivery.id)])

        met = self._carry(
            name,
            self._mailroom(name)._engine,
            hand_over,
            acknowledge,
            mortal=_mortal(delivery.wire),
        )
        return met is not None or outcomes[-1]

    def _carry(
        self,
        receiver: str,
        engine: Engine,
        hand_over: Callable[[], None],
        answer: Callable[[], None],
        *,
        mortal: bool,
    ) -> str | None:
        self.carried += 1
        fault = self._faults.draw(self._chance)
        if fault is not None and fault.startswith("kill") and not mortal:
            fault = None
        if fault is not None:
            self.faults_met.append(fault)
        if fault == "lose":
            return fault
        if fault == "kill_before":
            self._restart(receiver)
            return fault
        with Killer(engine, self._chance.randint(1, 4) if fault == "kill_inside" else None):
            hand_over()
            if fault == "twice":
                hand_over()
        if fault == "kill_after":
            self._restart(receiver)
        elif fault != "forget":
            answer()
        return fault


def _mortal(wire: SignedLetter) -> bool:
    return read(wire).type not in (HEADS, HEADS_ASKED)
