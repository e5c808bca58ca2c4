# SPDX-License-Identifier: EUPL-1.2
"""Sealed boxes against published vectors, a second composition, and pyhpke."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    Suite,
)
from pyhpke import AEADId, CipherSuite, KDFId, KEMId, KEMKey

from ontschot.protocol.keys import CannotOpen, SealingKey, sealing_context
from vectors.sealing.composition import open_box, seal_box

HERE = Path(__file__).parent
PUBLISHED: list[dict[str, str]] = json.loads((HERE / "published.json").read_text())
BOXES: dict[str, Any] = json.loads((HERE / "boxes.json").read_text())
CLASSICAL = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
PYHPKE = CipherSuite.new(KEMId.DHKEM_X25519_HKDF_SHA256, KDFId.HKDF_SHA256, AEADId.AES256_GCM)


def hybrid_key(seed: bytes) -> MLKEM768X25519PrivateKey:
    expanded = hashlib.shake_256(seed).digest(96)
    return MLKEM768X25519PrivateKey(
        MLKEM768PrivateKey.from_seed_bytes(expanded[:64]),
        X25519PrivateKey.from_private_bytes(expanded[64:]),
    )


@pytest.mark.parametrize("vector", PUBLISHED, ids=lambda vector: vector["kem"])
def test_the_library_opens_what_was_published(vector: dict[str, str]) -> None:
    value = {name: bytes.fromhex(vector[name]) for name in vector if name not in NAMES}
    suite = Suite(getattr(KEM, vector["kem"]), KDF.HKDF_SHA256, getattr(AEAD, vector["aead"]))
    key: X25519PrivateKey | MLKEM768X25519PrivateKey
    if vector["kem"] == "X25519":
        key = X25519PrivateKey.from_private_bytes(value["private"])
    else:
        key = hybrid_key(value["private"])
    # Published vectors carry associated data; the public functions have none.
    opened = openssl.hpke._decrypt_with_aad(
        suite, value["enc"] + value["ciphertext"], key, value["info"], value["aad"]
    )
    assert opened == value["plaintext"]


NAMES = {"source", "kem", "aead"}


def test_pyhpke_opens_the_vector_of_the_rfc() -> None:
    vector = next(vector for vector in PUBLISHED if vector["kem"] == "X25519")
    suite = CipherSuite.new(KEMId.DHKEM_X25519_HKDF_SHA256, KDFId.HKDF_SHA256, AEADId.AES128_GCM)
    key = KEMKey.from_pyca_cryptography_key(
        X25519PrivateKey.from_private_bytes(bytes.fromhex(vector["private"]))
    )
    recipient = suite.create_recipient_context(
        bytes.fromhex(vector["enc"]), key, bytes.fromhex(vector["info"])
    )
    opened = recipient.open(bytes.fromhex(vector["ciphertext"]), bytes.fromhex(vector["aad"]))
    assert opened == bytes.fromhex(vector["plaintext"])


def test_the_second_composition_opens_the_published_hybrid_vector() -> None:
    vector = next(vector for vector in PUBLISHED if vector["kem"] == "MLKEM768_X25519")
    secret = hashlib.shake_256(bytes.fromhex(vector["private"])).digest(96)
    opened = open_box(
        secret,
        bytes.fromhex(vector["enc"] + vector["ciphertext"]),
        bytes.fromhex(vector["info"]),
        bytes.fromhex(vector["aad"]),
        key_bytes=16,
    )
    assert opened == bytes.fromhex(vector["plaintext"])


def test_pyhpke_and_the_library_read_each_other() -> None:
    private = X25519PrivateKey.generate()
    public = private.public_key()
    sealed = CLASSICAL.encrypt(b"heen", public, b"context")
    recipient = PYHPKE.create_recipient_context(
        sealed[:32], KEMKey.from_pyca_cryptography_key(private), b"context"
    )
    assert recipient.open(sealed[32:]) == b"heen"
    enc, sender = PYHPKE.create_sender_context(
        KEMKey.from_pyca_cryptography_key(public), b"context"
    )
    assert CLASSICAL.decrypt(enc + sender.seal(b"terug"), private, b"context") == b"terug"


def test_the_second_composition_and_the_product_read_each_other() -> None:
    key = SealingKey.generate()
    info = sealing_context(("purpose", "test"))
    assert open_box(key.to_bytes(), key.public.seal(b"heen", info), info) == b"heen"
    assert key.open(seal_box(key.public.raw, b"terug", info), info) == b"terug"


def test_the_key_and_context_of_the_stored_boxes() -> None:
    key = SealingKey.from_bytes(bytes.fromhex(BOXES["secret"]))
    assert key.public.raw.hex() == BOXES["public"]
    parts = [(label, value) for label, value in BOXES["parts"]]
    assert sealing_context(*parts).decode() == BOXES["info"]


@pytest.mark.parametrize("box", BOXES["good"], ids=lambda box: box["plaintext"] or "empty")
def test_stored_boxes_open(box: dict[str, str]) -> None:
    key = SealingKey.from_bytes(bytes.fromhex(BOXES["secret"]))
    opened = key.open(bytes.fromhex(box["sealed"]), BOXES["info"].encode())
    assert opened == box["plaintext"].encode()


@pytest.mark.parametrize("box", BOXES["bad"], ids=lambda box: box["why"])
def test_bad_boxes_are_refused(box: dict[str, str]) -> None:
    key = SealingKey.from_bytes(bytes.fromhex(BOXES["secret"]))
    with pytest.raises(CannotOpen):
        key.open(bytes.fromhex(box["sealed"]), BOXES["info"].encode())
