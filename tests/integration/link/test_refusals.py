# SPDX-License-Identifier: EUPL-1.2
"""What the coordinator and a participant refuse of each other, and by which code."""

from collections.abc import Awaitable
from datetime import timedelta
from typing import Any

import grpc
import pytest
from grpc import aio

from integration.link.world import NOW, PATIENCE, World, code_of
from ontschot.coordinator.enrolment.authority import CertificateAuthority
from ontschot.protocol import canonical
from ontschot.protocol.certificates import Certificates, Identity, SigningRequest, new_tls_key
from ontschot.protocol.letters import LETTER, Letter, SequenceReused, SignedLetter, pack
from ontschot.protocol.letters.transport import to_chunks, to_message, to_milliseconds
from ontschot.protocol.v1 import link_pb2, link_pb2_grpc
from simulation.parties import COORDINATOR
from vectors.roster import build

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def letter(here: World, sender: str = "zorg-ada", seq: int = 1, **changes: object) -> SignedLetter:
    roster = here.parties.roster
    fields: dict[str, object] = {
        "type": "note",
        "subject": "",
        "sender": sender,
        "recipient": "deler",
        "seq": seq,
        "roster_serial": roster.serial,
        "roster_hash": roster.digest,
        "payload": b"payload",
    }
    signer = build.keys(str(changes.pop("signer", sender))).signing
    return pack(Letter(**{**fields, **changes}), signer)  # type: ignore[arg-type]


async def refused(call: Awaitable[Any]) -> str:
    with pytest.raises(aio.AioRpcError) as caught:
        await call
    return code_of(caught.value)


async def event(call: Any, kind: str) -> Any:
    """Return the next event of a stream, which must be of this kind."""
    received = await call.read()
    assert received.WhichOneof("event") == kind
    return received


async def post(here: World, wire: SignedLetter, name: str = "zorg-ada") -> str:
    async with here.stub(name) as stub:
        return await refused(stub.Post(to_message(wire), timeout=PATIENCE))


async def test_a_coordinator_that_is_down(here: World) -> None:
    await here.server.stop(None)
    here.connect("zorg-ada")
    assert await here.failed("zorg-ada") == "coordinator-down"
    await here.serve()
    await here.connected("zorg-ada")


async def test_stopping_while_it_cannot_connect(here: World) -> None:
    await here.server.stop(None)
    here.connect("zorg-ada")
    assert await here.failed("zorg-ada") == "coordinator-down"
    await here.stop("zorg-ada")
    assert here.statuses["zorg-ada"][-1].state == "stopped"


async def test_stopping_before_the_first_attempt_is_over(here: World) -> None:
    here.connect("zorg-ada")
    await here.stop("zorg-ada")
    assert [one.state for one in here.statuses["zorg-ada"]][-1] == "stopped"


