# SPDX-License-Identifier: EUPL-1.2
"""What an estimator knows: atoms of area, and noised sums over them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ontschot.protocol.universe.areas import NO_AREA, AreaMap

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Atoms:
    """The common refinement of several area maps: every area is a union of atoms.

    Attributes:
        slots: float64[n], public address slots of each atom.
        cover: per map, in the order given, float64[areas, n]: 1 where the area holds the atom.
    """

    slots: Floats
    cover: tuple[Floats, ...]


def atoms_of(maps: Sequence[AreaMap]) -> Atoms:
    """Return the atoms of maps over one universe.

    Two slots are in one atom if they are in the same area of every map. Slots without any area are
    left out. Work grows with the runs of the maps, not with the slots.
    """
    ends = [np.cumsum(area_map.run_lengths) for area_map in maps]
    cuts = np.unique(np.concatenate(ends))
    lengths = np.diff(cuts, prepend=0)
    labels = np.stack(
        [
            area_map.run_areas[np.searchsorted(end, cuts, side="left")]
            for area_map, end in zip(maps, ends, strict=True)
        ]
    )
    placed = (labels != NO_AREA).any(axis=0)
    kinds, index = np.unique(labels[:, placed], axis=1, return_inverse=True)
    slots = np.bincount(index.ravel(), weights=lengths[placed], minlength=kinds.shape[1])
    cover = tuple(
        (kinds[row] == np.arange(len(area_map.areas))[:, None]).astype(np.float64)
        for row, area_map in enumerate(maps)
    )
    return Atoms(slots.astype(np.float64), cover)


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """One released column: a noised sum per area of a function of each household.

    Attributes:
        per_type: float64[types], what a household of each type adds; 0 where it adds nothing.
        cover: float64[areas, atoms], which atoms each area holds.
        values: float64[areas], as released.
        variance: float64[areas], of the noise; known exactly, positive.
    """

    per_type: Floats
    cover: Floats
    values: Floats
    variance: Floats

    def __post_init__(self) -> None:
        """Check that the parts fit together.

        Raises:
            ValueError: they do not, or a variance is not positive.
        """
        areas = len(self.cover)
        if self.values.shape != (areas,) or self.variance.shape != (areas,):
            msg = "one value and one variance for each area"
            raise ValueError(msg)
        if not (self.variance > 0).all():
            msg = "the variance of noise is positive"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """What is to be estimated: the sum over areas of a function of each household.

    ``per_type`` float64[types]; ``cover`` float64[areas, atoms].
    """

    per_type: Floats
    cover: Floats
