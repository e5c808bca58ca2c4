# SPDX-License-Identifier: EUPL-1.2
"""Stand-ins for time and for the other end, so that the parts of a link are tested one by one."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import grpc
from grpc import aio

from ontschot.node.link.calls import Calls
from ontschot.node.mailroom import Mailroom, Outcome, Outgoing
from ontschot.protocol.letters import AttachmentRef, Letter, SignedLetter, pack
from ontschot.protocol.letters.transport import ERROR_KEY, to_message, to_milliseconds
from ontschot.protocol.v1 import link_pb2
from vectors.roster import build


class Sleeps:
    """Sleepers wait until the test lets those of a duration go on."""

    def __init__(self) -> None:
        self._waiting: list[tuple[float, asyncio.Future[None]]] = []
        self._asked = asyncio.Event()
        self.history: list[float] = []

    async def __call__(self, seconds: float) -> None:
        """Wait for ``pass_by``."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((seconds, future))
        self.history.append(seconds)
        self._asked.set()
        await future

    async def pass_by(self, matches: Callable[[float], bool]) -> None:
        """Let the sleepers whose duration ``matches`` go on; wait for one if there is none."""
        while True:
            found = [one for one in self._waiting if matches(one[0]) and not one[1].done()]
            if found:
                break
            self._asked.clear()
            await asyncio.wait_for(self._asked.wait(), 10)
        for one in found:
            self._waiting.remove(one)
            one[1].set_result(None)
        await settle()


async def settle() -> None:
    """Let everything that can go on go on."""
    for _ in range(20):
        await asyncio.sleep(0)


def refusal(code: str | None, detail: str = "") -> aio.AioRpcError:
    """Return the error of a call that the coordinator refused with ``code``, or of a lost one."""
    trailer = () if code is None else ((ERROR_KEY, code),)
    return aio.AioRpcError(
        grpc.StatusCode.UNAVAILABLE, aio.Metadata(), aio.Metadata(*trailer), details=detail
    )


class FakeStream:
    """The stream of ``Connect`` as a test wants it to be."""

    def __init__(self) -> None:
        self.written: list[link_pb2.FromParticipant] = []
        self.finished = False
        self.cancelled = False
        self._incoming: asyncio.Queue[Any] = asyncio.Queue()

    def say(self, **event: Any) -> None:
        """Let the coordinator say something."""
        self._incoming.put_nowait(link_pb2.ToParticipant(**event))

    def end(self, error: Exception | None = None) -> None:
        """Let the coordinator end the stream."""
        self._incoming.put_nowait(aio.EOF if error is None else error)

    async def write(self, event: link_pb2.FromParticipant) -> None:
        """Take what the participant says."""
        if self.cancelled:
            raise asyncio.InvalidStateError
        self.written.append(event)

    async def read(self) -> Any:
        """Return what the coordinator says next."""
        event = await self._incoming.get()
        if isinstance(event, Exception):
            raise event
        return event

    async def done_writing(self) -> None:
        """The participant hangs up; so does the coordinator."""
        self.finished = True
        self.end()

    def cancel(self) -> None:
        """End at once."""
        self.cancelled = True

    def said(self) -> list[str]:
        """Return the kinds of what the participant said."""
        return [str(event.WhichOneof("event")) for event in self.written]


class FakeStub:
    """A service with one stream."""

    def __init__(self, stream: FakeStream) -> None:
        self.stream = stream

    def Connect(self) -> FakeStream:  # noqa: N802
        """Return the stream."""
        return self.stream


def welcome(protocol: int = 1) -> dict[str, Any]:
    """Return the coordinator's first words."""
    clock = to_milliseconds(build.NOW)
    return {"welcome": {"protocol": protocol, "clock_ms": clock, "roster_serial": 1}}


def wire(sender: str, seq: int, *refs: AttachmentRef) -> SignedLetter:
    """Return a letter."""
    roster = build.roster()
    letter = Letter(
        "note", "", sender, "deler", seq, roster.serial, roster.digest, b"", tuple(refs)
    )
    return pack(letter, build.keys(sender).signing)


def delivery(number: int, letter: SignedLetter) -> dict[str, Any]:
    """Return a delivered letter."""
    return {"delivery": link_pb2.Delivery(id=number, message=to_message(letter))}


class FakeMailroom(Mailroom):
    """A mailroom without a database: what it receives and posts is scripted."""

    def __init__(self) -> None:
        self.received: list[SignedLetter] = []
        self.outcomes: dict[SignedLetter, list[Outcome | Exception]] = {}
        self.lacking: dict[SignedLetter, list[AttachmentRef]] = {}
        self.outbox: list[Outgoing] = []

    @property
    def files(self) -> Any:  # type: ignore[override]
        """Folders that are only passed on."""
        return self

    @property
    def store(self) -> str:
        """Where attachments to send are."""
        return "store"

    @property
    def incoming(self) -> str:
        """Where attachments go."""
        return "incoming"

    def receive(self, wire: SignedLetter) -> Outcome:
        """Do as the script says; a letter without script is handled."""
        script = self.outcomes.get(wire, [])
        outcome = script.pop(0) if script else Outcome("handled")
        if isinstance(outcome, Exception):
            raise outcome
        if outcome.acknowledged:
            self.received.append(wire)
        return outcome

    def missing(self, wire: SignedLetter) -> list[AttachmentRef]:
        """Return what the script says."""
        return self.lacking.get(wire, [])

    def unposted(self, limit: int = 16) -> list[Outgoing]:
        """Return what is in the outbox."""
        return self.outbox[:limit]

    def mark_posted(self, seq: int) -> None:
        """Take a letter out of the outbox."""
        self.outbox = [one for one in self.outbox if one.seq != seq]


class FakeCalls(Calls):
    """Calls that are noted, and fail as the script says."""

    def __init__(self, failures: Sequence[Exception | None] = ()) -> None:
        self.made: list[str] = []
        self.failures = list(failures)
        self.receipt = link_pb2.PostReceipt()

    async def post(self, wire: SignedLetter) -> link_pb2.PostReceipt:
        """Note a post."""
        self._note(f"post {wire.digest[:6]}")
        return self.receipt

    async def upload(self, folder: Any, ref: AttachmentRef) -> None:
        """Note an upload."""
        self._note(f"upload {ref.size} from {folder}")

    async def download(self, folder: Any, ref: AttachmentRef) -> None:
        """Note a download."""
        self._note(f"download {ref.size} into {folder}")

    def _note(self, call: str) -> None:
        self.made.append(call)
        failure = self.failures.pop(0) if self.failures else None
        if failure is not None:
            raise failure


class Inline:
    """A worker that works at once."""

    async def run(self, work: Callable[[], Any]) -> Any:
        """Do it."""
        return work()
