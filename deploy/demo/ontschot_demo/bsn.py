# SPDX-License-Identifier: EUPL-1.2
"""Citizen service numbers that can be nobody's.

Test numbers (999900006 to 999999990 that pass the eleven-test; there are 9,091) come first. When
they are used up: numbers with a remainder of 1 in the eleven-test, which are never handed out.
Source: Logisch ontwerp BSN.
"""

import numpy as np
from numpy.typing import NDArray

TEST_RANGE = (999_900_006, 999_999_990)
_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
_SPARE_FROM = 100_000_000
_SPARE_TO = 900_000_000


def remainders(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return 9a+8b+7c+6d+5e+4f+3g+2h-1i modulo 11 of numbers of nine digits: 0 for a real one."""
    total = np.zeros(len(numbers), dtype=np.int64)
    for place, weight in enumerate(_WEIGHTS):
        total += weight * (numbers // 10 ** (8 - place) % 10)
    return total % 11


def nobodys(rng: np.random.Generator, count: int) -> NDArray[np.int64]:
    """Return ``count`` different numbers that can be nobody's, in random order."""
    test = np.arange(TEST_RANGE[0], TEST_RANGE[1] + 1, dtype=np.int64)
    test = rng.permutation(test[remainders(test) == 0])
    if count <= len(test):
        return test[:count]
    # One in eleven has remainder 1; blocks of 20 never have two starts in common.
    blocks = rng.choice((_SPARE_TO - _SPARE_FROM) // 20, count - len(test), replace=False)
    spare = _SPARE_FROM + 20 * blocks[:, None] + np.arange(20)
    fits = remainders(spare.reshape(-1)).reshape(spare.shape) == 1
    spare = spare[np.arange(len(spare)), fits.argmax(axis=1)]
    return rng.permutation(np.concatenate((test, spare)))
