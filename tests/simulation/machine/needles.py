# SPDX-License-Identifier: EUPL-1.2
"""What must be found nowhere but at its owner: pieces of vectors, and the seeds of shares.

A piece of a vector is forty values in a row, in each form in which a program would write them. With
three in ten of them one, forty are as good as unique (their chance is below 10^-10); pieces that
say nothing (nearly all alike) are left out.
"""

from dataclasses import dataclass, field

import numpy as np

from simulation.federation import Vector

PIECE = 40
LEAST_NONZERO = 6


@dataclass
class Needles:
    """Attributes:
    vectors: pieces of vectors, which no other party may have, in any form.
    seeds: seeds of shares: one helper has each, sealed to it.
    """

    vectors: set[bytes] = field(default_factory=set)
    seeds: set[bytes] = field(default_factory=set)

    def copy(self) -> "Needles":
        """Return needles that are added to separately."""
        return Needles(set(self.vectors), set(self.seeds))

    def add_vector(self, vector: Vector) -> None:
        """Look for pieces of this vector from now on."""
        piece = vector[:PIECE]
        if np.count_nonzero(piece) < LEAST_NONZERO:
            return
        for form in ("<u1", "<u2", "<u4", "<u8"):
            self.vectors.add(piece.astype(form).tobytes())
        for between in (",", ", ", " ", "\n"):
            self.vectors.add(between.join(str(value) for value in piece.tolist()).encode())

    def add_seed(self, seed: bytes) -> None:
        """Look for this seed from now on."""
        self.seeds.add(seed)
        self.seeds.add(seed.hex().encode())

    def found_in(self, data: bytes) -> bool:
        """Return whether any of them is in these bytes."""
        return self.vector_in(data) or any(seed in data for seed in self.seeds)

    def vector_in(self, data: bytes) -> bool:
        """Return whether a piece of a vector is in these bytes."""
        return any(piece in data for piece in self.vectors)
