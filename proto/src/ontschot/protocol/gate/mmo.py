# SPDX-License-Identifier: EUPL-1.2
"""A fixed-key hash in bulk: Matyas-Meyer-Oseas over AES-128, the generator of the DCF's trees.

``H(x) = AES128_k(x) xor x`` with a public key ``k = HKDF(batch id)``. A node of a tree has a seed
of 16 bytes whose two lowest bits are zero; these bits select what is derived from it::

    H(s | 0)  seed of the left child      H(s | 1)  values of both children, or of the left one
    H(s | 2)  seed of the right child     H(s | 3)  value of the right child, if it takes a block

and both of the latter for the elements of a leaf. An evaluation, which goes one way, needs two
blocks per level. The control bit of
the left child is bit 0 of ``H(s | 0)``, that of the right child bit 1 of ``H(s | 2)``; both low
bits are cleared before the result becomes a seed.

Why it is safe. With AES under a public key modelled as a random permutation, H is correlation
robust (Guo, Katz, Wang, Yu, IEEE S&P 2020, eprint 2019/074, section 7.2). The trees need less,
a generator: a node's seed is uniform in 126 bits and unknown, its four inputs are distinct from
each other and, unless two of the ``m`` hidden seeds of the batch collide or the adversary queries
the permutation at one of them, from all other inputs, so the four outputs are uniform but for the
distance between a permutation and a function. The advantage after ``q`` queries of the
permutation is ``O((q m + m^2) / 2^126)``. A batch of 2^20 slots and 20 levels hides
``m < 2^26`` seeds: 100 bits of work remain, and seeds of other batches do not add to ``m`` since
they live under other keys. The key is public and needs no secrecy; it is not a weak spot that the
dealer can choose the batch id, for the dealer knows every seed anyway.
"""

from typing import Final

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from numpy.typing import NDArray

WORD: Final = np.dtype("<u8")
BLOCK_WORDS: Final = 2
_INFO: Final = b"ontschot/gate/mmo/v1"


class Mmo:
    """H of one batch, over arrays of blocks."""

    __slots__ = ("_encryptor",)

    def __init__(self, batch_id: bytes) -> None:
        """Derive the public key of the batch ``batch_id``."""
        key = HKDF(algorithm=SHA256(), length=16, salt=None, info=_INFO).derive(batch_id)
        # ECB is the raw permutation here, not an encryption mode: see the module's argument
        self._encryptor = Cipher(algorithms.AES128(key), modes.ECB()).encryptor()  # noqa: S305

    def hash_into(self, blocks: NDArray[np.uint64], out: NDArray[np.uint64]) -> None:
        """Write H of the blocks in ``blocks`` to ``out``; the last block of both is spare room.

        Both are flat, contiguous uint64[2m + 2]: the cipher asks for room for one block more than
        it writes.
        """
        used = blocks[:-BLOCK_WORDS]
        self._encryptor.update_into(used.view(np.uint8).data, out.view(np.uint8).data)
        written = out[:-BLOCK_WORDS]
        np.bitwise_xor(written, used, out=written)
