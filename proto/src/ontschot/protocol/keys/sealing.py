# SPDX-License-Identifier: EUPL-1.2
"""Sealed boxes: HPKE (RFC 9180) in base mode, single shot, one suite.

KEM MLKEM768-X25519 (id 0x647a, draft-ietf-hpke-pq, the construction known as X-Wing), HKDF-SHA256,
AES-256-GCM: it stays closed as long as one of ML-KEM-768 and X25519 holds, because the shared
secret is SHA3-256 over both (Barbosa et al., "X-Wing", eprint 2024/039). Nothing negotiates.

HPKE's base mode does not tell who sealed: authenticity comes from an Ed25519 signature over the
envelope. Everything the box belongs to goes in ``info`` by :func:`sealing_context`; it is bound in
the key schedule, so a box opened in another context fails.
"""

from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import (
    MLKEM768PrivateKey,
    MLKEM768PublicKey,
)
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from ontschot.protocol import canonical
from ontschot.protocol.keys.base64url import from_base64url, to_base64url
from ontschot.protocol.keys.errors import CannotOpen, MalformedBase64, MalformedKey
from ontschot.protocol.keys.fingerprint import fingerprint_of

OVERHEAD_BYTES = 1088 + 32 + 16
"""A box is this much longer than what is in it: both encapsulations and the AES-GCM tag."""

_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_PREFIX = "mlkem768x25519:"
_MLKEM_PUBLIC = 1184
_MLKEM_SEED = 64
_X25519 = 32
PUBLIC_BYTES = _MLKEM_PUBLIC + _X25519
SECRET_BYTES = _MLKEM_SEED + _X25519


def sealing_context(*parts: tuple[str, str | int]) -> bytes:
    """Return the ``info`` of a box: labelled parts in the order given, as canonical JSON.

    JSON quotes what the parts hold, so two different lists never give the same bytes: neither by a
    part that contains a separator nor by another cut between parts.

    Raises:
        ValueError: a label occurs twice, or there are no parts.
        NotCanonical: an integer beyond 2^53, or text that is not Unicode.
    """
    labels = [label for label, _ in parts]
    if not labels or len(set(labels)) != len(labels):
        msg = f"the labels {labels} must be different and at least one"
        raise ValueError(msg)
    listed = [[label, value] for label, value in parts]
    return canonical.encode({"v": 1, "type": "sealing-context", "parts": listed})


@dataclass(frozen=True, slots=True, repr=False)
class SealingPublicKey:
    """A public key; ``raw`` is ML-KEM-768 (1184 bytes), then X25519 (32 bytes)."""

    raw: bytes
    _key: MLKEM768X25519PublicKey = field(compare=False)

    @classmethod
    def from_bytes(cls, raw: bytes) -> "SealingPublicKey":
        """Return the key of 1216 bytes.

        Raises:
            MalformedKey: another length, an ML-KEM key that fails the modulus check of FIPS 203
                section 7.2, or an X25519 point of small order (its shared secret is zero).
        """
        if len(raw) != PUBLIC_BYTES:
            raise MalformedKey(f"{len(raw)} bytes where {PUBLIC_BYTES} belong")
        try:
            mlkem = MLKEM768PublicKey.from_public_bytes(raw[:_MLKEM_PUBLIC])
            x25519 = X25519PublicKey.from_public_bytes(raw[_MLKEM_PUBLIC:])
            # The library refuses a zero shared secret at the exchange: try it once, here.
            X25519PrivateKey.generate().exchange(x25519)
        except ValueError as error:
            raise MalformedKey("not an ML-KEM-768 and X25519 public key") from error
        return cls(raw, MLKEM768X25519PublicKey(mlkem, x25519))

    @classmethod
    def parse(cls, text: str) -> "SealingPublicKey":
        """Return the key that :attr:`text` wrote.

        Raises:
            MalformedKey: another form.
        """
        if not text.startswith(_PREFIX):
            raise MalformedKey(f"does not begin with {_PREFIX}")
        try:
            return cls.from_bytes(from_base64url(text.removeprefix(_PREFIX), PUBLIC_BYTES))
        except MalformedBase64 as error:
            raise MalformedKey(error.detail) from error

    @property
    def text(self) -> str:
        """The form in documents: ``mlkem768x25519:`` and base64url."""
        return _PREFIX + to_base64url(self.raw)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of :attr:`text`, grouped for reading aloud."""
        return fingerprint_of(self.text.encode("ascii"))

    def seal(self, plaintext: bytes, info: bytes) -> bytes:
        """Return ``plaintext`` sealed to this key in the context ``info``.

        The box is 1136 bytes longer than the plaintext, and every call gives another one.
        """
        return _SUITE.encrypt(plaintext, self._key, info)

    def __repr__(self) -> str:
        """Show the fingerprint: the key itself is too long to read."""
        return f"SealingPublicKey({self.fingerprint})"


@dataclass(frozen=True, slots=True, repr=False)
class SealingKey:
    """A private key, held as seeds. Make one with :meth:`generate`."""

    _mlkem: MLKEM768PrivateKey
    _x25519: X25519PrivateKey

    @classmethod
    def generate(cls) -> "SealingKey":
        """Return a fresh key, from the library's own source of randomness."""
        return cls(MLKEM768PrivateKey.generate(), X25519PrivateKey.generate())

    @classmethod
    def from_bytes(cls, secret: bytes) -> "SealingKey":
        """Return the key of 96 bytes: the ML-KEM seed (64), then the X25519 scalar (32).

        Raises:
            MalformedKey: another length.
        """
        if len(secret) != SECRET_BYTES:
            raise MalformedKey(f"{len(secret)} bytes where {SECRET_BYTES} belong")
        mlkem = MLKEM768PrivateKey.from_seed_bytes(secret[:_MLKEM_SEED])
        return cls(mlkem, X25519PrivateKey.from_private_bytes(secret[_MLKEM_SEED:]))

    def to_bytes(self) -> bytes:
        """Return the secret 96 bytes, for a key file and nothing else."""
        return self._mlkem.private_bytes_raw() + self._x25519.private_bytes_raw()

    @property
    def public(self) -> SealingPublicKey:
        """The key that others seal with."""
        mlkem, x25519 = self._mlkem.public_key(), self._x25519.public_key()
        raw = mlkem.public_bytes_raw() + x25519.public_bytes_raw()
        return SealingPublicKey(raw, MLKEM768X25519PublicKey(mlkem, x25519))

    def open(self, sealed: bytes, info: bytes) -> bytes:
        """Return what was sealed to this key in the context ``info``.

        Raises:
            CannotOpen: another key, another context, or bytes that are no box.
        """
        try:
            return _SUITE.decrypt(sealed, MLKEM768X25519PrivateKey(self._mlkem, self._x25519), info)
        except (InvalidTag, ValueError) as error:
            raise CannotOpen(f"{len(sealed)} bytes") from error

    def __repr__(self) -> str:
        """Show the fingerprint of the public half only."""
        return f"SealingKey({self.public.fingerprint}, secret redacted)"
