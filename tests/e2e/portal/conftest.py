# SPDX-License-Identifier: EUPL-1.2
"""A portal on a port of this machine, reading a coordinator in the same process, and Chromium."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, sync_playwright

from e2e.portal.samples import BUURTEN, coordinator, drawn_boundaries, real_boundaries
from ontschot.portal.app import create_app
from ontschot.portal.coordinator_client import CoordinatorClient

CHROMIUM = Path("/usr/bin/chromium")
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def require(path: Path, what: str) -> None:
    """Skip the test if ``path`` is missing; in CI that is a failure instead."""
    if not path.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{what} is missing: {path}")
        pytest.skip(f"{what} is missing: {path}")


# Not longer than a module: while Playwright runs, its event loop runs too, and the asynchronous
# tests of the next module could not start theirs.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    require(CHROMIUM, "Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """A portal over drawn boundaries."""
    with serve(portal(drawn_boundaries())) as address:
        yield address


@pytest.fixture(scope="session")
def real_site() -> Iterator[str]:
    """A portal over the real boundaries of two gemeenten."""
    require(BUURTEN, "public test data (ONTSCHOT_TEST_DATA)")
    with serve(portal(real_boundaries())) as address:
        yield address


@pytest.fixture(scope="session")
def broken_site() -> Iterator[str]:
    """A portal whose coordinator does not answer."""

    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    client = CoordinatorClient("http://coordinator", transport=httpx.MockTransport(refuse))
    with serve(create_app(client)) as address:
        yield address


def portal(boundaries: dict[str, Any]) -> FastAPI:
    """Return a portal that reads a coordinator in this process."""
    transport = httpx.ASGITransport(app=coordinator(boundaries))
    client = CoordinatorClient("http://coordinator", transport=transport)
    return create_app(client, organisation="Regio Voorbeeld")


@contextmanager
def serve(app: FastAPI) -> Iterator[str]:
    """Serve ``app`` on a free port of the loopback address."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
    started = threading.Event()
    startup = server.startup

    async def announce(sockets: list[socket.socket] | None = None) -> None:
        await startup(sockets)
        started.set()

    server.startup = announce  # type: ignore[method-assign] # tells when the port is open
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    assert started.wait(30)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(30)
