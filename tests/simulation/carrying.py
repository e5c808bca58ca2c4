# SPDX-License-Identifier: EUPL-1.2
"""Carries letters between mailrooms and the post office, one by one, in the order of a real link.

Letters of one sender to one recipient arrive in order. A test may take a party off the network
(``absent``) or hold letters back (``hold``): then later letters of that sender wait as well.
"""

from collections.abc import Callable, Iterator, Mapping

from ontschot.coordinator.mail import Acknowledged, PostOffice
from ontschot.node.mailroom.mailroom import Mailroom
from ontschot.protocol.letters import Letter, read
from ontschot.protocol.roster import UnknownParticipant

Hold = Callable[[str, Letter], bool]
"""Whether a letter to this recipient is held back."""


def nothing(_recipient: str, _letter: Letter) -> bool:
    """Hold nothing back."""
    return False


class Carrier:
    """Attributes:
    absent: who neither posts nor receives.
    hold: which letters are held back.
    last: the letter that was carried last.
    """

    def __init__(self, mailrooms: Mapping[str, Mailroom], office: Callable[[], PostOffice]) -> None:
        self.absent: set[str] = set()
        self.hold: Hold = nothing
        self.last: Letter | None = None
        self._mailrooms = mailrooms
        self._office = office
        self._sending: set[str] = set()
        self._receiving: set[str] = set()

    def join(self, name: str) -> None:
        """Carry for a mailroom that was started, or started again."""
        self._mailrooms[name].on_commit(lambda: self._sending.add(name))
        self._sending.add(name)
        self._receiving.add(name)

    def join_office(self) -> None:
        """Carry for a post office that was started, or started again."""
        self._office().on_commit(self._receiving.update)
        self._receiving.update(self._mailrooms)

    def let_go(self) -> None:
        """Everybody is there again, and nothing is held back."""
        self.absent.clear()
        self.hold = nothing
        self._sending.update(self._mailrooms)
        self._receiving.update(self._mailrooms)

    def settle(self, limit: int = 5_000) -> int:
        """Carry until nothing is left to carry; return how many letters were carried.

        Raises:
            AssertionError: after ``limit`` letters there still are.
        """
        carried = 0
        for _name in self.steps():
            carried += 1
            if carried > limit:
                msg = "the parties do not come to rest"
                raise AssertionError(msg)
        return carried

    def until(self, reached: Callable[[], bool]) -> None:
        """Carry letter by letter until ``reached``.

        Raises:
            AssertionError: it never was.
        """
        if reached():
            return
        for _name in self.steps():
            if reached():
                return
        raise AssertionError(reached)

    def steps(self) -> Iterator[str]:
        """Carry letters one by one; yield who posted or received each."""
        while names := (self._sending | self._receiving) - self.absent:
            name = min(names)
            # Crossed off only when there is no more: whoever stops in between can go on later.
            for _seq in self._post(name):
                yield name
            self._sending.discard(name)
            for _id in self._deliver(name):
                yield name
            self._receiving.discard(name)

    def _post(self, name: str) -> Iterator[int]:
        while name not in self.absent and (letters := self._mailrooms[name].unposted(1)):
            letter, mailroom, office = letters[0], self._mailrooms[name], self._office()
            for ref in letter.attachments:
                office.files.store.put(mailroom.files.store.path(ref.sha256))
                office.uploaded(name, ref)
            try:
                office.post(letter.wire, name)
            except UnknownParticipant:  # revoked meanwhile: nobody takes its letters any more
                self.absent.add(name)
                return
            mailroom.mark_posted(letter.seq)
            self.last = read(letter.wire)
            yield letter.seq

    def _deliver(self, name: str) -> Iterator[int]:
        skipped: list[int] = []
        blocked: set[str] = set()
        while name not in self.absent:
            office, mailroom = self._office(), self._mailrooms[name]
            deliveries = office.deliveries(name, skipped, 1)
            if not deliveries:
                return
            delivery = deliveries[0]
            letter = read(delivery.wire)
            if letter.sender in blocked or self.hold(name, letter):
                blocked.add(letter.sender)
                skipped.append(delivery.id)
                continue
            for ref in mailroom.missing(delivery.wire):
                mailroom.files.incoming.put(office.attachment(name, ref.sha256))
            if mailroom.receive(delivery.wire).state == "waiting":
                skipped.append(delivery.id)
                continue
            office.acknowledge([Acknowledged(name, delivery.id)])
            self.last = letter
            yield delivery.id