async def test_a_fault_in_the_machine_is_not_the_end(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = here.parties.mailroom("zorg-ada")
    unposted, busy = room.unposted, [OSError("disk")]

    def failing(limit: int = 16) -> Any:
        if busy:
            raise busy.pop()
        return unposted(limit)

    monkeypatch.setattr(room, "unposted", failing)
    here.parties.send("zorg-ada", COORDINATOR, b"later", kind="ask")
    here.connect("zorg-ada")
    assert await here.failed("zorg-ada") == "internal"
    await here.until(lambda: here.arrived("zorg-ada") == ["answer to later"])


async def test_a_certificate_of_another_authority(here: World) -> None:
    other = CertificateAuthority.create(build.FEDERATION, NOW)
    own = here.certificates("zorg-ada", other)
    # It trusts the right coordinator, but shows a certificate that nobody there knows.
    object.__setattr__(own, "authority", here.authority.certificate)
    here.connect("zorg-ada", own)
    assert await here.failed("zorg-ada") == "certificate-refused"


async def test_a_coordinator_of_another_authority(here: World) -> None:
    other = CertificateAuthority.create(build.FEDERATION, NOW)
    here.connect("zorg-ada", here.certificates("zorg-ada", other))
    assert await here.failed("zorg-ada") == "coordinator-untrusted"


async def test_an_expired_certificate_by_the_coordinator(here: World) -> None:
    long_ago = NOW - 60 * DAY
    own = here.certificates("zorg-ada", now=long_ago)
    here.connect("zorg-ada", own, clock=lambda: long_ago + DAY)
    assert await here.failed("zorg-ada") == "certificate-refused"


async def test_an_expired_certificate_by_its_owner(here: World) -> None:
    own = here.certificates("zorg-ada", now=NOW - 60 * DAY)
    here.connect("zorg-ada", own)
    assert await here.failed("zorg-ada") == "certificate-expired"


async def test_a_certificate_for_another_server(here: World) -> None:
    here.server_name = "elders.example"
    here.connect("zorg-ada")
    assert await here.failed("zorg-ada") == "coordinator-untrusted"


async def test_a_letter_in_the_name_of_another(here: World) -> None:
    assert await post(here, letter(here, "zorg-bea")) == "letter-sender-wrong"


async def test_a_letter_signed_by_another(here: World) -> None:
    assert await post(here, letter(here, signer="zorg-bea")) == "bad-signature"


async def test_a_certificate_of_another_federation(here: World) -> None:
    key = new_tls_key()
    request = SigningRequest(Identity("elders", "zorg-ada"), key.public_key())
    certificate = here.authority.sign(request, NOW)
    own = Certificates(key, certificate, here.authority.certificate)
    async with here.stub("zorg-ada", own) as stub:
        call = stub.Post(to_message(letter(here)), timeout=PATIENCE)
        assert await refused(call) == "foreign-certificate"


async def test_who_is_not_on_the_roster(here: World) -> None:
    assert await post(here, letter(here, "vreemd"), "vreemd") == "unknown-participant"
    async with here.stub("vreemd") as stub:
        chunks = iter([link_pb2.Chunk(sha256="0" * 64, total=1, data=b"x")])
        assert await refused(stub.PutAttachment(chunks, timeout=PATIENCE)) == "unknown-participant"


async def test_a_payload_over_the_limit(here: World) -> None:
    good = letter(here)
    large = SignedLetter(good.header, b"x" * (1024 * 1024 + 1), good.signature)
    assert await post(here, large) == "letter-too-large"


async def test_a_message_over_the_limit_of_grpc(here: World) -> None:
    large = link_pb2.Message(payload=b"x" * (5 * 1024 * 1024))
    options = [("grpc.max_send_message_length", -1)]
    own = here.certificates("zorg-ada")
    credentials = grpc.ssl_channel_credentials(own.authority_pem, own.key_pem, own.certificate_pem)
    async with aio.secure_channel(here.address.target, credentials, options) as channel:
        stub = link_pb2_grpc.LinkStub(channel)
        assert await refused(stub.Post(large, timeout=PATIENCE)) == "RESOURCE_EXHAUSTED"


async def test_a_letter_of_another_protocol_version(here: World) -> None:
    header = canonical.encode({**canonical.decode(letter(here).header), "v": 2})
    signature = build.keys("zorg-ada").signing.sign(LETTER, header)
    wire = SignedLetter(header, b"payload", signature)
    assert await post(here, wire) == "protocol-version-unknown"


async def test_a_participant_of_another_protocol_version(here: World) -> None:
    async with here.stub("zorg-ada") as stub:
        call = stub.Connect()
        await call.write(link_pb2.FromParticipant(hello=link_pb2.Hello(protocol=2)))
        assert await refused(call.read()) == "protocol-differs"


@pytest.mark.parametrize("first", [{"heartbeat": {}}, {"ack": {"id": 1}}, {}])
async def test_a_stream_without_hello(here: World, first: dict[str, Any]) -> None:
    async with here.stub("zorg-ada") as stub:
        call = stub.Connect()
        await call.write(link_pb2.FromParticipant(**first))
        assert await refused(call.read()) == "malformed-letter"


@pytest.mark.parametrize("by", [HOUR, -HOUR], ids=["an hour ahead", "an hour behind"])
async def test_a_clock_that_is_wrong(here: World, by: timedelta) -> None:
    own = here.certificates("zorg-ada", now=NOW - DAY)
    here.connect("zorg-ada", own, clock=lambda: here.parties.clock() + by)
    assert await here.failed("zorg-ada") == "clock-differs"


async def test_a_clock_within_the_tolerance(here: World) -> None:
    here.connect("zorg-ada", clock=lambda: here.parties.clock() + timedelta(seconds=50))
    await here.connected("zorg-ada")


async def test_a_call_without_deadline(here: World) -> None:
    async with here.stub("zorg-ada") as stub:
        wire = to_message(letter(here))
        assert await refused(stub.Post(wire)) == "call-without-deadline"
        request = link_pb2.AttachmentRequest(sha256="0" * 64)
        assert await refused(stub.GetAttachment(request).read()) == "call-without-deadline"


async def test_a_repeat_gets_the_first_receipt(here: World) -> None:
    async with here.stub("zorg-ada") as stub:
        wire = to_message(letter(here, recipient=COORDINATOR))
        first = await stub.Post(wire, timeout=PATIENCE)
        again = await stub.Post(wire, timeout=PATIENCE)
    assert (first.refused, first.repeated) == (False, False)
    assert (again.refused, again.repeated) == (False, True)
    assert here.arrived(COORDINATOR) == ["payload"]


async def test_a_participant_restored_from_an_old_copy_stops(here: World) -> None:
    async with here.stub("zorg-ada") as stub:
        await stub.Post(to_message(letter(here)), timeout=PATIENCE)
    here.connect("zorg-ada")
    assert here.parties.send("zorg-ada", "deler", b"another letter 1") == 1
    error = await here.ended("zorg-ada")
    assert isinstance(error, SequenceReused)
    assert here.statuses["zorg-ada"][-1].state == "stopped"


async def test_a_letter_to_nobody_is_answered_with_a_refusal(here: World) -> None:
    here.connect("zorg-ada")
    async with here.stub("zorg-bea") as stub:
        wire = letter(here, "zorg-bea", recipient="niemand")
        receipt = await stub.Post(to_message(wire), timeout=PATIENCE)
    assert (receipt.refused, receipt.code) == (True, "letter-recipient-unknown")
    here.connect("zorg-bea")
    await here.until(lambda: bool(here.arrived("zorg-bea")))
    assert '"code":"letter-recipient-unknown"' in here.arrived("zorg-bea")[0]


async def test_a_letter_whose_attachment_never_came(here: World) -> None:
    parties = here.parties
    parties.send("zorg-ada", "deler", b"", b"content")
    wire = parties.mailroom("zorg-ada").unposted()[0].wire
    assert await post(here, wire) == "attachment-missing"


async def test_only_the_recipient_fetches_an_attachment(here: World) -> None:
    parties = here.parties
    parties.send(COORDINATOR, "deler", b"", b"content")
    delivery = parties.office().deliveries("deler", (), 1)[0]
    sha256 = canonical.decode(delivery.wire.header)["attachments"][0]["sha256"]
    request = link_pb2.AttachmentRequest(sha256=sha256)
    async with here.stub("deler") as stub:
        chunk: Any = await stub.GetAttachment(request, timeout=PATIENCE).read()
        assert chunk.data == b"content"
    async with here.stub("zorg-ada") as stub:
        call = stub.GetAttachment(request, timeout=PATIENCE)
        assert await refused(call.read()) == "letter-recipient-unknown"


async def test_pieces_that_do_not_fit_together(here: World) -> None:
    content = b"a" * 600_000
    room = here.parties.mailroom("zorg-ada")
    ref = room.files.store.put(content)
    pieces = list(to_chunks(room.files.store.path(ref.sha256), ref))
    short = link_pb2.Chunk(sha256=ref.sha256, total=ref.size + 1, data=content[:10])
    other = link_pb2.Chunk(sha256="0" * 64, total=1, data=b"x")
    huge = link_pb2.Chunk(sha256=ref.sha256, total=2**50, data=b"x")
    name = link_pb2.Chunk(sha256="../../etc/passwd", total=1, data=b"x")
    cases = [
        ([], "malformed-letter"),
        (pieces[:-1], "malformed-letter"),
        (pieces[1:], "malformed-letter"),
        ([*pieces, pieces[-1]], "malformed-letter"),
        ([pieces[0], short], "malformed-letter"),
        ([other], "malformed-letter"),
        ([name], "malformed-letter"),
        ([huge], "letter-too-large"),
    ]
    async with here.stub("zorg-ada") as stub:
        for chunks, code in cases:
            call = stub.PutAttachment(iter(chunks), timeout=PATIENCE)
            assert await refused(call) == code
    assert not any(here.parties.office().files.incoming.folder.iterdir())


async def test_the_newest_connection_wins(here: World) -> None:
    here.connect("zorg-ada")
    await here.connected("zorg-ada")
    async with here.stub("zorg-ada") as stub:
        call = stub.Connect()
        hello = link_pb2.Hello(protocol=1, clock_ms=to_milliseconds(here.parties.clock()))
        await call.write(link_pb2.FromParticipant(hello=hello))
        await event(call, "welcome")
        assert await here.failed("zorg-ada") == "connection-replaced"
        # The participant connects again, and now that is the newest.
        assert await refused(call.read()) == "connection-replaced"
    await here.connected("zorg-ada")


async def test_presence(here: World) -> None:
    here.connect("zorg-ada")
    await here.connected("zorg-ada")
    await here.until(lambda: here.board.online() == {"zorg-ada"})
    await here.stop("zorg-ada")
    await here.until(lambda: not here.board.online())
    assert here.board.last_seen("zorg-ada") == here.parties.clock()
    assert here.board.last_seen("zorg-bea") is None


async def test_a_coordinator_that_stops_asks_to_come_back(here: World) -> None:
    here.connect("zorg-ada")
    await here.connected("zorg-ada")
    await here.server.stop(5)
    await here.until(lambda: here.links["zorg-ada"].status.state == "connecting")
    await here.serve()
    await here.connected("zorg-ada")
