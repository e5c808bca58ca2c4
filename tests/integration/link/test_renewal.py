# SPDX-License-Identifier: EUPL-1.2
"""The next certificate over the connection of the present one."""

from datetime import timedelta

import grpc
import pytest
from grpc import aio

from integration.link.world import NOW, PATIENCE, World, code_of
from ontschot.protocol.certificates import Identity, identity_of, new_tls_key, write_signing_request
from ontschot.protocol.v1 import link_pb2
from simulation.parties import COORDINATOR
from vectors.roster import build

DAY = timedelta(days=1)


async def test_in_time_and_used_at_the_next_connection(here: World) -> None:
    old = here.certificates("zorg-ada", now=NOW - 25 * DAY)
    here.connect("zorg-ada", old)
    await here.until(lambda: "zorg-ada" in here.renewed)
    new = here.renewed["zorg-ada"]
    assert new.certificate.not_valid_after_utc == NOW + 30 * DAY
    assert new.key.public_key() != old.key.public_key()
    assert identity_of(new.certificate, build.FEDERATION).participant == "zorg-ada"
    await here.restart_server()
    here.parties.send("zorg-ada", COORDINATOR, b"hello", kind="ask")
    await here.until(lambda: here.arrived("zorg-ada") == ["answer to hello"])


async def test_not_before_it_is_time(here: World) -> None:
    here.connect("zorg-ada", here.certificates("zorg-ada", now=NOW - 10 * DAY))
    here.parties.send("zorg-ada", COORDINATOR, b"hello", kind="ask")
    await here.until(lambda: here.arrived("zorg-ada") == ["answer to hello"])
    assert here.renewed == {}


async def test_a_failure_is_no_reason_to_hang_up(here: World) -> None:
    here.signs = False
    await here.restart_server()
    here.connect("zorg-ada", here.certificates("zorg-ada", now=NOW - 25 * DAY))
    here.parties.send("zorg-ada", COORDINATOR, b"hello", kind="ask")
    await here.until(lambda: here.arrived("zorg-ada") == ["answer to hello"])
    assert here.renewed == {}


@pytest.mark.parametrize(
    ("caller", "asked", "code"),
    [
        ("zorg-ada", Identity(build.FEDERATION, "zorg-bea"), "letter-sender-wrong"),
        ("zorg-ada", Identity("elders", "zorg-ada"), "letter-sender-wrong"),
        ("vreemd", Identity(build.FEDERATION, "vreemd"), "unknown-participant"),
        ("zorg-ada", None, "malformed-certificate"),
    ],
)
async def test_refused(here: World, caller: str, asked: Identity | None, code: str) -> None:
    request = b"junk" if asked is None else write_signing_request(asked, new_tls_key())
    async with here.stub(caller) as stub:
        call = stub.Renew(link_pb2.RenewRequest(signing_request=request), timeout=PATIENCE)
        with pytest.raises(aio.AioRpcError) as caught:
            await call
    assert code_of(caught.value) == code


async def test_where_nobody_signs(here: World) -> None:
    here.signs = False
    await here.restart_server()
    async with here.stub("zorg-ada") as stub:
        with pytest.raises(aio.AioRpcError) as caught:
            await stub.Renew(link_pb2.RenewRequest(), timeout=PATIENCE)
    assert code_of(caught.value) == "no-renewal"
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
