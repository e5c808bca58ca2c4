# SPDX-License-Identifier: EUPL-1.2
"""A passkey signs one document of one kind at one site, by somebody whom the device knew."""

import json
from collections.abc import Callable
from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontschot.protocol import canonical
from ontschot.protocol.errors import MalformedMessage
from ontschot.protocol.keys import BadSignature, MalformedKey, SigningKey
from ontschot.protocol.keys.base64url import to_base64url
from ontschot.protocol.keys.passkeys import Assertion, PasskeyKey, RelyingParty, challenge_of
from ontschot.protocol.signed import MalformedSignedDocument, SignedDocument
from unit.protocol.keys.authenticator import PRESENT, VERIFIED, Authenticator

PARTY = RelyingParty("portaal.example", ("https://portaal.example",))
PHONE = Authenticator.made()
KIND, PAYLOAD = "question-act", canonical.encode({"act": "approve"})


def sign(
    by: Authenticator = PHONE, kind: str = KIND, payload: bytes = PAYLOAD, **changes: Any
) -> Assertion:
    site = changes.pop("site", PARTY.id)
    return by.sign(kind, payload, site, changes.pop("origin", PARTY.origins[0]), **changes)


SIGNED = sign()


@pytest.mark.parametrize("algorithm", ["ES256", "EdDSA", "RS256"])
def test_what_phones_keys_and_windows_sign_is_verified(algorithm: str) -> None:
    device = Authenticator.made(algorithm)
    device.public.verify(KIND, PAYLOAD, sign(device), PARTY)
    assert PasskeyKey.parse(device.public.text) == device.public


REFUSED: dict[str, Callable[[], Assertion]] = {
    "another document": lambda: sign(payload=canonical.encode({"act": "refuse"})),
    "another kind": lambda: sign(kind="query"),
    "another passkey": lambda: sign(Authenticator.made()),
    "another site": lambda: sign(site="portaal.example.org"),
    "another address": lambda: sign(origin="https://portaal.example.org"),
    "another port": lambda: sign(origin="https://portaal.example:8443"),
    "without TLS": lambda: sign(origin="http://portaal.example"),
    "nobody verified": lambda: sign(flags=PRESENT),
    "nobody there": lambda: sign(flags=VERIFIED),
    "an enrolment": lambda: sign(type="webauthn.create"),
    "inside another page": lambda: sign(crossOrigin=True),
    "on top of it": lambda: sign(topOrigin="https://elders.example"),
    "a challenge of somebody else": lambda: sign(challenge=to_base64url(bytes(32))),
}


@pytest.mark.parametrize("case", REFUSED)
def test_anything_else_is_refused(case: str) -> None:
    with pytest.raises(BadSignature):
        PHONE.public.verify(KIND, PAYLOAD, REFUSED[case](), PARTY)


@given(st.integers(0, 2), st.data())
def test_a_changed_byte_is_refused(field: int, data: st.DataObject) -> None:
    parts = [SIGNED.authenticator_data, SIGNED.client_data, SIGNED.signature]
    place = data.draw(st.integers(0, len(parts[field]) - 1))
    changed = bytearray(parts[field])
    changed[place] ^= data.draw(st.integers(1, 255))
    parts[field] = bytes(changed)
    with pytest.raises(BadSignature):
        PHONE.public.verify(KIND, PAYLOAD, Assertion(*parts), PARTY)


@given(st.binary(max_size=200), st.binary(max_size=200), st.binary(max_size=100))
def test_no_bytes_bring_down_who_verifies(data: bytes, client: bytes, signature: bytes) -> None:
    with pytest.raises(BadSignature):
        PHONE.public.verify(KIND, PAYLOAD, Assertion(data, client, signature), PARTY)


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(max_size=5),
        lambda inner: st.dictionaries(
            st.sampled_from(["type", "challenge", "origin", "tokenBinding", "crossOrigin"]),
            inner,
            max_size=5,
        ),
    )
)
def test_no_client_data_brings_down_who_verifies(collected: object) -> None:
    assertion = Assertion(SIGNED.authenticator_data, json.dumps(collected).encode(), b"x")
    with pytest.raises(BadSignature):
        PHONE.public.verify(KIND, PAYLOAD, assertion, PARTY)


@pytest.mark.parametrize(
    "cose",
    [
        b"",
        b"\xff",
        b"\xa0",
        cbor2.dumps([1, 2]),
        cbor2.dumps({1: 2, 3: -7, -1: 1}),
        cbor2.dumps({1: 2, 3: -36, -1: 3, -2: bytes(66), -3: bytes(66)}),
        b"\xa5" + b"\x00" * 2000,
    ],
)
def test_what_is_no_key_is_refused(cose: bytes) -> None:
    with pytest.raises(MalformedKey):
        PasskeyKey(cose)
    with pytest.raises(MalformedKey):
        PasskeyKey.parse("passkey:" + to_base64url(cose))


def test_a_document_is_signed_by_key_files_and_passkeys_alike() -> None:
    file = SigningKey.generate()
    signed = SignedDocument(PAYLOAD).add_signature(KIND, file).add_assertion(PHONE.public, sign())
    again = SignedDocument.from_bytes(signed.to_bytes())
    assert again == signed
    allowed = {file.public.text: "file", PHONE.public.text: "phone"}
    assert set(again.signers(KIND, allowed, PARTY)) == {"file", "phone"}
    # A second time by the same passkey takes the place of the first.
    twice = signed.add_assertion(PHONE.public, sign())
    assert len(twice.signatures) == 2
    for wrong in (None, RelyingParty("elders.example", PARTY.origins)):
        with pytest.raises(BadSignature):
            again.signers(KIND, allowed, wrong)
    with pytest.raises(BadSignature):
        again.signers("query", allowed, PARTY)


def test_a_strangers_passkey_does_no_harm() -> None:
    signed = SignedDocument(PAYLOAD).add_assertion(PHONE.public, sign())
    assert signed.signers(KIND, {}, PARTY) == ()


def test_what_is_no_assertion_is_refused() -> None:
    signed = SignedDocument(PAYLOAD).add_assertion(PHONE.public, sign())
    (one,) = signed.signatures
    for value in (b"", b"{}", b'{"signature":""}', one.value[:-1]):
        other = SignedDocument(PAYLOAD, (type(one)(one.key, value),))
        with pytest.raises(MalformedMessage):
            SignedDocument.from_bytes(other.to_bytes()).signers(KIND, {}, PARTY)
    long = SignedDocument(PAYLOAD, (type(one)(one.key, b"a" * 5000),))
    with pytest.raises(MalformedSignedDocument):
        SignedDocument.from_bytes(long.to_bytes())


def test_the_challenge_is_of_one_kind() -> None:
    assert challenge_of("query", PAYLOAD) != challenge_of(KIND, PAYLOAD)
    assert len(challenge_of(KIND, PAYLOAD)) == 32
