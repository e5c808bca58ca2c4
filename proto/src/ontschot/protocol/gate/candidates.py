# SPDX-License-Identifier: EUPL-1.2
"""Hashing many candidates of a batch on all cores: the bulk of dealing and of auditing.

A dealer hashes s candidates and each helper s - 1 of them again, so this is by far the most work of
a batch; and no candidate has to do with another. Large sets are divided over processes, which never
wait for each other's interpreter, as threads do between small operations. A process gets
its seeds over a pipe of its own, which nobody else can read, and what it says is what this process
would have computed: the result does not depend on how many there are.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from ontschot.protocol.gate.cores import cores
from ontschot.protocol.gate.derive import CandidateHashes, hashes_of
from ontschot.protocol.gate.spec import BatchSpec

MANY: Final = 2_000_000
"""Slots times candidates from which on another process is worth its start: seconds of work."""


def hashes_of_all(
    spec: BatchSpec, batch_id: bytes, seeds: Sequence[bytes], workers: int | None = None
) -> list[CandidateHashes]:
    """Return the hashes of the parts that each seed gives, in the order of ``seeds``.

    Args:
        spec: the shape of every candidate.
        batch_id: the batch they are candidates for.
        seeds: 32 secret bytes each.
        workers: how many processes to divide them over. When absent: one for each core that may be
            used if there is much to do, and none but this one if there is not.

    Raises:
        MalformedGatePart: the batch id is not 16 to 64 bytes.
        MalformedShare: a seed is not 32 bytes.
    """
    if workers is None:
        workers = cores() if spec.slots * len(seeds) >= MANY else 1
    workers = min(workers, len(seeds))
    if workers < 2:
        return [hashes_of(spec, batch_id, seed) for seed in seeds]
    shares = [list(seeds[number::workers]) for number in range(workers)]
    with ThreadPoolExecutor(workers - 1) as waiting:
        elsewhere = [waiting.submit(_elsewhere, spec, batch_id, share) for share in shares[1:]]
        mine = [hashes_of(spec, batch_id, seed) for seed in shares[0]]
        theirs = [future.result() for future in elsewhere]
    result: list[CandidateHashes] = [CandidateHashes("", "")] * len(seeds)
    for number, (share, found) in enumerate(zip(shares, [mine, *theirs], strict=True)):
        # a process that could not be run leaves its share to this one
        result[number::workers] = found or [hashes_of(spec, batch_id, seed) for seed in share]
    return result


def _elsewhere(spec: BatchSpec, batch_id: bytes, seeds: Sequence[bytes]) -> list[CandidateHashes]:
    """Return what another process finds, or nothing if it ended otherwise than well."""
    task = {
        "batch_id": batch_id.hex(),
        "seeds": [seed.hex() for seed in seeds],
        "spec": spec.to_document(),
    }
    done = subprocess.run(
        # -P: whoever can write where this process was started must not choose what runs
        [sys.executable, "-P", "-m", __name__],
        input=json.dumps(task).encode(),
        capture_output=True,
        check=False,
    )
    if done.returncode:
        return []
    return [CandidateHashes(*pair) for pair in json.loads(done.stdout)]


def _main() -> None:
    task = json.load(sys.stdin)
    spec = BatchSpec.from_document(task["spec"])
    batch_id = bytes.fromhex(task["batch_id"])
    found = [hashes_of(spec, batch_id, bytes.fromhex(seed)) for seed in task["seeds"]]
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    _main()
