# SPDX-License-Identifier: EUPL-1.2
"""Whatever bytes arrive: a letter, or an error with a code, and never anything else."""

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from ontschot.protocol import canonical
from ontschot.protocol.errors import OntschotError
from ontschot.protocol.letters import (
    LETTER,
    MAX_ATTACHMENT,
    AttachmentRef,
    Letter,
    RefusalNotice,
    SignedLetter,
    pack,
    read,
    unpack,
)
from ontschot.protocol.letters.transport import from_message
from ontschot.protocol.v1 import link_pb2
from vectors.roster import build

ROSTER = build.roster()
KEY = build.keys("zorg-ada").signing

names = st.from_regex(r"[a-z0-9][a-z0-9-]{0,62}", fullmatch=True)
counts = st.integers(1, 2**53 - 1)
refs = st.builds(
    AttachmentRef,
    st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
    st.integers(0, MAX_ATTACHMENT),
)
letters = st.builds(
    Letter,
    type=names,
    subject=st.from_regex(r"[a-z0-9-]{0,64}", fullmatch=True),
    sender=st.just("zorg-ada"),
    recipient=names,
    seq=counts,
    roster_serial=st.just(ROSTER.serial),
    roster_hash=st.just(ROSTER.digest),
    payload=st.binary(max_size=2000),
    attachments=st.lists(refs, max_size=5).map(tuple),
)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=10,
)


@given(letters)
def test_every_letter_comes_back(letter: Letter) -> None:
    wire = pack(letter, KEY)
    assert unpack(wire, ROSTER) == letter
    assert canonical.encode(canonical.decode(wire.header)) == wire.header


@given(st.binary(max_size=400), st.binary(max_size=50), st.binary(max_size=70))
def test_any_bytes(header: bytes, payload: bytes, signature: bytes) -> None:
    with suppress(OntschotError):
        unpack(SignedLetter(header, payload, signature), ROSTER)


@given(st.binary(max_size=400))
def test_any_message(data: bytes) -> None:
    try:
        message = link_pb2.Message.FromString(data)
    except Exception:  # noqa: BLE001  (protobuf's own error; gRPC answers those itself)
        return
    with suppress(OntschotError):
        read(from_message(message))


@given(st.data())
def test_any_value_in_any_field(data: st.DataObject) -> None:
    letter = data.draw(letters)
    document = canonical.decode(pack(letter, KEY).header)
    field = data.draw(st.sampled_from(sorted(document)))
    value = data.draw(values)
    try:
        header = canonical.encode({**document, field: value})
    except OntschotError:
        return
    wire = SignedLetter(header, letter.payload, KEY.sign(LETTER, header))
    with suppress(OntschotError):
        assert unpack(wire, ROSTER) == letter or value != document[field]


@given(st.binary(max_size=300))
def test_any_refusal(data: bytes) -> None:
    with suppress(OntschotError):
        RefusalNotice.parse(data)
