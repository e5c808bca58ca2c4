# SPDX-License-Identifier: EUPL-1.2
"""Key files: the private keys of one participant, anchor or approver, with or without passphrase.

A key file is canonical JSON: the public keys in the clear, and the secrets either in the clear
(a service that starts by itself) or encrypted (a person who signs). Encryption is AES-256-GCM
(NIST SP 800-38D) under a key from scrypt (RFC 7914); everything else in the file is the associated
data, so public keys cannot be exchanged under the eyes of someone who only looks at them.
"""

import os
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from ontschot.protocol import canonical
from ontschot.protocol.canonical import Document
from ontschot.protocol.errors import MalformedMessage
from ontschot.protocol.keys.base64url import from_base64url, to_base64url
from ontschot.protocol.keys.errors import CannotOpen, KeyFileDamaged, WrongPassphrase
from ontschot.protocol.keys.fingerprint import fingerprint_of
from ontschot.protocol.keys.private_files import read_private, write_private
from ontschot.protocol.keys.sealing import SealingKey, SealingPublicKey
from ontschot.protocol.keys.signing import SigningKey, VerifyKey

SCRYPT_COST = 2**17
"""N of scrypt, with r = 8 and p = 1: 128 MiB and about half a second a guess."""

_ACCEPTED_COSTS = frozenset(2**power for power in range(14, 21))
_SALT_BYTES = 16
_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """What a participant gives to the anchors: who signs, and to whom others seal."""

    signing: VerifyKey
    sealing: SealingPublicKey | None = None

    @property
    def fingerprint(self) -> str:
        """One fingerprint over both keys: what a participant reads to the anchors."""
        return fingerprint_of(canonical.encode(self.document()))

    def document(self) -> Document:
        """Return the keys as they stand in a key file and in a roster's participant."""
        sealing = None if self.sealing is None else self.sealing.text
        return {"signing_key": self.signing.text, "sealing_key": sealing}


@dataclass(frozen=True, slots=True)
class PrivateKeys:
    """The private keys of one party; anchors and approvers have no sealing key."""

    signing: SigningKey
    sealing: SealingKey | None = None

    @property
    def public(self) -> PublicKeys:
        """The public halves."""
        sealing = None if self.sealing is None else self.sealing.public
        return PublicKeys(self.signing.public, sealing)

    def open(self, box: bytes, info: bytes) -> bytes:
        """Return what was sealed to these keys in the context ``info``.

        Raises:
            CannotOpen: another key or context, a damaged box, or no sealing key here.
        """
        if self.sealing is None:
            raise CannotOpen("these keys cannot open anything")
        return self.sealing.open(box, info)


def write_keys(
    path: Path, keys: PrivateKeys, passphrase: str | None = None, *, cost: int = SCRYPT_COST
) -> None:
    """Write ``keys`` to a new file at ``path``, mode 0600.

    Args:
        path: where; never an existing file.
        keys: what.
        passphrase: encrypts the secrets; None leaves them to the rights on the file.
        cost: N of scrypt, a power of two from 2^14 to 2^20.

    Raises:
        KeyFileExists: a file is there already.
        KeyFileMissing: the folder is not there or not writable.
    """
    write_private(path, canonical.encode(_to_document(keys, passphrase, cost)))


def read_keys(path: Path, passphrase: str | None = None) -> PrivateKeys:
    """Return the keys in the file at ``path``.

    Raises:
        KeyFileMissing: no file there.
        KeyFileExposed: others may read it.
        KeyFileDamaged: no key file, or its public keys do not belong to its secrets.
        WrongPassphrase: it is encrypted, and not with this passphrase.
    """
    document = _load(path)
    try:
        secret = canonical.decode(_secret_bytes(document, passphrase))
        keys = _private_keys(secret)
        if keys.public.document() != document["public"]:
            raise KeyFileDamaged(f"{path}: public keys of other secrets")
    except (MalformedMessage, KeyError, TypeError, AttributeError) as error:
        raise KeyFileDamaged(str(path)) from error
    return keys


