# SPDX-License-Identifier: EUPL-1.2
"""Whatever is signed reads back, and whatever does not decode says so in one way."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontschot.protocol.errors import MalformedMessage
from ontschot.protocol.keys import BadSignature, SigningKey
from ontschot.protocol.signed import SignedDocument, sign

KEYS = [SigningKey.from_bytes(bytes([number] * 32)) for number in range(5)]
NAMES = {key.public.text: number for number, key in enumerate(KEYS)}
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
documents = st.dictionaries(st.text(max_size=5), values, max_size=4)
signers = st.sets(st.sampled_from(range(5)))
_GOOD = sign("query", {"a": 1}, KEYS[:2]).to_bytes()


@given(documents, signers)
def test_documents_and_signers_read_back(document: dict[str, object], who: set[int]) -> None:
    signed = sign("query", document, [KEYS[number] for number in sorted(who)])
    found = SignedDocument.from_bytes(signed.to_bytes())
    assert found.document() == document
    assert set(found.signers("query", NAMES)) == who


@given(st.binary(max_size=200))
def test_any_bytes_decode_or_are_malformed(data: bytes) -> None:
    _decodes_to_itself_or_is_malformed(data)


@given(
    st.dictionaries(
        st.sampled_from(["v", "type", "payload", "signatures", "x"]),
        values | st.sampled_from([1, "signed", "e30"]),
    )
)
def test_any_object_decodes_or_is_malformed(document: dict[str, object]) -> None:
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    _decodes_to_itself_or_is_malformed(text.encode("utf-8", errors="replace"))


@given(st.integers(0, len(_GOOD) - 1), st.integers(1, 255))
def test_a_changed_byte_never_passes_for_the_same_document(at: int, change: int) -> None:
    data = _GOOD[:at] + bytes([_GOOD[at] ^ change]) + _GOOD[at + 1 :]
    with pytest.raises((MalformedMessage, BadSignature)):
        SignedDocument.from_bytes(data).signers("query", NAMES)


@given(st.binary(max_size=50))
def test_a_signature_covers_every_byte(payload: bytes) -> None:
    signed = SignedDocument(payload).add_signature("query", KEYS[0])
    envelope = json.loads(signed.to_bytes())
    assert base64.urlsafe_b64decode(envelope["payload"] + "==") == payload
    for other in {payload + b"\0", payload[:-1], b""} - {payload}:
        with pytest.raises(BadSignature):
            SignedDocument(other, signed.signatures).signers("query", NAMES)


def _decodes_to_itself_or_is_malformed(data: bytes) -> None:
    try:
        found = SignedDocument.from_bytes(data)
    except MalformedMessage:
        return
    assert found.to_bytes() == data
