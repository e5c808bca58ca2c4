# SPDX-License-Identifier: EUPL-1.2
"""The process of a node: one installation opened, one role, one link to the coordinator."""

import asyncio
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from typing import TypeVar

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from ontschot.node.database import fault_of, open_engine, require_current
from ontschot.node.ledger import service as ledger
from ontschot.node.ledger.verify import verify_chain
from ontschot.node.link import Link, LinkAddress
from ontschot.node.link.channel import open_channel
from ontschot.node.link.errors import ConnectionLost
from ontschot.node.link.link import DEFAULT_TOLERANCE
from ontschot.node.link.probe import why_unavailable
from ontschot.node.link.session import Session
from ontschot.node.logs import configure_logs
from ontschot.node.mailroom import Desk, Mailroom, NoRoster
from ontschot.node.mailroom.mailroom import Handler
from ontschot.node.roles import RoleObject, make_role
from ontschot.node.settings import Settings
from ontschot.node.state.schema import MIGRATIONS
from ontschot.protocol.certificates import Certificates
from ontschot.protocol.clock import Clock, system_clock
from ontschot.protocol.errors import OntschotError, Refusal
from ontschot.protocol.keys import read_keys
from ontschot.protocol.letters.faults import describe_fault
from ontschot.protocol.v1 import link_pb2_grpc

_LOG = structlog.get_logger(__name__)

EXPIRE_SECONDS = 30.0
"""How often a role looks at its deadlines."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class OpenNode:
    """An installation that is open: its state database and its mailroom."""

    settings: Settings
    engine: Engine
    mailroom: Mailroom

    def read(self, query: Callable[[Connection], T]) -> T:
        """Return what ``query`` reads from the state database."""
        with self.engine.begin() as connection:
            return query(connection)


def open_node(
    settings: Settings, handlers: Mapping[str, Handler], clock: Clock = system_clock
) -> OpenNode:
    """Open an installation; ``handlers`` are its role's.

    Raises:
        SchemaMismatch: the state database belongs to another version.
        KeyFileMissing, KeyFileExposed: the keys cannot be used.
    """
    engine = open_engine(settings.state_url)
    require_current(engine, MIGRATIONS)
    keys = read_keys(settings.keys_path)
    mailroom = Mailroom(engine, settings.home / "files", settings.name, keys, clock, handlers)
    return OpenNode(settings, engine, mailroom)


async def run_node(settings: Settings, role: RoleObject | None = None) -> None:
    """Connect and work until SIGTERM or SIGINT; the letter in hand is finished first.

    Raises:
        OntschotError: the installation cannot be opened, or must not go on.
    """
    configure_logs(settings.log_level)
    await work(settings, role or make_role(settings), _stop_at_signals)
    _LOG.info("stopped", name=settings.name)


async def work(
    settings: Settings, role: RoleObject, begin: Callable[[Link], None] = lambda _: None
) -> None:
    """Connect and work until the link is stopped; ``begin`` is given it before that.

    Raises:
        OntschotError: the installation cannot be opened, or must not go on.
    """
    node = open_node(settings, role.handlers())
    # A ledger that is missing, closed, or was changed by hand stops the process here.
    node.read(verify_chain)
    node.read(ledger.head)
    link = Link(
        node.mailroom,
        node.engine,
        LinkAddress.parse(settings.coordinator),
        lambda: Certificates.read(settings.certificates_path),
        f"ontschot-node {version('ontschot-node')}",
        system_clock,
        renewed=lambda fresh: fresh.write(settings.certificates_path, replace=True),
    )
    begin(link)
    _LOG.info("started", name=settings.name, role=settings.role)
    expiring = asyncio.create_task(_expire(node, role))
    try:
        await link.run()
    finally:
        expiring.cancel()
        with suppress(asyncio.CancelledError):
            await expiring
        node.engine.dispose()


def _stop_at_signals(link: Link) -> None:
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, link.stop)


async def check_connection(settings: Settings, clock: Clock) -> None:
    """Connect once, compare clocks, and hang up. A node that runs connects again by itself.

    Raises:
        CoordinatorDown, CoordinatorUntrusted, CertificateRefused: what is wrong.
        ClockDiffers, ProtocolDiffers: likewise.
    """
    certificates = Certificates.read(settings.certificates_path)
    address = LinkAddress.parse(settings.coordinator)
    async with open_channel(address, certificates) as channel:
        session = Session(
            link_pb2_grpc.LinkStub(channel), "check", clock, _tolerance(settings), asyncio.sleep
        )
        try:
            await session.open()
        except ConnectionLost as error:
            raise await why_unavailable(address, certificates) from error
        finally:
            session.hang_up()


async def _expire(node: OpenNode, role: RoleObject) -> None:
    await _look(node, role.begin)
    while True:
        await asyncio.sleep(EXPIRE_SECONDS)
        await _look(node, role.expire)


async def _look(node: OpenNode, action: Callable[[Desk], None]) -> None:
    try:
        await asyncio.to_thread(node.mailroom.act, action)
    except (NoRoster, Refusal) as error:  # no roster yet, or it has expired: nothing to look at
        _LOG.debug("deadlines not looked at", code=error.code)
    except OntschotError as error:
        _LOG.warning("deadlines not looked at", code=error.code)
    except DBAPIError as error:  # a full disk, say: the next look may succeed
        _LOG.warning("deadlines not looked at", code=fault_of(error).code)
    except Exception as error:  # noqa: BLE001  (a process edge: deadlines must go on being kept)
        _LOG.error("deadlines not looked at", **describe_fault(error))


def _tolerance(settings: Settings) -> timedelta:
    try:
        node = open_node(settings, {})
    except (OntschotError, DBAPIError):  # other checks say so; the connection can still be tried
        return DEFAULT_TOLERANCE
    roster = node.mailroom.roster()
    node.engine.dispose()
    if roster is None:
        return DEFAULT_TOLERANCE
    return timedelta(seconds=roster.parameters.clock_tolerance_seconds)
