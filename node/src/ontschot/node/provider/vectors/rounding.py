# SPDX-License-Identifier: EUPL-1.2
"""Rounding to whole quanta: unbiased, and the same again for the same upload.

An amount of q quanta and a rest r becomes q + 1 with probability r / quantum, else q; the mean is
the amount. The coin of a slot is a word of AES-256-CTR under a key that HKDF-SHA256 (RFC 5869)
derives from the node's rounding key and from round, universe and variable: nobody else can
foretell it, and uploading again throws no new coins, so repeats cannot be averaged. With one coin
per slot, rounding is also monotone: a larger amount never becomes fewer quanta.

The coin has 40 bits; the probability is rounded down to a multiple of 2^-40, so the mean of a
slot is off by less than 2^-40 quantum (all of the Netherlands: less than EUR 0.001).
Rounding is not what protects anyone; the noise of the helpers is.
"""

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CTR
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from numpy.typing import NDArray

from ontschot.protocol import canonical
from ontschot.protocol.documents.rounds import Round, VariableDocument
from ontschot.protocol.variables import Variable

KEY_BYTES = 32
COIN_BITS = 40
"""A coin is uniform below 2^40."""


class RoundingKey:
    """The node's secret for rounding; made once, kept with the node's other keys."""

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        """Take the secret.

        Raises:
            ValueError: it is not 32 bytes long.
        """
        if len(secret) != KEY_BYTES:
            msg = f"a rounding key has {KEY_BYTES} bytes"
            raise ValueError(msg)
        self._secret = secret

    def __repr__(self) -> str:
        """Say nothing."""
        return "RoundingKey(...)"

    def coins(
        self, measurement_round: str, universe: str, variable: Variable, slots: int
    ) -> NDArray[np.uint64]:
        """Return one coin of 40 bits per slot, uint64[slots].

        Args:
            measurement_round: id or digest of the round.
            universe: digest of the universe.
            variable: what is rounded.
            slots: how many.
        """
        return self._coins(
            {
                "purpose": "ontschot-rounding/1",
                "round": measurement_round,
                "universe": universe,
                "variable": variable.to_document(),
            },
            slots,
        )

    def thinning_coins(
        self, round_: Round, variable: VariableDocument, slots: int
    ) -> NDArray[np.uint64]:
        """Return one coin of 40 bits per slot, uint64[slots], for the thinning of cells.

        Variables that differ in name, level and minimum only have the same coins: a household is
        thinned to the same things at every level, so the cells of areas add up exactly.
        """
        own = variable.model_dump(mode="json", exclude={"id": True, "cells": {"level", "minimum"}})
        return self._coins(
            {
                "purpose": "ontschot-thinning/2",
                "round": round_.digest,
                "universe": round_.universe,
                "variable": own,
            },
            slots,
        )

    def _coins(self, use: canonical.Document, slots: int) -> NDArray[np.uint64]:
        info = canonical.encode(use)
        key = HKDF(SHA256(), KEY_BYTES, salt=None, info=info).derive(self._secret)
        stream = Cipher(AES256(key), CTR(bytes(16))).encryptor().update(bytes(8 * slots))
        return np.frombuffer(stream, dtype="<u8") >> np.uint64(64 - COIN_BITS)


def round_to_quanta(
    cents: NDArray[np.int64], quantum_cents: int, coins: NDArray[np.uint64]
) -> NDArray[np.uint32]:
    """Return amounts (int64[n], 0 to 2^26 quanta) in whole quanta, uint32[n].

    Args:
        cents: amounts, not negative.
        quantum_cents: size of one quantum, below 2^24.
        coins: one per amount, from ``RoundingKey.coins``.
    """
    whole, rest = np.divmod(cents.astype(np.uint64), np.uint64(quantum_cents))
    chance = (rest << np.uint64(COIN_BITS)) // np.uint64(quantum_cents)
    return (whole + (coins < chance)).astype(np.uint32)
