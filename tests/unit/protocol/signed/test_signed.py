# SPDX-License-Identifier: EUPL-1.2
"""Signed documents: one form on the wire, and who counts as a signer."""

import pytest

from ontschot.protocol import canonical
from ontschot.protocol.canonical import NotCanonical
from ontschot.protocol.errors import MalformedMessage
from ontschot.protocol.keys import BadSignature, MalformedKey, SigningKey, to_base64url
from ontschot.protocol.signed import (
    MAX_SIGNATURES,
    MalformedSignedDocument,
    Signature,
    SignedDocument,
    sign,
)

A, B, C = (SigningKey.from_bytes(bytes([number] * 32)) for number in range(3))
DOCUMENT = {"type": "query", "naam": "één"}
ALLOWED = {A.public.text: "Ada", B.public.text: "Bea"}


def test_a_signed_document_reads_back() -> None:
    signed = sign("query", DOCUMENT, [A, B])
    found = SignedDocument.from_bytes(signed.to_bytes())
    assert found == signed
    assert found.document() == DOCUMENT
    assert found.digest == canonical.sha256(canonical.encode(DOCUMENT))
    assert set(found.signers("query", ALLOWED)) == {"Ada", "Bea"}


def test_the_envelope_is_canonical_json() -> None:
    signed = sign("query", {}, [])
    assert signed.to_bytes() == b'{"payload":"e30","signatures":[],"type":"signed","v":1}'


def test_the_order_of_signing_does_not_matter() -> None:
    assert sign("query", DOCUMENT, [A, B]) == sign("query", DOCUMENT, [B, A])


def test_signing_twice_is_signing_once() -> None:
    once = sign("query", DOCUMENT, [A])
    assert once.add_signature("query", A) == once


def test_signing_leaves_the_first_document_as_it_was() -> None:
    once = sign("query", DOCUMENT, [A])
    assert len(once.add_signature("query", B).signatures) == 2
    assert len(once.signatures) == 1


def test_a_stranger_does_not_count_and_does_no_harm() -> None:
    signed = sign("query", DOCUMENT, [A, C])
    assert signed.signers("query", ALLOWED) == ("Ada",)
    assert signed.signers("query", {}) == ()


def test_a_bad_signature_refuses_even_where_it_is_a_stranger_s() -> None:
    signed = sign("query", DOCUMENT, [A])
    bad = Signature(C.public.text, bytes(64))
    both = tuple(sorted([*signed.signatures, bad], key=lambda item: item.key))
    with pytest.raises(BadSignature):
        SignedDocument(signed.payload, both).signers("query", ALLOWED)


def test_a_signature_for_another_kind_is_a_bad_one() -> None:
    with pytest.raises(BadSignature):
        sign("roster", DOCUMENT, [A]).signers("query", ALLOWED)


def test_a_signer_that_is_no_key() -> None:
    signed = SignedDocument(b"{}", (Signature("ed25519:x", bytes(64)),))
    with pytest.raises(MalformedKey):
        signed.signers("query", ALLOWED)


def test_one_signature_for_each_key_in_order() -> None:
    first, second = sign("query", DOCUMENT, [A, B]).signatures
    for signatures in ((second, first), (first, first)):
        with pytest.raises(MalformedSignedDocument):
            SignedDocument(b"{}", signatures)


def test_more_signatures_than_anyone_needs() -> None:
    signatures = tuple(Signature(f"{number:03}", b"") for number in range(MAX_SIGNATURES + 1))
    SignedDocument(b"{}", signatures[:-1])
    with pytest.raises(MalformedSignedDocument):
        SignedDocument(b"{}", signatures)


def test_the_payload_may_be_anything_until_it_is_read() -> None:
    signed = SignedDocument.from_bytes(SignedDocument(b"\xff").to_bytes())
    with pytest.raises(NotCanonical):
        signed.document()


GOOD = {
    "v": 1,
    "type": "signed",
    "payload": "e30",
    "signatures": [{"key": "k", "signature": to_base64url(bytes(64))}],
}


def test_the_example_of_bad_envelopes_is_good() -> None:
    assert SignedDocument.from_bytes(canonical.encode(GOOD)).payload == b"{}"


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"v": True},
        {"v": "1"},
        {"type": "query"},
        {"extra": 1},
        {"payload": 1},
        {"payload": None},
        {"payload": "e30="},
        {"payload": "e31"},
        {"signatures": {}},
        {"signatures": "x"},
        {"signatures": [1]},
        {"signatures": [{}]},
        {"signatures": [{"key": "k", "signature": "AAAA"}]},
        {"signatures": [{"key": 1, "signature": to_base64url(bytes(64))}]},
        {"signatures": [{"key": "k", "signature": 1}]},
        {"signatures": [{"key": "k", "signature": to_base64url(bytes(64)), "x": 1}]},
    ],
    ids=repr,
)
def test_other_envelopes_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(MalformedMessage):
        SignedDocument.from_bytes(canonical.encode({**GOOD, **change}))


@pytest.mark.parametrize("name", GOOD)
def test_every_field_is_needed(name: str) -> None:
    with pytest.raises(MalformedMessage):
        SignedDocument.from_bytes(
            canonical.encode({key: value for key, value in GOOD.items() if key != name})
        )
