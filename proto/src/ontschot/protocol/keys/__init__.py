# SPDX-License-Identifier: EUPL-1.2
"""Keys: Ed25519 signatures, sealed boxes, fingerprints and the files that hold private keys."""

from ontschot.protocol.keys.base64url import from_base64url, to_base64url
from ontschot.protocol.keys.errors import BadSignature, CannotOpen, MalformedKey
from ontschot.protocol.keys.files import (
    PrivateKeys,
    PublicKeys,
    is_encrypted,
    read_keys,
    read_public_keys,
    write_keys,
)
from ontschot.protocol.keys.fingerprint import fingerprint_of, parse_fingerprint
from ontschot.protocol.keys.private_files import read_private, write_private
from ontschot.protocol.keys.sealing import SealingKey, SealingPublicKey, sealing_context
from ontschot.protocol.keys.signing import Entropy, SigningKey, VerifyKey

__all__ = [
    "BadSignature",
    "CannotOpen",
    "Entropy",
    "MalformedKey",
    "PrivateKeys",
    "PublicKeys",
    "SealingKey",
    "SealingPublicKey",
    "SigningKey",
    "VerifyKey",
    "fingerprint_of",
    "from_base64url",
    "is_encrypted",
    "parse_fingerprint",
    "read_keys",
    "read_private",
    "read_public_keys",
    "sealing_context",
    "to_base64url",
    "write_keys",
    "write_private",
]