def read_public_keys(path: Path) -> PublicKeys:
    """Return the public keys in the key file at ``path``; needs no passphrase.

    They are only as trustworthy as the file: an encrypted file vouches for them when it is opened.

    Raises:
        KeyFileMissing: no file there.
        KeyFileExposed: others may read it.
        KeyFileDamaged: no key file.
    """
    try:
        public = _load(path)["public"]
        sealing = public["sealing_key"]
        return PublicKeys(
            VerifyKey.parse(public["signing_key"]),
            None if sealing is None else SealingPublicKey.parse(sealing),
        )
    except (MalformedMessage, KeyError, TypeError, AttributeError) as error:
        raise KeyFileDamaged(str(path)) from error


def is_encrypted(path: Path) -> bool:
    """Return whether the key file at ``path`` asks for a passphrase.

    Raises:
        KeyFileMissing: no file there.
        KeyFileExposed: others may read it.
        KeyFileDamaged: no key file.
    """
    return _load(path)["protection"] is not None


def _load(path: Path) -> Document:
    try:
        document = canonical.decode(read_private(path))
    except MalformedMessage as error:
        raise KeyFileDamaged(str(path)) from error
    expected = {"v", "type", "public", "protection", "secret"}
    if document.keys() != expected or (document["v"], document["type"]) != (1, "key-file"):
        raise KeyFileDamaged(f"{path}: not a key file of version 1")
    return document


def _to_document(keys: PrivateKeys, passphrase: str | None, cost: int) -> Document:
    sealing = None if keys.sealing is None else to_base64url(keys.sealing.to_bytes())
    secret = canonical.encode(
        {"signing_key": to_base64url(keys.signing.to_bytes()), "sealing_key": sealing}
    )
    head: Document = {"v": 1, "type": "key-file", "public": keys.public.document()}
    if passphrase is None:
        return {**head, "protection": None, "secret": to_base64url(secret)}
    salt, nonce = os.urandom(_SALT_BYTES), os.urandom(_NONCE_BYTES)
    head["protection"] = {
        "cipher": "aes-256-gcm",
        "kdf": "scrypt",
        "n": cost,
        "nonce": to_base64url(nonce),
        "salt": to_base64url(salt),
    }
    box = AESGCM(_stretch(passphrase, salt, cost)).encrypt(nonce, secret, canonical.encode(head))
    return {**head, "secret": to_base64url(box)}


def _secret_bytes(document: Document, passphrase: str | None) -> bytes:
    secret = from_base64url(document["secret"])
    protection: dict[str, Any] | None = document["protection"]
    if protection is None:
        return secret
    expected = {"cipher", "kdf", "n", "nonce", "salt"}
    known = (protection["cipher"], protection["kdf"]) == ("aes-256-gcm", "scrypt")
    if protection.keys() != expected or not known or protection["n"] not in _ACCEPTED_COSTS:
        raise KeyFileDamaged("another way of encryption than this version knows")
    if passphrase is None:
        raise WrongPassphrase("this key file is encrypted")
    salt = from_base64url(protection["salt"], _SALT_BYTES)
    nonce = from_base64url(protection["nonce"], _NONCE_BYTES)
    head = {name: value for name, value in document.items() if name != "secret"}
    try:
        cipher = AESGCM(_stretch(passphrase, salt, protection["n"]))
        return cipher.decrypt(nonce, secret, canonical.encode(head))
    except InvalidTag as error:
        raise WrongPassphrase from error


def _stretch(passphrase: str, salt: bytes, cost: int) -> bytes:
    # Keyboards write an é as one character or as two: both must open the file (RFC 8265, NFC).
    spelled = unicodedata.normalize("NFC", passphrase).encode("utf-8")
    return Scrypt(salt=salt, length=32, n=cost, r=8, p=1).derive(spelled)


def _private_keys(secret: Document) -> PrivateKeys:
    sealing = secret["sealing_key"]
    return PrivateKeys(
        SigningKey.from_bytes(from_base64url(secret["signing_key"])),
        None if sealing is None else SealingKey.from_bytes(from_base64url(sealing)),
    )
