# SPDX-License-Identifier: EUPL-1.2
"""Signatures: RFC 8032, domain separation, and keys that are refused."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ontschot.protocol.keys import BadSignature, MalformedKey, SigningKey, VerifyKey
from ontschot.protocol.keys.signing import _ORDER_8, _P, _SMALL_ORDER

KEY = SigningKey.from_bytes(bytes(range(32)))
D = -121665 * pow(121666, -1, _P) % _P


def test_the_first_test_vector_of_rfc_8032() -> None:
    seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
    public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert SigningKey.from_bytes(bytes.fromhex(seed)).public.raw.hex() == public


def test_what_is_signed_is_domain_kind_nul_and_payload() -> None:
    plain = Ed25519PrivateKey.from_private_bytes(KEY.to_bytes())
    assert KEY.sign("query", b"payload") == plain.sign(b"ontschot/v1/query\0payload")


def test_a_signature_verifies_for_its_own_kind_payload_and_key_only() -> None:
    signature = KEY.sign("query", b"payload")
    KEY.public.verify("query", b"payload", signature)
    other = SigningKey.generate().public
    for key, kind, payload in (
        (KEY.public, "roster", b"payload"),
        (KEY.public, "quer", b"y\0payload"),
        (KEY.public, "query", b"payloae"),
        (other, "query", b"payload"),
    ):
        with pytest.raises(BadSignature):
            key.verify(kind, payload, signature)


@pytest.mark.parametrize("signature", [b"", b"x" * 63, b"x" * 64, b"x" * 65])
def test_what_is_no_signature_is_a_bad_one(signature: bytes) -> None:
    with pytest.raises(BadSignature):
        KEY.public.verify("query", b"", signature)


def test_a_signature_has_one_spelling() -> None:
    # Adding the group's order to S gives an equation that still holds; RFC 8032 refuses it.
    order = 2**252 + 27742317777372353535851937790883648493
    signature = KEY.sign("query", b"")
    moved = (int.from_bytes(signature[32:], "little") + order).to_bytes(32, "little")
    with pytest.raises(BadSignature):
        KEY.public.verify("query", b"", signature[:32] + moved)


@pytest.mark.parametrize("kind", ["", "Query", "que ry", "query\0", "-query", "q" * 65, "é"])
def test_a_kind_is_a_short_plain_word(kind: str) -> None:
    with pytest.raises(ValueError, match="no kind"):
        KEY.sign(kind, b"")


def test_the_text_of_a_key_reads_back() -> None:
    assert VerifyKey.parse(KEY.public.text) == KEY.public
    assert KEY.public.text.startswith("ed25519:")
    assert len(KEY.public.text) == 8 + 43


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ed25519:",
        KEY.public.text[8:],
        KEY.public.text + "=",
        KEY.public.text + "A",
        KEY.public.text[:-1],
        KEY.public.text.upper(),
        " " + KEY.public.text,
        "ed25519:" + "é" * 43,
        "x25519:" + KEY.public.text[8:],
    ],
)
def test_other_texts_are_no_key(text: str) -> None:
    with pytest.raises(MalformedKey):
        VerifyKey.parse(text)


def test_the_points_of_small_order_are_those_of_the_curve() -> None:
    # Doubling an affine point of order 8 gives y = 0, that is d y^4 + 2 y^2 - 1 = 0.
    assert (D * pow(_ORDER_8, 4, _P) + 2 * _ORDER_8**2 - 1) % _P == 0
    # Order 1: y = 1. Order 2: y = -1. Order 4: y = 0. Order 8: two values, each with two x.
    assert {0, 1, _P - 1, _ORDER_8, _P - _ORDER_8} == _SMALL_ORDER


@pytest.mark.parametrize("y", sorted(_SMALL_ORDER))
@pytest.mark.parametrize("sign", [0, 1])
def test_a_key_of_small_order_is_refused(y: int, sign: int) -> None:
    with pytest.raises(MalformedKey):
        VerifyKey((y + sign * 2**255).to_bytes(32, "little"))


@pytest.mark.parametrize("y", [_P, _P + 1, 2**255 - 1])
def test_a_second_spelling_of_a_point_is_refused(y: int) -> None:
    with pytest.raises(MalformedKey):
        VerifyKey(y.to_bytes(32, "little"))


@pytest.mark.parametrize("length", [0, 31, 33])
def test_keys_of_another_length_are_refused(length: int) -> None:
    with pytest.raises(MalformedKey):
        VerifyKey(b"a" * length)
    with pytest.raises(MalformedKey):
        SigningKey.from_bytes(b"a" * length)


def test_entropy_is_asked_for_a_seed() -> None:
    asked: list[int] = []

    def entropy(count: int) -> bytes:
        asked.append(count)
        return bytes(range(count))

    assert SigningKey.generate(entropy) == KEY
    assert asked == [32]
    assert SigningKey.generate() != SigningKey.generate()


def test_the_secret_is_in_no_repr() -> None:
    shown = repr(KEY) + str(KEY) + f"{KEY!r:>1}" + repr([KEY])
    assert KEY.public.text in shown
    assert KEY.to_bytes().hex() not in shown
    assert repr(KEY.to_bytes())[2:10] not in shown
    assert repr(KEY.public) == f"VerifyKey({KEY.public.text})"
