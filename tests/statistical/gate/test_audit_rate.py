# SPDX-License-Identifier: EUPL-1.2
"""A dealer that crafts one batch of s is caught with probability 1 - 1/s, whatever it chooses."""

import hashlib

import numpy as np
import pytest
from scipy.stats import binomtest

from ontschot.protocol.gate import BatchSpec, DealerCaught, audit

SPEC = BatchSpec("dcf", 30, 3, payload="sum")
CANDIDATES = 10
TOSSES = 3_000


@pytest.mark.statistical
@pytest.mark.parametrize("crafted", [0, 7])
def test_a_crafted_batch_is_caught_at_the_stated_rate(crafted: int) -> None:
    """Two-sided binomial test at 10^-4: the nonces are seeded, so the outcome is fixed."""
    set_id = hashlib.sha256(b"set").digest()
    seeds = [hashlib.sha256(bytes([index])).digest() for index in range(CANDIDATES)]
    offered = [tuple(audit.hashes_of(SPEC, set_id, seed)) for seed in seeds]
    offered[crafted] = ("0" * 64, offered[crafted][1])
    caught_when = [_caught(set_id, offered, seeds, chosen) for chosen in range(CANDIDATES)]
    assert caught_when == [chosen != crafted for chosen in range(CANDIDATES)]

    random = np.random.default_rng(crafted)
    tossed = [
        audit.choose(set_id, random.bytes(32), random.bytes(32), CANDIDATES) for _ in range(TOSSES)
    ]
    passed = sum(not caught_when[chosen] for chosen in tossed)
    assert binomtest(passed, TOSSES, 1 / CANDIDATES).pvalue > 1e-4


def _caught(set_id: bytes, offered: list[tuple[str, ...]], seeds: list[bytes], chosen: int) -> bool:
    shown = {index: seed for index, seed in enumerate(seeds) if index != chosen}
    try:
        audit.check_revealed(SPEC, set_id, offered, chosen, shown)  # type: ignore[arg-type]
    except DealerCaught:
        return True
    return False
