# SPDX-License-Identifier: EUPL-1.2
"""A second writing of the sealed box, from its specifications and not from the product.

KEM: draft-irtf-cfrg-concrete-hybrid-kems, MLKEM768-X25519 (X-Wing, draft-connolly-cfrg-xwing-kem):
``ss = SHA3-256(ss_mlkem | ss_x25519 | ct_x25519 | pk_x25519 | label)``. Then the key schedule of
RFC 9180 section 5.1 in base mode with HKDF-SHA256, and one AES-GCM message. Only ML-KEM, X25519 and
AES-GCM come from a library; HKDF and SHA-3 from the standard library.
"""

import hashlib
import hmac

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

LABEL = rb"\.//^\ "[:-1]
KEM_ID, KDF_ID = 0x647A, 0x0001
AEAD_IDS = {16: 0x0001, 32: 0x0002}
MLKEM_CIPHERTEXT, MLKEM_PUBLIC, MLKEM_SEED = 1088, 1184, 64


def open_box(
    secret: bytes, box: bytes, info: bytes, aad: bytes = b"", key_bytes: int = 32
) -> bytes:
    """Open a box with the 96-byte private key; AES-256 unless ``key_bytes`` is 16."""
    mlkem = MLKEM768PrivateKey.from_seed_bytes(secret[:MLKEM_SEED])
    x25519 = X25519PrivateKey.from_private_bytes(secret[MLKEM_SEED:])
    ct_mlkem, ct_x25519 = box[:MLKEM_CIPHERTEXT], box[MLKEM_CIPHERTEXT : MLKEM_CIPHERTEXT + 32]
    shared = combine(
        mlkem.decapsulate(ct_mlkem),
        x25519.exchange(X25519PublicKey.from_public_bytes(ct_x25519)),
        ct_x25519,
        x25519.public_key().public_bytes_raw(),
    )
    key, nonce = key_schedule(shared, info, key_bytes)
    return AESGCM(key).decrypt(nonce, box[MLKEM_CIPHERTEXT + 32 :], aad)


def seal_box(public: bytes, plaintext: bytes, info: bytes) -> bytes:
    """Seal to the 1216-byte public key."""
    ss_mlkem, ct_mlkem = MLKEM768PublicKey.from_public_bytes(public[:MLKEM_PUBLIC]).encapsulate()
    ephemeral = X25519PrivateKey.generate()
    ct_x25519 = ephemeral.public_key().public_bytes_raw()
    pk_x25519 = public[MLKEM_PUBLIC:]
    ss_x25519 = ephemeral.exchange(X25519PublicKey.from_public_bytes(pk_x25519))
    shared = combine(ss_mlkem, ss_x25519, ct_x25519, pk_x25519)
    key, nonce = key_schedule(shared, info, 32)
    return ct_mlkem + ct_x25519 + AESGCM(key).encrypt(nonce, plaintext, b"")


def combine(ss_mlkem: bytes, ss_x25519: bytes, ct_x25519: bytes, pk_x25519: bytes) -> bytes:
    """The combiner of X-Wing."""
    return hashlib.sha3_256(ss_mlkem + ss_x25519 + ct_x25519 + pk_x25519 + LABEL).digest()


def key_schedule(shared: bytes, info: bytes, key_bytes: int) -> tuple[bytes, bytes]:
    """RFC 9180 section 5.1, base mode: the key and the first nonce."""
    ids = (KEM_ID, KDF_ID, AEAD_IDS[key_bytes])
    suite = b"HPKE" + b"".join(number.to_bytes(2, "big") for number in ids)
    context = b"\0" + extract(suite, b"", b"psk_id_hash", b"")
    context += extract(suite, b"", b"info_hash", info)
    secret = extract(suite, shared, b"secret", b"")
    return (
        expand(suite, secret, b"key", context, key_bytes),
        expand(suite, secret, b"base_nonce", context, 12),
    )


def extract(suite: bytes, salt: bytes, label: bytes, ikm: bytes) -> bytes:
    """LabeledExtract of RFC 9180 section 4."""
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + ikm, "sha256")


def expand(suite: bytes, prk: bytes, label: bytes, info: bytes, length: int) -> bytes:
    """LabeledExpand of RFC 9180 section 4; one block of HKDF is enough here."""
    labelled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return hmac.digest(prk, labelled + b"\1", "sha256")[:length]
