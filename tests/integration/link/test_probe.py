# SPDX-License-Identifier: EUPL-1.2
"""Why gRPC says UNAVAILABLE, and that both ends keep showing that they are alive."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from integration.link.world import World
from ontschot.coordinator.link import conversation
from ontschot.node.link import LinkAddress, probe
from ontschot.node.link.probe import why_unavailable
from ontschot.protocol.certificates import Identity
from ontschot.protocol.letters.transport import to_milliseconds
from ontschot.protocol.v1 import link_pb2
from simulation.parties import COORDINATOR
from vectors.roster import build

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def say_something(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    await say_nothing(reader, writer)


async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        await reader.read()
    writer.close()


async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


@pytest.mark.parametrize(
    ("talk", "code", "detail"),
    [
        (say_something, "coordinator-down", "it listens, but does not serve"),
        (say_nothing, "coordinator-down", "no answer"),
        (hang_up, "certificate-refused", ""),
    ],
)
async def test_who_listens_but_does_not_serve(
    here: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    talk: Talk,
    code: str,
    detail: str,
) -> None:
    monkeypatch.setattr(probe, "_PATIENCE", 1.0)
    identity = Identity(build.FEDERATION, COORDINATOR)
    own = here.authority.issue_server(identity, ["127.0.0.1"], here.parties.clock())
    chain = tmp_path / "chain.pem"
    chain.write_bytes(own.key_pem + own.certificate_pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=context)
    address = LinkAddress("127.0.0.1", server.sockets[0].getsockname()[1])
    found = await why_unavailable(address, here.certificates("zorg-ada"))
    server.close()
    assert (found.code, found.detail) == (code, detail)


async def test_who_does_not_even_speak_tls(here: World) -> None:
    server = await asyncio.start_server(say_something, "127.0.0.1", 0)
    address = LinkAddress("127.0.0.1", server.sockets[0].getsockname()[1])
    found = await why_unavailable(address, here.certificates("zorg-ada"))
    server.close()
    assert (found.code, found.detail) == ("coordinator-down", "something else listens there")


async def test_both_ends_show_that_they_are_alive(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "HEARTBEAT", 0.01)
    async with here.stub("zorg-ada") as stub:
        call: Any = stub.Connect()
        hello = link_pb2.Hello(protocol=1, clock_ms=to_milliseconds(here.parties.clock()))
        await call.write(link_pb2.FromParticipant(hello=hello))
        kinds = [(await call.read()).WhichOneof("event") for _ in range(3)]
        assert kinds == ["welcome", "heartbeat", "heartbeat"]
        began = here.parties.clock()
        here.parties.clock.advance(30)
        beat = link_pb2.Heartbeat(clock_ms=0)
        await call.write(link_pb2.FromParticipant(heartbeat=beat))
        await here.until(lambda: here.board.last_seen("zorg-ada") != began)
        await call.write(link_pb2.FromParticipant(hello=hello))  # means nothing now
        await call.write(link_pb2.FromParticipant(ack=link_pb2.Ack(id=12345)))  # nor does this
        assert (await call.read()).WhichOneof("event") == "heartbeat"
