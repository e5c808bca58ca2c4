# SPDX-License-Identifier: EUPL-1.2
"""Fingerprints and base64url: one spelling each."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontschot.protocol.errors import MalformedMessage
from ontschot.protocol.keys import (
    SigningKey,
    fingerprint_of,
    from_base64url,
    parse_fingerprint,
    to_base64url,
)
from ontschot.protocol.keys.errors import MalformedBase64, MalformedFingerprint


def test_a_fingerprint_is_sixteen_groups_of_sha_256() -> None:
    found = fingerprint_of(b"abc")
    assert found.replace(" ", "") == hashlib.sha256(b"abc").hexdigest()
    assert [len(group) for group in found.split(" ")] == [4] * 16
    key = SigningKey.from_bytes(bytes(32)).public
    assert key.fingerprint == fingerprint_of(key.text.encode())


@pytest.mark.parametrize("separator", ["", " ", ":", "-", "  \n"])
def test_people_type_fingerprints_in_many_ways(separator: str) -> None:
    found = fingerprint_of(b"abc")
    assert parse_fingerprint(separator.join(found.split(" ")).upper()) == found
    assert parse_fingerprint(f" {found} ") == found


@pytest.mark.parametrize("text", ["", "abcd", "g" * 64, "a" * 63, "a" * 65, "а" * 64])
def test_what_is_no_fingerprint(text: str) -> None:
    with pytest.raises(MalformedFingerprint):
        parse_fingerprint(text)


@given(st.binary(max_size=100))
def test_base64url_reads_back(data: bytes) -> None:
    text = to_base64url(data)
    assert from_base64url(text) == data
    assert from_base64url(text, len(data)) == data
    with pytest.raises(MalformedBase64):
        from_base64url(text, len(data) + 1)
    with pytest.raises(MalformedBase64):
        from_base64url(text + "=")


@given(st.text(max_size=20) | st.text("AB-_+/= \n9", max_size=8))
def test_what_decodes_is_the_one_spelling(text: str) -> None:
    try:
        data = from_base64url(text)
    except MalformedMessage:
        return
    assert to_base64url(data) == text


@pytest.mark.parametrize("text", ["A", "AB", "AA==", "A A", "+/+/", "AAAA\n", "é"])
def test_other_spellings_are_refused(text: str) -> None:
    with pytest.raises(MalformedBase64):
        from_base64url(text)
