# SPDX-License-Identifier: EUPL-1.2
"""Real gRPC over mTLS on loopback between the parties of ``simulation.parties``."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from grpc import aio

from ontschot.coordinator.enrolment.authority import CertificateAuthority
from ontschot.coordinator.link import LinkServer
from ontschot.coordinator.mail import PresenceBoard
from ontschot.node.link import Link, LinkAddress, LinkStatus, Seams
from ontschot.node.link.channel import open_channel
from ontschot.protocol.certificates import Certificates, Identity, SigningRequest, new_tls_key
from ontschot.protocol.clock import Clock
from ontschot.protocol.v1 import link_pb2_grpc
from simulation.parties import COORDINATOR, Parties
from vectors.roster import build

NOW = datetime.now(UTC).replace(microsecond=0)
"""When this run began. gRPC itself looks at the machine's clock, so the parties' clock stands at
about the real time; and certificates are made at the same moment, however long ago it is by now."""

PATIENCE = 30.0
"""Seconds after which a test gives up; nothing ever waits for so long."""


@dataclass
class World:
    """Parties, their certificates, the coordinator's server, and the links that tests start."""

    parties: Parties
    authority: CertificateAuthority
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    statuses: dict[str, list[LinkStatus]] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)
    _tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _server: LinkServer | None = None
    port: int = 0
    server_name: str | None = None
    signs: bool = True
    renewed: dict[str, Certificates] = field(default_factory=dict)

    @property
    def server(self) -> LinkServer:
        """The coordinator's server as it is now."""
        assert self._server is not None
        return self._server

    @property
    def address(self) -> LinkAddress:
        """Where the coordinator listens."""
        return LinkAddress("127.0.0.1", self.port, self.server_name)

    def certificates(
        self, name: str, authority: CertificateAuthority | None = None, **when: Any
    ) -> Certificates:
        """Return a participant's certificate."""
        signer = authority or self.authority
        key = new_tls_key()
        request = SigningRequest(Identity(build.FEDERATION, name), key.public_key())
        certificate = signer.sign(request, when.pop("now", NOW), **when)
        return Certificates(key, certificate, signer.certificate)

    async def serve(self, authority: CertificateAuthority | None = None) -> None:
        """Start the coordinator's server, on the same port as before."""
        identity = Identity(build.FEDERATION, COORDINATOR)
        own = (authority or self.authority).issue_server(identity, ["127.0.0.1"], NOW)
        office = self.parties.office()
        loop = asyncio.get_running_loop()
        self._notice(office, "acknowledge", loop)
        board = PresenceBoard(self.parties.engines[COORDINATOR], self.parties.clock)
        for method in ("connected", "seen", "disconnected"):
            self._notice(board, method, loop)
        address = f"127.0.0.1:{self.port}"
        self._server = LinkServer(
            office,
            board,
            lambda: own,
            address,
            self.parties.clock,
            (lambda asked: self.authority.sign(asked, NOW)) if self.signs else None,
        )
        self.port = self._server.port
        self.board = board
        await self._server.start()

    async def restart_server(self) -> None:
        """Kill the coordinator and start it again, from its files alone."""
        await self.server.stop(None)
        self.parties.restart(COORDINATOR)
        await self.serve()

    def connect(
        self,
        name: str,
        certificates: Certificates | None = None,
        clock: Clock | None = None,
        key: str | None = None,
    ) -> Link:
        """Start a participant's link."""
        loop = asyncio.get_running_loop()
        own = certificates or self.certificates(name)
        statuses = self.statuses.setdefault(key or name, [])

        def on_status(status: LinkStatus) -> None:
            statuses.append(status)
            self.changed.set()

        room = self.parties.mailroom(name)
        self._notice(room, "mark_posted", loop)
        room.on_commit(lambda: loop.call_soon_threadsafe(self.changed.set))
        link = Link(
            room,
            self.parties.engines[name],
            self.address,
            lambda: self.renewed.get(key or name, own),
            "test",
            clock or self.parties.clock,
            Seams(random=lambda: 0.02, on_status=on_status),
            lambda following: self._keep(key or name, following),
        )
        self.links[key or name] = link
        self._tasks[key or name] = asyncio.create_task(link.run())
        return link

    async def stop(self, name: str) -> None:
        """Stop a link properly."""
        self.links.pop(name).stop()
        await asyncio.wait_for(self._tasks.pop(name), PATIENCE)

    async def kill(self, name: str) -> None:
        """Kill a participant: its link ends in the middle of things; restart it from its files."""
        task = self._tasks.pop(name)
        self.links.pop(name)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        self.parties.restart(name)

    async def ended(self, name: str) -> BaseException | None:
        """Return with what a link ended by itself."""
        task = self._tasks.pop(name)
        self.links.pop(name)
        await asyncio.wait({task}, timeout=PATIENCE)
        return task.exception()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Return when ``condition`` holds; it is asked again whenever something was committed."""
        async with asyncio.timeout(PATIENCE):
            while not condition():
                self.changed.clear()
                if not condition():
                    await self.changed.wait()

    async def failed(self, name: str) -> str:
        """Return the code of the first error that a link meets."""
        await self.until(lambda: any(one.error for one in self.statuses[name]))
        return next(one.error.code for one in self.statuses[name] if one.error)

    async def connected(self, *names: str) -> None:
        """Return when these links are connected."""
        await self.until(
            lambda: all(self.links[name].status.state == "connected" for name in names)
        )

    def arrived(self, name: str) -> list[str]:
        """Return the contents of the letters that a party noted."""
        return [content for _, _, _, content in self.parties.seen(name)]

    @asynccontextmanager
    async def stub(
        self, name: str, certificates: Certificates | None = None
    ) -> AsyncIterator["link_pb2_grpc.LinkAsyncStub"]:
        """Open a bare channel with a participant's certificate."""
        own = certificates or self.certificates(name)
        async with open_channel(self.address, own) as channel:
            yield link_pb2_grpc.LinkStub(channel)

    async def close(self) -> None:
        """Stop everything."""
        for name in tuple(self.links):
            await self.stop(name)
        if self._server is not None:
            await self._server.stop(None)
        self.parties.dispose()

    def _keep(self, name: str, following: Certificates) -> None:
        self.renewed[name] = following
        self.changed.set()

    def _notice(self, thing: Any, method: str, loop: asyncio.AbstractEventLoop) -> None:
        original = getattr(thing, method)

        def noticed(*arguments: Any) -> Any:
            result = original(*arguments)
            loop.call_soon_threadsafe(self.changed.set)
            return result

        setattr(thing, method, noticed)


@asynccontextmanager
async def world(parties: Parties) -> AsyncIterator[World]:
    """A world whose coordinator serves."""
    authority = CertificateAuthority.create(build.FEDERATION, NOW)
    made = World(parties, authority)
    await made.serve()
    try:
        yield made
    finally:
        await made.close()


def code_of(error: aio.AioRpcError) -> str:
    """Return the stable code of a refused call."""
    found = dict(error.trailing_metadata() or ())
    return str(found.get("ontschot-error", error.code().name))
