# SPDX-License-Identifier: EUPL-1.2
"""One helper's part of a batch and what it computes with it (protocol section 5).

The total ``x`` of a slot is in Z_N, shared. The helpers exchange ``masked`` values and both learn
``y = x + r mod N``, which is uniform because ``r`` is, and nothing else. From then on everything
is local, and linear in what the other helper has:

* table: ``f(x) = T[y]`` with ``T[z] = f(z - r)``, shared as ``T_A + T_B``;
* comparison, with ``w(a) = [a < r]``: ``x = y - r + N w(y)`` and
  ``[x < t] = [y < t] + w(y - t) - w(y)``.
  For ``y >= t``: ``x < t`` iff ``y - t < r <= y``, which is ``w(y - t) - w(y)``.
  For ``y < t``: ``x >= t`` iff ``y < r <= y - t + N``, which is ``w(y) - w(y - t)``.
  ``x [x < t] = y [x < t] - r [x < t] + N [y < t] w(y - t)``, since ``w(a) w(b) = w(max(a, b))``
  makes ``w(y) [x < t]`` equal to 0 for ``y >= t`` and to ``w(y - t)`` for ``y < t``.
  ``min(x, t) = x [x < t] + t (1 - [x < t])``.

A part is used for one vector only: the same ``r`` for two vectors shows their difference. Who
holds a part enforces that (``ontschot.node.helper``); this module computes.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from mmap import mmap
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ontschot.protocol.gate import dcf, layout
from ontschot.protocol.gate.errors import GateOutOfRange, MalformedGatePart
from ontschot.protocol.gate.mmo import WORD, Mmo
from ontschot.protocol.gate.spec import BatchSpec, Party
from ontschot.protocol.sharing import SEED_BYTES

Share: TypeAlias = NDArray[np.uint32] | NDArray[np.uint64]
Buffer: TypeAlias = bytes | bytearray | memoryview | mmap

# evaluations (slots x points) at once: large enough to be fast, small enough for the cache
_AT_ONCE: Final = 1 << 15


@dataclass(frozen=True, slots=True)
class DcfOutputs:
    """Shares modulo 2^64, one row per threshold or cap asked for.

    Attributes:
        at_least: uint64[k, n], of ``[x >= t]`` per threshold.
        capped: uint64[c, n], of ``min(x, cap)`` per cap.
    """

    at_least: NDArray[np.uint64]
    capped: NDArray[np.uint64]


class GatePart:
    """One party's part of one batch. Secret: the repr shows its shape only."""

    __slots__ = ("_body", "_mmo", "_streams", "batch_id", "party", "spec")

    def __init__(
        self, spec: BatchSpec, party: Party, batch_id: bytes, seed: bytes, body: NDArray[np.uint8]
    ) -> None:
        """Keep the pieces; ``load`` is the way in."""
        self.spec = spec
        self.party = party
        self.batch_id = batch_id
        self._streams = layout.PartyStreams(spec, seed)
        self._body = body
        self._mmo = Mmo(batch_id)

    @classmethod
    def load(
        cls,
        spec: BatchSpec,
        party: Party,
        batch_id: bytes,
        data: Buffer,
        sha256: str | None = None,
    ) -> "GatePart":
        """Return the part in ``data``, which is not copied and must not change.

        Every body of the right length is some body, so only ``sha256`` tells a damaged or crafted
        one: pass the offered hash whenever the bytes come from elsewhere.

        Args:
            spec: what the batch is for.
            party: whose part this is.
            batch_id: the batch, 16 to 64 bytes.
            data: bytes, bytearray, memoryview or mmap.
            sha256: lower-case hexadecimal hash that was offered for this part.

        Raises:
            MalformedGatePart: other length, party, spec, batch or hash.
        """
        raw = np.frombuffer(data, dtype=np.uint8)
        if raw.size != layout.part_bytes(spec, party):
            raise MalformedGatePart(
                f"{raw.size} bytes where {layout.part_bytes(spec, party)} belong"
            )
        head = layout.header(spec, party, batch_id)
        if raw[: len(head)].tobytes() != head:
            raise MalformedGatePart("made for another party, another spec or another batch")
        if sha256 is not None and hashlib.sha256(raw.data).hexdigest() != sha256:
            raise MalformedGatePart("not the bytes that were offered")
        seed = raw[layout.BODY - SEED_BYTES : layout.BODY].tobytes()
        return cls(spec, party, batch_id, seed, raw[layout.BODY :])

    def masked(self, share: Share) -> NDArray[np.uint32]:
        """Return ``x_b + r_b mod N`` (uint32[n]): what this party sends to the other.

        Args:
            share: uint32[n] or uint64[n], this party's share of the total, modulo 2^32 or 2^64.
                N divides both, so the share modulo N is a share of ``x`` in Z_N.

        Raises:
            ValueError: not one value per slot.
        """
        if share.shape != (self.spec.slots,):
            raise ValueError(f"{share.shape} shares for {self.spec.slots} slots")
        low = np.uint32(self.spec.ring - 1)
        out = np.empty(self.spec.slots, dtype=np.uint32)
        for start, stop in layout.stretches(self.spec.slots):
            part = share[start:stop].astype(np.uint32)
            out[start:stop] = (part + self._streams.mask(start, stop)) & low
        return out

    def outputs(self, y: NDArray[np.uint32]) -> NDArray[np.uint32]:
        """Return shares modulo 2^32 of every output of the table (uint32[outputs, n]).

        Args:
            y: uint32[n], the opened values.

        Raises:
            GateOutOfRange: a batch for comparisons.
            ValueError: not one value below N per slot.
        """
        if self.spec.kind != "table":
            raise GateOutOfRange("a batch for comparisons has no tables")
        self._check_opened(y)
        out = np.empty((len(self.spec.outputs), self.spec.slots), dtype=np.uint32)
        for start, stop in layout.stretches(self.spec.slots):
            cells = self._cells(start, stop)
            at = y[start:stop].astype(np.intp)[None, :, None]
            out[:, start:stop] = np.take_along_axis(cells, at, axis=2)[..., 0]
        return out

    def evaluate(
        self, y: NDArray[np.uint32], thresholds: Sequence[int], caps: Sequence[int]
    ) -> DcfOutputs:
        """Return shares modulo 2^64 of ``[x >= t]`` and ``min(x, cap)``.

        Each distinct threshold or cap costs one walk through the trees, and ``y`` itself one.

        Args:
            y: uint32[n], the opened values.
            thresholds: each 1 to N-1.
            caps: each 1 to N-1.

        Raises:
            GateOutOfRange: a batch of tables, or a threshold or cap outside 1..N-1.
            ValueError: not one value below N per slot.
        """
        if self.spec.kind != "dcf":
            raise GateOutOfRange("a batch of tables does not compare")
        limits = sorted({*thresholds, *caps})
        if any(not 1 <= limit < self.spec.ring for limit in limits):
            raise GateOutOfRange(f"limits are 1 to {self.spec.ring - 1}")
        self._check_opened(y)
        at_least = np.empty((len(thresholds), self.spec.slots), dtype=np.uint64)
        capped = np.empty((len(caps), self.spec.slots), dtype=np.uint64)
        for start, stop in layout.stretches(self.spec.slots):
            below, under = self._compare(y[start:stop].astype(WORD), limits, start, stop)
            for row, limit in enumerate(thresholds):
                at_least[row, start:stop] = self._public(1) - below[limits.index(limit)]
            for row, limit in enumerate(caps):
                capped[row, start:stop] = under[limits.index(limit)]
        return DcfOutputs(at_least, capped)

    def _compare(
        self, y: NDArray[np.uint64], limits: list[int], start: int, stop: int
    ) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
        """Return shares of ``[x < t]`` and ``min(x, t)`` (uint64[limits, m]) of one stretch."""
        t = np.array(limits, dtype=WORD)[:, None]
        wraps = (y[None] < t).astype(WORD)
        w, lift = self._walk(np.concatenate([y[None], (y[None] - t) & self._low]), start, stop)
        below = w[1:, :, 0] - w[0, :, 0]
        r_below = w[1:, :, 1] - w[0, :, 1] + wraps * lift
        if self.party == "A":
            below += wraps
        whole = y * below - r_below + wraps * w[1:, :, 0] * np.uint64(self.spec.ring)
        return below, whole + t * (self._public(1) - below)

    def _walk(
        self, points: NDArray[np.uint64], start: int, stop: int
    ) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
        """Return shares of ``w * (1, r)`` (uint64[points, m, 2]) and of ``r`` (uint64[m])."""
        m = stop - start
        shared = layout.shared_slot_bytes(self.spec) * m
        first = layout.slot_bytes(self.spec, self.party) * start
        levels, leaves = layout.levels_and_leaves(self.spec, self._body[first : first + shared])
        roots = self._streams.roots(start, stop)
        side = 0 if self.party == "A" else 1
        out = np.empty((*points.shape, 2), dtype=np.uint64)
        step = max(64, _AT_ONCE // len(points))
        for low in range(0, m, step):
            part = slice(low, low + step)
            out[:, part] = dcf.evaluate(
                self._mmo, side, roots[part], levels[:, :, part], leaves[part], points[:, part]
            )
        if self.party == "A":
            return out, self._streams.lift(start, stop)
        return out, self._body[first + shared : first + shared + WORD.itemsize * m].view(WORD)

    def _cells(self, start: int, stop: int) -> NDArray[np.uint32]:
        if self.party == "A":
            return self._streams.cells(start, stop)
        size = layout.slot_bytes(self.spec, "B")
        flat = self._body[size * start : size * stop].view(layout.CELL)
        return flat.reshape(len(self.spec.outputs), stop - start, self.spec.ring)

    def _check_opened(self, y: NDArray[np.uint32]) -> None:
        if y.shape != (self.spec.slots,) or y.dtype != np.uint32:
            raise ValueError(f"{y.shape} opened values for {self.spec.slots} slots")
        if y.max() >= self.spec.ring:
            raise ValueError("an opened value outside the ring")

    @property
    def _low(self) -> np.uint64:
        return np.uint64(self.spec.ring - 1)

    def _public(self, value: int) -> np.uint64:
        """Return this party's share of a public value: A has all of it."""
        return np.uint64(value if self.party == "A" else 0)

    def __repr__(self) -> str:
        """Hide the keys."""
        return f"GatePart({self.party}, {self.spec.kind}, slots={self.spec.slots}, <secret>)"
