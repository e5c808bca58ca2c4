# SPDX-License-Identifier: EUPL-1.2
"""Additive secret sharing and the pseudorandom streams behind it (protocol sections 0 and 3)."""

from ontschot.protocol.sharing.errors import MalformedShare
from ontschot.protocol.sharing.prg import SEED_BYTES, Stream, derive_key
from ontschot.protocol.sharing.shares import (
    Entropy,
    decode_seed,
    decode_share,
    encode_share,
    expand,
    pad_uint64,
    share_size,
    split,
    system_entropy,
)

__all__ = [
    "SEED_BYTES",
    "Entropy",
    "MalformedShare",
    "Stream",
    "decode_seed",
    "decode_share",
    "derive_key",
    "encode_share",
    "expand",
    "pad_uint64",
    "share_size",
    "split",
    "system_entropy",
]
