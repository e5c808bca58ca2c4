# SPDX-License-Identifier: EUPL-1.2
"""Sealed boxes: keys, contexts, and what does not open."""

import pytest

from ontschot.protocol.canonical import NotCanonical
from ontschot.protocol.keys import (
    CannotOpen,
    MalformedKey,
    SealingKey,
    SealingPublicKey,
    sealing_context,
)
from ontschot.protocol.keys.sealing import OVERHEAD_BYTES, PUBLIC_BYTES

KEY = SealingKey.from_bytes(bytes(range(96)))
INFO = sealing_context(("purpose", "up"), ("node", 3))


@pytest.mark.parametrize("plaintext", [b"", b"x", b"\0" * 100_000])
def test_what_was_sealed_opens(plaintext: bytes) -> None:
    box = KEY.public.seal(plaintext, INFO)
    assert len(box) == len(plaintext) + OVERHEAD_BYTES
    assert KEY.open(box, INFO) == plaintext


def test_every_box_is_another_one() -> None:
    assert KEY.public.seal(b"x", INFO) != KEY.public.seal(b"x", INFO)


def test_another_context_or_key_does_not_open() -> None:
    box = KEY.public.seal(b"x", INFO)
    with pytest.raises(CannotOpen):
        KEY.open(box, sealing_context(("purpose", "up"), ("node", 4)))
    with pytest.raises(CannotOpen):
        KEY.open(box, b"")
    with pytest.raises(CannotOpen):
        SealingKey.generate().open(box, INFO)


def test_the_text_of_a_key_reads_back() -> None:
    assert SealingPublicKey.parse(KEY.public.text) == KEY.public
    assert SealingPublicKey.from_bytes(KEY.public.raw) == KEY.public
    assert hash(SealingPublicKey.parse(KEY.public.text)) == hash(KEY.public)
    assert SealingPublicKey.parse(KEY.public.text).seal(b"", INFO)
    assert SealingKey.from_bytes(KEY.to_bytes()).public == KEY.public
    assert SealingKey.generate().public != KEY.public


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        KEY.public.raw[:-1],
        KEY.public.raw + b"\0",
        b"\xff" * 1184 + KEY.public.raw[1184:],
        KEY.public.raw[:1184] + bytes(32),
        KEY.public.raw[:1184] + b"\1" + bytes(31),
    ],
    ids=["empty", "short", "long", "ML-KEM modulus", "X25519 zero", "X25519 small order"],
)
def test_what_is_no_key_is_refused(raw: bytes) -> None:
    with pytest.raises(MalformedKey):
        SealingPublicKey.from_bytes(raw)


@pytest.mark.parametrize(
    "text", ["", KEY.public.text[1:], KEY.public.text + "=", "mlkem768x25519:AAAA"]
)
def test_other_texts_are_no_key(text: str) -> None:
    with pytest.raises(MalformedKey):
        SealingPublicKey.parse(text)


@pytest.mark.parametrize("length", [0, 95, 97])
def test_secrets_of_another_length_are_refused(length: int) -> None:
    with pytest.raises(MalformedKey):
        SealingKey.from_bytes(bytes(length))


def test_the_secret_is_in_no_repr() -> None:
    assert repr(KEY) == f"SealingKey({KEY.public.fingerprint}, secret redacted)"
    assert repr(KEY.public) == f"SealingPublicKey({KEY.public.fingerprint})"
    assert len(KEY.public.raw) == PUBLIC_BYTES


def test_a_context_is_readable_and_ordered() -> None:
    assert INFO == b'{"parts":[["purpose","up"],["node",3]],"type":"sealing-context","v":1}'


def test_different_parts_are_different_contexts() -> None:
    contexts = [
        sealing_context(("a", "1"), ("b", "2")),
        sealing_context(("b", "2"), ("a", "1")),
        sealing_context(("a", 1), ("b", "2")),
        sealing_context(("a", "1|b=2")),
        sealing_context(("a", '1"],["b","2')),
        sealing_context(("a", ""), ("b", "12")),
        sealing_context(("ab", "12")),
    ]
    assert len(set(contexts)) == len(contexts)


@pytest.mark.parametrize("parts", [(), (("a", 1), ("a", 2))])
def test_labels_are_there_and_different(parts: tuple[tuple[str, int], ...]) -> None:
    with pytest.raises(ValueError, match="labels"):
        sealing_context(*parts)


def test_a_context_holds_no_number_that_json_cannot() -> None:
    with pytest.raises(NotCanonical):
        sealing_context(("a", 2**53))
