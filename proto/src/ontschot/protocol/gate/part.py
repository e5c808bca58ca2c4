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

from ontschot.protocol.gate import layout, walk
from ontschot.protocol.gate.blocks import Values
from ontschot.protocol.gate.cores import on_cores
from ontschot.protocol.gate.errors import GateOutOfRange, MalformedGatePart
from ontschot.protocol.gate.mmo import WORD, Mmo
from ontschot.protocol.gate.spec import BatchSpec, Party
from ontschot.protocol.sharing import SEED_BYTES

Share: TypeAlias = NDArray[np.uint32] | NDArray[np.uint64]
Buffer: TypeAlias = bytes | bytearray | memoryview | mmap

# evaluations (slots x points) at once: small enough for the cache, and large enough that threads
# do not wait for the interpreter's lock between two operations (measured: ADR 0021)
_AT_ONCE: Final = 1 << 15


@dataclass(frozen=True, slots=True)
class DcfOutputs:
    """Shares modulo 2^w of the payload's group, one row per threshold or cap asked for.

    Attributes:
        at_least: uint32 or uint64 [k, n], of ``[x >= t]`` per threshold.
        capped: the same type, [c, n], of ``min(x, cap)`` per cap.
    """

    at_least: Values
    capped: Values


class GatePart:
    """One party's part of one batch. Secret: the repr shows its shape only."""

    __slots__ = ("_raw", "_streams", "batch_id", "party", "spec")

    def __init__(
        self, spec: BatchSpec, party: Party, batch_id: bytes, seed: bytes, raw: NDArray[np.uint8]
    ) -> None:
        """Keep the pieces; ``load`` is the way in."""
        self.spec = spec
        self.party = party
        self.batch_id = batch_id
        self._streams = layout.PartyStreams(spec, seed)
        self._raw = raw

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
        head, at = layout.header(spec, party, batch_id), layout.header_at(spec)
        if raw[at : at + len(head)].tobytes() != head:
            raise MalformedGatePart("made for another party, another spec or another batch")
        if sha256 is not None and hashlib.sha256(raw.data).hexdigest() != sha256:
            raise MalformedGatePart("not the bytes that were offered")
        at += len(head)
        seed = raw[at : at + SEED_BYTES].tobytes()
        return cls(spec, party, batch_id, seed, raw)

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

    def outputs(self, y: NDArray[np.uint32], workers: int | None = None) -> NDArray[np.uint32]:
        """Return shares modulo 2^32 of every output of the table (uint32[outputs, n]).

        Args:
            y: uint32[n], the opened values.
            workers: how many threads; one for each core when absent.

        Raises:
            GateOutOfRange: a batch for comparisons.
            ValueError: not one value below N per slot.
        """
        if self.spec.kind != "table":
            raise GateOutOfRange("a batch for comparisons has no tables")
        self._check_opened(y)
        out = np.empty((len(self.spec.outputs), self.spec.slots), dtype=np.uint32)

        def work(stretch: tuple[int, int]) -> None:
            start, stop = stretch
            cells = self._cells(start, stop)
            at = y[start:stop].astype(np.intp)[None, :, None]
            out[:, start:stop] = np.take_along_axis(cells, at, axis=2)[..., 0]

        on_cores(work, [*layout.stretches(self.spec.slots)], workers)
        return out

    def evaluate(
        self,
        y: NDArray[np.uint32],
        thresholds: Sequence[int],
        caps: Sequence[int],
        workers: int | None = None,
    ) -> DcfOutputs:
        """Return shares of ``[x >= t]`` and ``min(x, cap)``, modulo 2^w of the payload's group.

        Each distinct threshold or cap costs one walk through the trees, and ``y`` itself one.

        Args:
            y: uint32[n], the opened values.
            thresholds: each 1 to N-1.
            caps: each 1 to N-1; none for a payload that only counts.
            workers: how many threads; one for each core when absent.

        Raises:
            GateOutOfRange: a batch of tables, a threshold or cap outside 1..N-1, or a cap where
                the payload only counts.
            ValueError: not one value below N per slot.
        """
        if self.spec.kind != "dcf":
            raise GateOutOfRange("a batch of tables does not compare")
        group, limits = self.spec.group, sorted({*thresholds, *caps})
        if any(not 1 <= limit < self.spec.ring for limit in limits):
            raise GateOutOfRange(f"limits are 1 to {self.spec.ring - 1}")
        if caps and group.columns == 1:
            raise GateOutOfRange("this batch counts and has no sums")
        self._check_opened(y)
        at_least = np.empty((len(thresholds), self.spec.slots), dtype=group.word)
        capped = np.empty((len(caps), self.spec.slots), dtype=group.word)
        rows = [limits.index(limit) for limit in thresholds]
        capped_rows = [limits.index(limit) for limit in caps]

        def work(stretch: tuple[int, int]) -> None:
            start, stop = stretch
            least, under = self._compare(y[start:stop], limits, start, stop)
            at_least[:, start:stop] = least[rows]
            if caps:
                capped[:, start:stop] = under[capped_rows]

        on_cores(work, [*layout.stretches(self.spec.slots)], workers)
        return DcfOutputs(at_least, capped)

    def _compare(
        self, y: NDArray[np.uint32], limits: list[int], start: int, stop: int
    ) -> tuple[Values, Values]:
        """Return shares of ``[x >= t]`` and ``min(x, t)`` (word[limits, m]) of one stretch.

        The second is empty if the payload only counts.
        """
        word, t = self.spec.group.word, np.array(limits, dtype=WORD)[:, None]
        points = np.concatenate([y[None], (y[None] - t) & np.uint64(self.spec.ring - 1)])
        w = self._walk(points.astype(WORD, copy=False), start, stop)
        wraps = (y[None] < t).astype(word)
        below = w[1:, :, 0] - w[0, :, 0]
        if self.party == "A":
            below += wraps
        least = np.negative(below)
        if self.party == "A":
            least += word.type(1)
        if self.spec.group.columns == 1:
            return least, below[:0]
        lifted = w[1:, :, 0] * word.type(self.spec.ring) + self._lift(start, stop)
        under = wraps * lifted
        r_below = w[1:, :, 1] - w[0, :, 1]
        under += y.astype(word) * below - r_below
        return least, under + t.astype(word) * least

    def _walk(self, points: NDArray[np.uint64], start: int, stop: int) -> Values:
        """Return shares of ``w`` times the payload (word[points, m, columns])."""
        m, size, group = stop - start, layout.shared_slot_bytes(self.spec), self.spec.group
        keys = layout.corrections(self.spec, self._raw[size * start : size * stop])
        roots = self._streams.roots(start, stop)
        side = 0 if self.party == "A" else 1
        out = np.empty((*points.shape, group.columns), dtype=group.word)
        step = max(64, _AT_ONCE // len(points))
        mmo = Mmo(self.batch_id)  # of this thread's own: a cipher serves one at a time
        for low in range(0, m, step):
            part = slice(low, low + step)
            out[:, part] = walk.evaluate(mmo, side, roots[part], keys.of(part), points[:, part])
        return out

    def _lift(self, start: int, stop: int) -> Values:
        """Return shares of ``-r`` (word[m]) in the payload's group."""
        if self.party == "A":
            mine = self._streams.lift(start, stop)
        else:
            mine = self._own(start, stop).view(self.spec.group.word)
        return np.negative(mine)

    def _own(self, start: int, stop: int) -> NDArray[np.uint8]:
        """Return the bytes of one stretch that only this party's part holds."""
        size = layout.own_slot_bytes(self.spec, self.party)
        first = layout.own_at(self.spec)
        return self._raw[first + size * start : first + size * stop]

    def _cells(self, start: int, stop: int) -> NDArray[np.uint32]:
        if self.party == "A":
            return self._streams.cells(start, stop)
        flat = self._own(start, stop).view(layout.CELL)
        return flat.reshape(len(self.spec.outputs), stop - start, self.spec.ring)

    def _check_opened(self, y: NDArray[np.uint32]) -> None:
        if y.shape != (self.spec.slots,) or y.dtype != np.uint32:
            raise ValueError(f"{y.shape} opened values for {self.spec.slots} slots")
        if y.max() >= self.spec.ring:
            raise ValueError("an opened value outside the ring")

    def __repr__(self) -> str:
        """Hide the keys."""
        return f"GatePart({self.party}, {self.spec.kind}, slots={self.spec.slots}, <secret>)"
