# SPDX-License-Identifier: EUPL-1.2
"""The key k of a round, made of contributions that each node committed to before any was shown.

k = HKDF-SHA256 (RFC 5869) over the contributions in order of node, bound to the set's digest. If
one contributor drew its 32 bytes at random, k is uniform to whoever lacks them: all commitments are
in the set before the first contribution is shown, so none could be chosen after another, and HKDF
of a uniform independent part is a uniform key (Krawczyk, CRYPTO 2010). A commitment is SHA-256 over
256 secret random bits: binding by collision resistance, and it tells nothing that can be tried out.

Who has k shows it by a signature, with the Ed25519 key whose seed is HMAC-SHA256(k, "check" |
round). Its public half is the same for all who have k, and anybody can verify that a node could
sign for its own name: one that copies what another showed proves nothing. The seed is the output of
a pseudo-random function, so neither half of the pair tells anything of k or of a bucket.

A bucket is HMAC-SHA256 under k. BSNs are few (10^9), so it hides nothing from who has k: every node
of the round has k, and helpers, dealer and coordinator must never have it.
"""

import hmac
from collections.abc import Mapping
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ontschot.protocol import canonical
from ontschot.protocol.documents.persons import KeyCheck
from ontschot.protocol.keys import BadSignature, MalformedKey, SigningKey, VerifyKey
from ontschot.protocol.persons.errors import PersonKeyRefused

CONTRIBUTION_BYTES: Final = 32
KEY_BYTES: Final = 32

_KEY: Final = b"ontschot/v1/person-key\0"
_CHECK: Final = b"ontschot/v1/person-key-check\0"
_PROOF: Final = "person-key-proof"
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
        """The public half of the key's pair, in hexadecimal: equal for equal keys only."""
        return self._pair().public.raw.hex()

    def proof(self, set_digest: str, node: str) -> str:
        """Return the signature that shows that ``node`` has this key, of this set."""
        payload = _proof_payload(self._round.hex(), set_digest, node)
        return self._pair().sign(_PROOF, payload).hex()

    def _pair(self) -> SigningKey:
        return SigningKey(hmac.digest(self._secret, _CHECK + self._round, "sha256"))

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


def require_proof(check: KeyCheck) -> None:
    """Check that whoever made a KeyCheck for its node has the key whose public half it shows.

    Raises:
        PersonKeyRefused: it was made without that key, or for another node, round or set.
    """
    payload = _proof_payload(check.round, check.set, check.node)
    try:
        VerifyKey(bytes.fromhex(check.check)).verify(_PROOF, payload, bytes.fromhex(check.proof))
    except (MalformedKey, BadSignature) as error:
        raise PersonKeyRefused(f"{check.node} does not show that it has its key") from error


def _proof_payload(round_hash: str, set_digest: str, node: str) -> bytes:
    return canonical.encode({"node": node, "round": round_hash, "set": set_digest})


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
