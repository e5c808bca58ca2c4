# SPDX-License-Identifier: EUPL-1.2
"""BSNs at rest: sealed with AES-256-GCM, found again through a keyed index.

The database holds, per client, ``nonce | ciphertext | tag`` and HMAC-SHA256(index key, BSN). A BSN
has about 10^9 values, so an index without key could be reversed by trying them all; the keys
therefore live in a file outside the database and its back-up, readable by its owner only.

* AES-256-GCM with a random 96-bit nonce: NIST SP 800-38D, 8.2.2 and 8.3 allow 2^32 messages under
  one key; a node seals each client once per key.
* The index is the associated data, so a sealed BSN cannot be moved to another client's row.
* Two independent keys: a leak of the index key alone does not open what is sealed, and the other
  way round.

Each row keeps the id of its key. ``add_key`` puts a new current key in the file and keeps the old
ones; ``clients.reencrypt`` brings the rows over.
"""

import base64
import binascii
import hmac
import json
import os
import secrets
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ontschot.node.provider.records.bsn import Bsn
from ontschot.node.provider.records.errors import (
    IdentityKeysDamaged,
    IdentityKeysExist,
    IdentityKeysExposed,
    IdentityKeysMissing,
    IdentityKeyUnknown,
)

FORMAT = "ontschot-identity-keys/1"
KEY_BYTES = 32
NONCE_BYTES = 12
INDEX_BYTES = 32
_CONTEXT = b"ontschot/bsn-index/1|"
_MAX_FILE_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class SealedBsn:
    """What the database holds of one BSN."""

    index: bytes
    ciphertext: bytes
    key_id: str


@dataclass(frozen=True, slots=True)
class IdentityKey:
    """One pair of keys, 32 bytes each; never shown."""

    key_id: str
    sealing: bytes = field(repr=False)
    indexing: bytes = field(repr=False)

    @classmethod
    def generate(cls) -> "IdentityKey":
        """Return a fresh pair from the operating system's randomness."""
        sealing, indexing = secrets.token_bytes(KEY_BYTES), secrets.token_bytes(KEY_BYTES)
        return cls(secrets.token_hex(4), sealing, indexing)


class Identity:
    """Seals, finds and opens BSNs with the keys of one provider."""

    __slots__ = ("_ciphers", "_current", "_keys")

    def __init__(self, keys: Mapping[str, IdentityKey], current: str) -> None:
        self._keys = dict(keys)
        self._current = self._keys[current]
        self._ciphers = {key.key_id: AESGCM(key.sealing) for key in self._keys.values()}

    def __repr__(self) -> str:
        """Return the id of the current key only."""
        return f"Identity(current={self._current.key_id!r})"

    @property
    def key_id(self) -> str:
        """The id of the key that new rows are sealed with."""
        return self._current.key_id

    def index(self, bsn: Bsn) -> bytes:
        """Return the 32-byte look-up index of ``bsn`` under the current key."""
        return self.index_digits(bsn.digits)

    def index_digits(self, digits: str) -> bytes:
        """Return the index of nine digits that the caller has checked (the bulk path)."""
        return hmac.digest(self._current.indexing, _CONTEXT + digits.encode("ascii"), "sha256")

    def seal(self, bsn: Bsn) -> SealedBsn:
        """Return ``bsn`` sealed under the current key, with a fresh nonce."""
        return self.seal_digits(bsn.digits, self.index(bsn))

    def seal_digits(self, digits: str, index: bytes) -> SealedBsn:
        """Return nine checked digits sealed; ``index`` is theirs (the bulk path)."""
        nonce = os.urandom(NONCE_BYTES)
        cipher = self._ciphers[self.key_id]
        return SealedBsn(
            index, nonce + cipher.encrypt(nonce, digits.encode("ascii"), index), self.key_id
        )

    def open(self, sealed: SealedBsn) -> Bsn:
        """Return the BSN in ``sealed``.

        Raises:
            IdentityKeyUnknown: its key is not in the file, or the row was changed.
        """
        cipher = self._ciphers.get(sealed.key_id)
        if cipher is None:
            raise IdentityKeyUnknown(f"key {sealed.key_id}")
        nonce, text = sealed.ciphertext[:NONCE_BYTES], sealed.ciphertext[NONCE_BYTES:]
        try:
            return Bsn(cipher.decrypt(nonce, text, sealed.index).decode("ascii"))
        except (InvalidTag, ValueError):
            raise IdentityKeyUnknown(f"key {sealed.key_id}") from None


def create_keys(path: Path) -> Identity:
    """Write a new key file, mode 0600, and return its identity.

    Raises:
        IdentityKeysExist: there is a file at ``path``.
        IdentityKeysMissing: the folder cannot be written.
    """
    key = IdentityKey.generate()
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise IdentityKeysExist(path.name) from None
    except OSError as error:
        raise IdentityKeysMissing(f"{path.name}: {error.strerror}") from None
    _write(descriptor, {key.key_id: key}, key.key_id)
    return Identity({key.key_id: key}, key.key_id)


def load_keys(path: Path) -> Identity:
    """Return the identity in the key file at ``path``.

    Raises:
        IdentityKeysMissing: it cannot be opened.
        IdentityKeysExposed: group or others have any right on it.
        IdentityKeysDamaged: its contents are not what ``create_keys`` or ``add_key`` wrote.
    """
    keys, current = _read(path)
    return Identity(keys, current)


def add_key(path: Path) -> Identity:
    """Put a fresh current key in the file, keep the old ones, and return the identity.

    The new file takes the old one's place in one step; a crash leaves one of the two.

    Raises:
        IdentityKeysMissing, IdentityKeysExposed, IdentityKeysDamaged: as ``load_keys``.
    """
    keys, _ = _read(path)
    key = IdentityKey.generate()
    keys = {**keys, key.key_id: key}
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".keys-")
        try:
            _write(descriptor, keys, key.key_id)
            os.replace(name, path)  # noqa: PTH105 -- one atomic step, beside mkstemp
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise IdentityKeysMissing(f"{path.name}: {error.strerror}") from None
    return Identity(keys, key.key_id)


def _write(descriptor: int, keys: Mapping[str, IdentityKey], current: str) -> None:
    document = {
        "format": FORMAT,
        "current": current,
        "keys": {
            key.key_id: {"sealing": _b64(key.sealing), "indexing": _b64(key.indexing)}
            for key in keys.values()
        },
    }
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(document, file, indent=1)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())


def _read(path: Path) -> tuple[dict[str, IdentityKey], str]:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if not stat.S_ISREG(mode):
                raise IdentityKeysDamaged(path.name)
            if stat.S_IMODE(mode) & 0o077:
                raise IdentityKeysExposed(f"{path.name}: {stat.S_IMODE(mode):04o}")
            data = file.read(_MAX_FILE_BYTES)
    except OSError as error:
        raise IdentityKeysMissing(f"{path.name}: {error.strerror}") from None
    try:
        return _parse(data)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        # Not chained: a decoder's message may quote key material.
        raise IdentityKeysDamaged(path.name) from None


def _parse(data: bytes) -> tuple[dict[str, IdentityKey], str]:
    document = json.loads(data.decode("utf-8"))
    if document["format"] != FORMAT:
        raise ValueError("format")
    keys = {
        str(key_id): IdentityKey(str(key_id), _unb64(pair["sealing"]), _unb64(pair["indexing"]))
        for key_id, pair in document["keys"].items()
    }
    current = document["current"]
    if current not in keys:
        raise ValueError("current")
    return keys, str(current)


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _unb64(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("base64") from error
    if len(data) != KEY_BYTES:
        raise ValueError("length")
    return data
