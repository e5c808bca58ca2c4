# SPDX-License-Identifier: EUPL-1.2
"""The pseudorandom generator of the protocol: AES-256 in counter mode, one key per seed and use.

``stream(seed, label) = AES-256-CTR(key = HKDF-SHA256(seed, info = "ontschot/prg/v1/" | label))``
with a counter block that starts at zero.

Why it is safe. HKDF with distinct ``info`` values gives independent pseudorandom keys (Krawczyk,
CRYPTO 2010; RFC 5869), so streams of one seed under different labels are independent and no part
of one stream is ever another's. A key is used for one stream only, so the zero nonce never
repeats under a key; counter mode is then a pseudorandom generator up to the birthday bound
``q^2 / 2^129`` for ``q`` blocks (Bellare, Desai, Jokipii, Rogaway, FOCS 1997): below 2^-60 for a
stream of half a terabyte. Byte ``i`` depends on nothing but seed, label and ``i``: parties may
read a stream in pieces of any size, on any machine.
"""

from typing import Final

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from numpy.typing import NDArray

from ontschot.protocol.sharing.errors import MalformedShare

SEED_BYTES: Final = 32
_BLOCK: Final = 16
_PIECE: Final = 1 << 18
_ZEROS: Final = bytes(_PIECE)
_INFO: Final = b"ontschot/prg/v1/"


def derive_key(seed: bytes, label: str, length: int = 32) -> bytes:
    """Return ``length`` bytes that belong to ``label`` alone, by HKDF-SHA256 (RFC 5869).

    Args:
        seed: 32 secret, uniform bytes.
        label: the use, in printable ASCII; two uses never share a label.
        length: bytes wanted, at most 8160.

    Raises:
        MalformedShare: the seed is not 32 bytes.
    """
    check_seed(seed)
    info = _INFO + label.encode("ascii")
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=info).derive(seed)


def check_seed(seed: bytes) -> None:
    """Check that ``seed`` is a seed.

    Raises:
        MalformedShare: it is not 32 bytes.
    """
    if len(seed) != SEED_BYTES:
        raise MalformedShare(f"a seed is {SEED_BYTES} bytes, this one is {len(seed)}")


class Stream:
    """The pseudorandom bytes of one seed under one label, readable from any block of 16 on."""

    __slots__ = ("_key",)

    def __init__(self, seed: bytes, label: str) -> None:
        """Derive the stream's own key.

        Raises:
            MalformedShare: the seed is not 32 bytes.
        """
        self._key = derive_key(seed, label)

    def read(self, offset: int, length: int) -> NDArray[np.uint8]:
        """Return ``length`` bytes from byte ``offset`` on; ``offset`` is a multiple of 16.

        Raises:
            ValueError: an offset inside a block, or a negative length.
        """
        if offset % _BLOCK or offset < 0 or length < 0:
            raise ValueError("streams are read forward from the start of a block")
        counter = (offset // _BLOCK).to_bytes(_BLOCK, "big")
        encryptor = Cipher(algorithms.AES(self._key), modes.CTR(counter)).encryptor()
        # update_into asks for room for one block more than it writes
        out = np.empty(length + _BLOCK, dtype=np.uint8)
        room = out.data
        for start in range(0, length, _PIECE):
            size = min(_PIECE, length - start)
            encryptor.update_into(memoryview(_ZEROS)[:size], room[start : start + size + _BLOCK])
        return out[:length]

    def uint32(self, offset: int, n: int) -> NDArray[np.uint32]:
        """Return ``n`` little-endian 32-bit integers from byte ``offset`` on."""
        return self.read(offset, 4 * n).view(np.dtype("<u4"))

    def uint64(self, offset: int, n: int) -> NDArray[np.uint64]:
        """Return ``n`` little-endian 64-bit integers from byte ``offset`` on."""
        return self.read(offset, 8 * n).view(np.dtype("<u8"))

    def __repr__(self) -> str:
        """Hide the key."""
        return "Stream(<secret>)"
