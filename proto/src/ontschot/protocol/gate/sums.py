# SPDX-License-Identifier: EUPL-1.2
"""Exact sums of shares modulo 2^w: over providers, and over the slots of an area."""

from collections.abc import Iterable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Unsigned = TypeVar("Unsigned", np.uint32, np.uint64)


def area_sums(values: NDArray[Unsigned], areas: NDArray[np.int32], count: int) -> NDArray[Unsigned]:
    """Return the sum of ``values`` per area, modulo 2^32 or 2^64 as ``values`` are.

    Args:
        values: uint32 or uint64, [n] or [rows, n].
        areas: int32[n], the area of each slot, -1 for a slot in no area.
        count: number of areas.

    Returns:
        The same type, [count] or [rows, count].

    Raises:
        ValueError: another number of areas than of slots, or an area outside -1 .. count-1.
    """
    if values.ndim not in (1, 2) or values.shape[-1:] != areas.shape:
        raise ValueError(f"{areas.shape} areas for {values.shape} values")
    if areas.size and not (areas.min() >= -1 and areas.max() < count):
        raise ValueError("an area outside the map")
    rows = np.atleast_2d(values)
    out = np.zeros((len(rows), count + 1), dtype=values.dtype)
    for row, total in zip(rows, out, strict=True):
        # index -1 is the last place: the slots in no area gather there and are cut off
        np.add.at(total, areas, row)
    return out[:, :count].reshape(*values.shape[:-1], count)


def add(vectors: Iterable[NDArray[Unsigned]]) -> NDArray[Unsigned]:
    """Return the sum of at least one vector of one type and shape, modulo 2^32 or 2^64.

    Raises:
        ValueError: no vectors, or two shapes or types.
    """
    total: NDArray[Unsigned] | None = None
    for vector in vectors:
        if total is None:
            total = vector.copy()
            continue
        if vector.shape != total.shape or vector.dtype != total.dtype:
            raise ValueError("vectors of two shapes or types")
        np.add(total, vector, out=total)
    if total is None:
        raise ValueError("no vectors to add")
    return total


def centred(values: NDArray[Unsigned]) -> NDArray[np.int64]:
    """Return the representatives of ``values`` nearest to zero: -2^(w-1) .. 2^(w-1)-1 (int64).

    Exact as long as the true result lies in that range: noise can make a small count negative.
    """
    signed = np.dtype(np.int32 if values.dtype == np.uint32 else np.int64)
    return values.view(signed).astype(np.int64, copy=False)
