# SPDX-License-Identifier: EUPL-1.2
"""Cut and choose: how two helpers catch a dealer that crafts a batch (protocol section 5).

1. The dealer derives ``s`` candidates, each from a seed of its own, and sends both helpers the
   hashes of both parts of each: the offer.
2. Each helper commits to a nonce, in one signed message with the hash of the offer it saw; when
   both commitments are there and name one offer, both nonces are shown. ``choose`` names the
   candidate that will be used.
3. The dealer shows the seeds of all others. Both helpers derive those batches themselves and
   compare (``check_revealed``). The chosen parts are used only with the hashes offered for them.

What it gives. SHA-256 binds the dealer to every part in step 1, before any nonce exists. With one
honest helper the index is uniform but for a bias below ``s / 2^256``: that helper's nonce has 256
bits that nobody else knows until all commitments are fixed (SHA-256 as a random oracle hides and
binds it), and the index is a hash of both nonces modulo ``s``. Two equal nonces mean that one was
copied; they are refused. So one crafted batch among ``s`` gets used with probability ``1 / s``, and
two or more are always caught, at a dealer that shows the seeds in step 3. Who knows the index
before that, the dealer above all, can fall silent instead. Then the helpers toss over no other set
of this dealer (``ontschot.node.helper.tossing``): silence is no second try.
It does not help against a dealer that works together with a helper: those two can read everything.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

from ontschot.protocol.gate.candidates import hashes_of_all
from ontschot.protocol.gate.derive import CandidateHashes, hashes_of
from ontschot.protocol.gate.errors import DealerCaught, MalformedAudit, TossBroken
from ontschot.protocol.gate.spec import BatchSpec
from ontschot.protocol.sharing import SEED_BYTES

__all__ = [
    "NONCE_BYTES",
    "CandidateHashes",
    "check_reveal",
    "check_revealed",
    "choose",
    "commit",
    "first_crafted",
    "hashes_of",
    "least_candidates",
]

NONCE_BYTES: Final = 32

_COMMIT: Final = b"ontschot/gate/audit/commit/v1\x00"
_CHOOSE: Final = b"ontschot/gate/audit/choose/v1\x00"


def least_candidates(slots: int) -> int:
    """Return the number of candidates that a set for ``slots`` slots has at least (section 5)."""
    return 100 if slots <= 200_000 else 20


def commit(set_id: bytes, nonce: bytes) -> bytes:
    """Return the commitment (32 bytes) to ``nonce`` for one set of candidates.

    Args:
        set_id: 32 bytes, the set that is tossed over.
        nonce: 32 fresh secret bytes.

    Raises:
        MalformedAudit: either is not 32 bytes.
    """
    _check_toss(set_id, nonce)
    return hashlib.sha256(_COMMIT + set_id + nonce).digest()


def check_reveal(commitment: bytes, set_id: bytes, nonce: bytes) -> None:
    """Check the nonce that the other helper shows against what it committed to.

    Raises:
        MalformedAudit: the set id or the nonce is not 32 bytes.
        TossBroken: it is another nonce or another set.
    """
    if commit(set_id, nonce) != commitment:
        raise TossBroken("another nonce than was committed to")


def choose(set_id: bytes, nonce_a: bytes, nonce_b: bytes, count: int) -> int:
    """Return the candidate, 0 to count-1, that both nonces choose.

    Raises:
        MalformedAudit: the set id or a nonce is not 32 bytes, or there are fewer than two
            candidates, so that none would be audited.
        TossBroken: both helpers show the same nonce.
    """
    _check_toss(set_id, nonce_a)
    _check_toss(set_id, nonce_b)
    if count < 2:
        raise MalformedAudit("fewer than two candidates")
    if nonce_a == nonce_b:
        raise TossBroken("both helpers show the same nonce")
    drawn = hashlib.sha256(_CHOOSE + set_id + nonce_a + nonce_b).digest()
    return int.from_bytes(drawn, "big") % count


def first_crafted(
    spec: BatchSpec,
    batch_id: bytes,
    offered: Sequence[tuple[str, str]],
    seeds: Mapping[int, bytes],
) -> int | None:
    """Return the first candidate whose seed does not give what was offered, or None.

    Args:
        spec: the shape of every candidate.
        batch_id: the batch id all candidates were derived for.
        offered: per candidate the hashes of A's and B's part.
        seeds: revealed seeds by candidate. A seed that serves a second time is crafted too: with
            it the dealer would show the chosen batch's seed.

    Raises:
        MalformedAudit: a candidate that was not offered, or not a seed of 32 bytes.
    """
    order = sorted(seeds)
    for index in order:
        if not 0 <= index < len(offered) or len(seeds[index]) != SEED_BYTES:
            raise MalformedAudit(f"no seed for a candidate {index}")
    seen: set[bytes] = set()
    derived = hashes_of_all(spec, batch_id, [seeds[index] for index in order])
    for index, hashes in zip(order, derived, strict=True):
        if seeds[index] in seen or hashes != tuple(offered[index]):
            return index
        seen.add(seeds[index])
    return None


def check_revealed(
    spec: BatchSpec,
    batch_id: bytes,
    offered: Sequence[tuple[str, str]],
    chosen: int,
    seeds: Mapping[int, bytes],
) -> None:
    """Check all that the dealer shows after the toss: every seed but the chosen candidate's.

    Takes as long as deriving all these batches. Arguments as for ``first_crafted``.

    Raises:
        MalformedAudit: not exactly the other candidates' seeds, or not seeds.
        DealerCaught: a seed gives other parts than were offered, or serves twice.
    """
    if seeds.keys() != set(range(len(offered))) - {chosen}:
        raise MalformedAudit("not exactly the seeds of the candidates that were not chosen")
    crafted = first_crafted(spec, batch_id, offered, seeds)
    if crafted is not None:
        raise DealerCaught(f"candidate {crafted}")


def _check_toss(set_id: bytes, nonce: bytes) -> None:
    if len(set_id) != NONCE_BYTES or len(nonce) != NONCE_BYTES:
        raise MalformedAudit(f"set ids and nonces are {NONCE_BYTES} bytes")
