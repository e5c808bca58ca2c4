# SPDX-License-Identifier: EUPL-1.2
"""The process of a coordinator: link, enrolment and REST over one database."""

import asyncio
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import structlog
import uvicorn
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from ontschot.coordinator.enrolment.authority import CertificateAuthority
from ontschot.coordinator.enrolment.database import DatabaseTokenStore
from ontschot.coordinator.enrolment.desk import EnrolmentDesk
from ontschot.coordinator.enrolment.server import EnrolmentServer
from ontschot.coordinator.estimates.refreshing import refresh
from ontschot.coordinator.installation import renew_if_due
from ontschot.coordinator.link import LinkServer
from ontschot.coordinator.logs import configure_logs
from ontschot.coordinator.mail.postoffice import PostOffice
from ontschot.coordinator.mail.presence import PresenceBoard
from ontschot.coordinator.reading import DatabaseReader
from ontschot.coordinator.releases.handlers import Leader
from ontschot.coordinator.rest.app import create_app
from ontschot.coordinator.rest.openapi import Contact
from ontschot.coordinator.settings import PortUnusable, Settings
from ontschot.coordinator.store.database import fault_of, open_engine, require_current
from ontschot.protocol.certificates import Certificates
from ontschot.protocol.clock import system_clock
from ontschot.protocol.errors import OntschotError, Refusal
from ontschot.protocol.keys import read_keys
from ontschot.protocol.letters.faults import describe_fault

_LOG = structlog.get_logger(__name__)


async def run_coordinator(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; calls under way are finished first.

    Raises:
        OntschotError: the installation cannot be opened.
    """
    configure_logs(settings.log_level)
    engine = open_engine(settings.store_url)
    require_current(engine)
    leader = Leader(settings.spare_batches)
    office = PostOffice(
        engine,
        settings.home / "files",
        settings.name,
        read_keys(settings.keys_path),
        system_clock,
        leader.handlers(),
    )
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)
    authority = CertificateAuthority.read(settings.authority_path)
    renew_if_due(settings, authority, system_clock)
    link = LinkServer(
        office,
        PresenceBoard(engine, system_clock),
        lambda: Certificates.read(settings.certificates_path),
        f"{settings.listen}:{settings.link_port}",
        system_clock,
        sign=lambda asked: authority.sign(asked, system_clock()),
    )
    enrolment = _enrolment(settings, engine, authority)
    rest, listening = _rest(settings, engine), _listen(settings.listen, settings.rest_port)
    # The first call in a thread loads what runs it: no reader's answer waits for that.
    await run_in_threadpool(int)
    await link.start()
    await enrolment.start()
    serving = asyncio.create_task(rest.serve([listening]))
    ticking = asyncio.create_task(_tick(office, leader, engine, settings, authority))
    _LOG.info("started", name=settings.name, link=settings.link_port, rest=settings.rest_port)
    await stopping.wait()
    ticking.cancel()
    with suppress(asyncio.CancelledError):
        await ticking
    rest.should_exit = True
    await serving
    await enrolment.stop(1)
    await link.stop(2)
    engine.dispose()
    _LOG.info("stopped", name=settings.name)


def _enrolment(
    settings: Settings, engine: Engine, authority: CertificateAuthority
) -> EnrolmentServer:
    desk = EnrolmentDesk(
        authority,
        DatabaseTokenStore(engine),
        settings.federation,
        system_clock,
        os.urandom,
    )
    return EnrolmentServer(
        desk,
        lambda: Certificates.read(settings.certificates_path),
        f"{settings.listen}:{settings.enrolment_port}",
    )


class _Server(uvicorn.Server):
    """A server whose signals are the process's own business."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave SIGTERM and SIGINT to ``run_coordinator``."""
        yield


def _rest(settings: Settings, engine: Engine) -> uvicorn.Server:
    contact = Contact(settings.contact_name, settings.contact_email, settings.contact_url)
    app = create_app(
        DatabaseReader(engine, system_clock),
        contact=contact,
        public_url=settings.rest_url,
        ready=lambda: require_current(engine),
    )
    config = uvicorn.Config(
        app,
        host=settings.listen,
        port=settings.rest_port,
        log_config=None,
        access_log=False,
        lifespan="off",
    )
    return _Server(config)


def _listen(host: str, port: int) -> socket.socket:
    # Uvicorn would end the process without a word when the port is taken.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise PortUnusable(f"{host}:{port}: {error.strerror}") from error


async def _tick(
    office: PostOffice,
    leader: Leader,
    engine: Engine,
    settings: Settings,
    authority: CertificateAuthority,
) -> None:
    while True:
        await asyncio.sleep(settings.tick_seconds)
        try:
            await asyncio.to_thread(renew_if_due, settings, authority, system_clock)
            await asyncio.to_thread(office.act, leader.tick)
            await asyncio.to_thread(refresh, engine, system_clock)
        except Refusal as error:  # no roster yet, or it has expired: nothing can be led
            _LOG.debug("nothing to lead", code=error.code)
        except OntschotError as error:
            _LOG.warning("deadlines not looked at", code=error.code)
        except DBAPIError as error:  # away or full for a while: the next look may succeed
            _LOG.warning("deadlines not looked at", code=fault_of(error).code)
        except Exception as error:  # noqa: BLE001  (a process edge: deadlines must go on being kept)
            _LOG.error("deadlines not looked at", **describe_fault(error))
