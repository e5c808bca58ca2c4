# SPDX-License-Identifier: EUPL-1.2
"""The key k of a round, made of contributions that each node committed to before any was shown.

k = HKDF-SHA256 (RFC 5869) over the contributions in order of node, bound to the set's digest. If
one contributor drew its 32 bytes at random, k is uniform to whoever lacks them: all commitments are
in the set before the first contribution is shown, so none could be chosen after another, and HKDF
of a uniform independent part is a uniform key (Krawczyk, CRYPTO 2010). A commitment is SHA-256 over
256 secret random bits: binding by collision resistance, and it tells nothing that can be tried out.

A bucket is HMAC-SHA256 under k. BSNs are few (10^9), so it hides nothing from who has k: every node
of the round has k, and helpers, dealer and coordinator must never have it.
"""

import hmac
from collections.abc import Mapping
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ontschot.protocol import canonical

CONTRIBUTION_BYTES: Final = 32
KEY_BYTES: Final = 32

_KEY: Final = b"ontschot/v1/person-key\0"
_CHECK: Final = b"ontschot/v1/person-key-check\0"
_BUCKET: Final = b"ontschot/v1/person-bucket\0"
_KEEP: Final = b"ontschot/v1/person-keep\0"


class PersonKey:
    """The key of one round; its ``repr`` does not show it."""

    __slots__ = ("_round", "_secret")

    def __init__(self, secret: bytes, round_hash: str) -> None:
        """Take the key and the digest of its round.

        Raises:
            ValueError: it is not 32 bytes long, or the digest is no hexadecimal.
        """
        if len(secret) != KEY_BYTES:
            msg = f"a key for persons has {KEY_BYTES} bytes"
            raise ValueError(msg)
        self._secret = secret
        self._round = bytes.fromhex(round_hash)

    def __repr__(self) -> str:
        """Say nothing."""
        return "PersonKey(...)"

    @property
    def check(self) -> str:
        """HMAC(k, "check" | round) in hexadecimal: equal for equal keys, and tells no more."""
        return hmac.digest(self._secret, _CHECK + self._round, "sha256").hex()

    def block(self, variable: str, area: str) -> bytes:
        """Return what the messages of one block begin with: use, round, variable and area code."""
        return (
            _BUCKET + self._round + variable.encode("ascii") + b"\0" + area.encode("ascii") + b"\0"
        )

    def bucket(self, block: bytes, bsn: str, buckets: int) -> int:
        """Return the bucket of nine digits in a block of ``buckets``, a power of two up to 2^26."""
        digest = hmac.digest(self._secret, block + bsn.encode("ascii"), "sha256")
        return int.from_bytes(digest[:8], "big") & (buckets - 1)

    def rank(self, bsn: str) -> bytes:
        """Return what orders nine digits in the round, the same at every provider.

        Where a slot has more clients than count, those with the smallest ranks do. The rank does
        not depend on who else is there, and nobody without the key can foretell it.
        """
        return hmac.digest(self._secret, _KEEP + self._round + bsn.encode("ascii"), "sha256")


def commitment(round_hash: str, node: str, contribution: bytes) -> str:
    """Return what a node promises about its contribution to the key of a round.

    Raises:
        ValueError: a contribution of another length.
    """
    if len(contribution) != CONTRIBUTION_BYTES:
        msg = f"a contribution has {CONTRIBUTION_BYTES} bytes"
        raise ValueError(msg)
    return canonical.sha256(
        canonical.encode(
            {
                "contribution": contribution.hex(),
                "node": node,
                "round": round_hash,
                "type": "ontschot/person-key/commitment/v1",
            }
        )
    )


def derive(round_hash: str, set_digest: str, contributions: Mapping[str, bytes]) -> PersonKey:
    """Return the key of a set from the contribution of each of its nodes."""
    material = b"".join(contributions[node] for node in sorted(contributions))
    secret = HKDF(
        algorithm=hashes.SHA256(),
        length=KEY_BYTES,
        salt=None,
        info=_KEY + bytes.fromhex(set_digest),
    ).derive(material)
    return PersonKey(secret, round_hash)
