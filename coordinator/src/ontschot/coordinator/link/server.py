# SPDX-License-Identifier: EUPL-1.2
"""The listening port for participants: gRPC over mTLS, with certificates read per handshake."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from grpc import aio
from sqlalchemy.exc import DBAPIError

from ontschot.coordinator.link.service import LinkService, Signer
from ontschot.coordinator.link.sessions import Sessions
from ontschot.coordinator.link.threads import Pools
from ontschot.coordinator.link.watch import Changes
from ontschot.coordinator.mail import PostOffice, PresenceBoard
from ontschot.coordinator.settings import PortUnusable
from ontschot.coordinator.tls import server_credentials
from ontschot.protocol.certificates import Certificates
from ontschot.protocol.certificates.identity import names_in
from ontschot.protocol.clock import Clock
from ontschot.protocol.letters.transport import MAX_MESSAGE
from ontschot.protocol.v1 import link_pb2_grpc

MAX_CALLS = 2000
"""Calls under way at once, over all participants."""

MAX_CALLS_EACH = 32
"""Calls under way at once over one connection."""

WATCH = 1.0
"""Seconds between two looks for letters that another process queued."""

_OPTIONS: tuple[tuple[str, int], ...] = (
    ("grpc.max_receive_message_length", MAX_MESSAGE),
    ("grpc.max_send_message_length", MAX_MESSAGE),
    ("grpc.max_concurrent_streams", MAX_CALLS_EACH),
    ("grpc.so_reuseport", 0),
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 20_000),
    # Participants ping every 30 s; gRPC's own limit of five minutes would hang up on them.
    ("grpc.http2.min_recv_ping_interval_without_data_ms", 15_000),
    ("grpc.keepalive_permit_without_calls", 1),
    # Every few hours a participant must show its certificate again: a revoked one ends here.
    ("grpc.max_connection_age_ms", 6 * 3600 * 1000),
    ("grpc.max_connection_age_grace_ms", 60_000),
)


class LinkServer:
    """Serves participants; keep a reference to it for as long as it must listen.

    Args:
        office: posts, queues and handles letters.
        board: where presence is noted.
        certificates: returns the server's key and certificate; asked at every handshake, so a
            renewed one is used without a restart. Participants' certificates must be of the same
            authority and federation.
        address: host and port; port 0 takes any free one.
        clock: the present moment.
        sign: issues the next certificate of a participant that shows a valid one; None refuses.

    Raises:
        PortUnusable: something else listens there, or it is no address of this machine.
    """

    def __init__(
        self,
        office: PostOffice,
        board: PresenceBoard,
        certificates: Callable[[], Certificates],
        address: str,
        clock: Clock,
        sign: Signer | None = None,
    ) -> None:
        self._office = office
        self._sessions = Sessions()
        self._watching: asyncio.Task[None] | None = None
        self._server = aio.server(options=_OPTIONS, maximum_concurrent_rpcs=MAX_CALLS)
        federation = names_in(certificates().certificate).federation
        self._pools = Pools()
        service = LinkService(office, board, self._sessions, federation, clock, self._pools, sign)
        link_pb2_grpc.add_LinkServicer_to_server(service, self._server)
        credentials = server_credentials(certificates, ask_clients=True)
        try:
            self.port = self._server.add_secure_port(address, credentials)
        except RuntimeError as error:  # so gRPC says that it cannot listen there
            raise PortUnusable(address) from error

    async def start(self) -> None:
        """Begin to listen, and to push letters as they are committed."""
        loop = asyncio.get_running_loop()
        self._office.on_commit(lambda recipients: _wake(loop, self._sessions, recipients))
        await asyncio.to_thread(self._office.clean)
        self._watching = asyncio.create_task(self._watch())
        await self._server.start()

    async def stop(self, grace: float | None = None) -> None:
        """Ask participants to come back later, finish calls under way, and stop listening.

        Args:
            grace: seconds for calls under way; None ends them at once.
        """
        self._sessions.draining.set()
        await self._server.stop(grace)
        if self._watching is not None:
            self._watching.cancel()
            with suppress(asyncio.CancelledError):
                await self._watching
        await asyncio.to_thread(self._pools.close)

    def connected(self) -> frozenset[str]:
        """Return who is connected to this process."""
        return self._sessions.connected()

    async def _watch(self) -> None:
        changes = Changes(self._office.engine)
        try:
            while True:
                await asyncio.sleep(WATCH)
                with suppress(DBAPIError):  # away for a while: every call says so, and we look on
                    if await self._pools.listening.run(changes.happened):
                        self._sessions.wake()
        finally:
            changes.close()


def _wake(loop: asyncio.AbstractEventLoop, sessions: Sessions, recipients: frozenset[str]) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(sessions.wake, recipients)
