# SPDX-License-Identifier: EUPL-1.2
"""The sum that is timed is checked, and its memory does not grow with the number of uploads."""

from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.entry_sum import asked, pad_of
from benchmarks.sums import MOST_SIGMAS, require_noised, run
from ontschot.node.helper.gates import noised_half

TOTAL = np.arange(1000, dtype=np.uint32)
AREAS = 10


class Constant:
    """Adds the same to each figure."""

    def __init__(self, value: int) -> None:
        self.value = value

    def draw(self, scale: Fraction, size: int) -> NDArray[np.int64]:
        return np.full(size, self.value * scale, np.int64)


def _half(sums: NDArray[np.uint64], noise: int) -> bytes:
    manifest, maps = asked(len(TOTAL), AREAS)
    pad = pad_of(manifest, maps)
    return noised_half(manifest, {"sum": sums[None]}, maps, Constant(noise), pad, "A", bytes(32))


def test_a_sum_is_right_and_its_memory_does_not_grow_with_the_uploads() -> None:
    few, many = ({name: value for name, value, _ in run(200_000, n, 100)} for n in (2, 60))
    peak = [
        next(value for name, value in rows.items() if "most memory" in name) for rows in (few, many)
    ]
    assert peak[1] < peak[0] + 10 * 0.8


def test_what_is_not_the_sum_with_noise_is_refused() -> None:
    sums = TOTAL.reshape(AREAS, -1).sum(axis=1).astype(np.uint64)
    require_noised(_half(sums, 1), TOTAL, AREAS)
    require_noised(_half(sums, -MOST_SIGMAS), TOTAL, AREAS)
    for wrong in (_half(sums, 0), _half(sums, MOST_SIGMAS + 1), _half(sums + np.uint64(1000), 1)):
        with pytest.raises(ValueError, match="not the sum"):
            require_noised(wrong, TOTAL, AREAS)
