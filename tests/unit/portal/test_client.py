# SPDX-License-Identifier: EUPL-1.2
import asyncio
import ssl
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
import trustme

from ontschot.coordinator.rest import create_app
from ontschot.coordinator.results import encode_result
from ontschot.portal.coordinator_client import CoordinatorClient, decode_boundaries
from ontschot.portal.errors import (
    AnswerNotFound,
    CoordinatorUnavailable,
    UnreadableAnswer,
    UnreadableBoundaries,
)
from ontschot.protocol.results import to_csv
from unit.coordinator.rest.readers import CONTACT, PUBLIC_URL, MemoryReader
from unit.coordinator.results import samples
from unit.portal.samples import boundaries, q01_result, read

Q13, Q01 = samples.q13(), q01_result()


class Counting(httpx.AsyncBaseTransport):
    """Passes requests on and keeps the status of every answer."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self.inner = inner
        self.statuses: list[int] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self.inner.handle_async_request(request)
        self.statuses.append(response.status_code)
        return response


def connected(reader: MemoryReader | None = None) -> tuple[CoordinatorClient, Counting]:
    reader = reader or MemoryReader([Q13, Q01], {"buurt": boundaries()})
    app = create_app(reader, contact=CONTACT, public_url=PUBLIC_URL)
    transport = Counting(httpx.ASGITransport(app=app))
    return CoordinatorClient("http://coordinator", transport=transport), transport


def answering(handler: Callable[[httpx.Request], httpx.Response]) -> CoordinatorClient:
    return CoordinatorClient("http://coordinator", transport=httpx.MockTransport(handler))


async def test_it_reads_all_there_is() -> None:
    client, _ = connected()
    assert [item.id for item in await client.answers()] == ["q01-2025", "q13-2025"]
    assert await client.answer("q13-2025") == read(Q13)
    assert await client.document("q13-2025") == encode_result(Q13)
    assert await client.csv("q13-2025") == to_csv(Q13).encode()
    joined = await client.boundaries("q01-2025", "sum-buurt")
    assert joined is not None
    assert joined["features"][0]["properties"]["areaCode"] == "BU06420101"
    await client.close()


async def test_a_table_without_boundaries_has_no_map() -> None:
    client, _ = connected()
    assert await client.geojson("q13-2025", "providers-wijk") is None
    assert await client.boundaries("q13-2025", "providers-wijk") is None


@pytest.mark.parametrize("name", ["none", "../../healthz", "a/b", "<script>", "%2e%2e", "?x=1"])
async def test_other_names_are_names_of_no_answer(name: str) -> None:
    client, transport = connected()
    with pytest.raises(AnswerNotFound):
        await client.answer(name)
    assert set(transport.statuses) <= {400, 404}


async def test_what_did_not_change_is_not_sent_again() -> None:
    client, transport = connected()
    for _ in range(3):
        assert await client.answer("q13-2025") == read(Q13)
    assert transport.statuses == [200, 304, 304]


async def test_a_withdrawn_answer_is_gone_at_once() -> None:
    reader = MemoryReader([Q13])
    client, _ = connected(reader)
    await client.answer("q13-2025")
    reader.results.clear()
    with pytest.raises(AnswerNotFound):
        await client.answer("q13-2025")


async def test_only_so_many_answers_are_kept() -> None:
    asked: list[str | None] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers.get("if-none-match"))
        return httpx.Response(200, content=encode_result(Q13), headers={"ETag": '"1"'})

    client = answering(handler)
    for number in range(65):
        await client.answer(f"q{number}")
    await client.answer("q64")
    await client.answer("q0")
    assert asked[-2:] == ['"1"', None]


@pytest.mark.parametrize("status", [204, 301, 403, 418, 500, 503])
async def test_another_status_means_unavailable(status: int) -> None:
    client = answering(lambda _: httpx.Response(status))
    with pytest.raises(CoordinatorUnavailable):
        await client.answers()


@pytest.mark.parametrize("kind", [httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError])
async def test_no_connection_means_unavailable(kind: type[httpx.TransportError]) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise kind("no", request=request)

    with pytest.raises(CoordinatorUnavailable):
        await answering(handler).answers()


async def test_foreign_content_is_unreadable() -> None:
    client = answering(lambda _: httpx.Response(200, text="<html>"))
    with pytest.raises(UnreadableAnswer):
        await client.answers()
    with pytest.raises(UnreadableAnswer):
        await client.answer("q13")
    with pytest.raises(UnreadableBoundaries):
        await client.boundaries("q13", "x")


@pytest.mark.parametrize("data", [b"", b"[]", b"nope", b"\xff", b"[" * 100_000])
def test_boundaries_are_an_object(data: bytes) -> None:
    with pytest.raises(UnreadableBoundaries):
        decode_boundaries(data)


async def test_only_the_given_authority_is_trusted(tmp_path: Path) -> None:
    ours, other = trustme.CA(), trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.issue_cert("localhost").configure_cert(context)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n" + b'{"items":[]}')
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "localhost", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    async with server:
        for authority, trusted in ((ours, True), (other, False)):
            path = tmp_path / "ca.pem"
            authority.cert_pem.write_to_path(path)
            client = CoordinatorClient(f"https://localhost:{port}", authority=path)
            if trusted:
                assert await client.answers() == ()
            else:
                with pytest.raises(CoordinatorUnavailable):
                    await client.answers()
            await client.close()
