# SPDX-License-Identifier: EUPL-1.2
"""What a comparison key carries: the group of its payload, and how many points share a leaf.

A key for ``w(a) = [a < r]`` gives shares of ``w(a) * beta``. Smaller payloads make smaller keys:

========= ============== =============== ===== ========================== =======================
payload   beta           group           bytes what can be asked          bytes per slot, 16 bits
========= ============== =============== ===== ========================== =======================
``count`` ``1``          Z_{2^32}            4 counts at thresholds       292
``sum``   ``(1, r)``     Z_{2^32}^2          8 and capped sums            368
``wide``  ``(1, r)``     Z_{2^64}^2         16 and capped sums past 2^31  512
========= ============== =============== ===== ========================== =======================

Early termination (Boyle, Gilboa, Ishai: "Function Secret Sharing: Improvements and Extensions",
CCS 2016, eprint 2018/707, section 3.2.1): the tree stops ``leaf_bits`` levels above the points, and
the last correction word holds an element for each point below, 32 bytes in all. That is where keys
are smallest: one level more costs ``16 + bytes`` and saves half of the 32, one level less costs
32 and saves ``16 + bytes``.
"""

from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

import numpy as np

Payload: TypeAlias = Literal["none", "count", "sum", "wide"]

LEAF_BYTES: Final = 32
"""Length of the last correction word of a slot: two blocks of the generator."""


@dataclass(frozen=True, slots=True)
class Group:
    """The group Z_{2^w}^columns of a payload, little-endian.

    Attributes:
        word_bits: w, 32 or 64.
        columns: 1 for ``1``, 2 for ``(1, r)``.
    """

    word_bits: Literal[32, 64]
    columns: Literal[1, 2]

    @property
    def word(self) -> "np.dtype[Any]":
        """The type of one word of an element."""
        return np.dtype("<u4") if self.word_bits == 32 else np.dtype("<u8")

    @property
    def size(self) -> int:
        """Bytes of one element: 4, 8 or 16."""
        return self.word_bits // 8 * self.columns

    @property
    def elements(self) -> int:
        """How many points share a leaf."""
        return LEAF_BYTES // self.size

    @property
    def leaf_bits(self) -> int:
        """How many levels above the points the tree stops: log2 of ``elements``."""
        return self.elements.bit_length() - 1


GROUPS: Final[dict[Payload, Group]] = {
    "count": Group(32, 1),
    "sum": Group(32, 2),
    "wide": Group(64, 2),
}
