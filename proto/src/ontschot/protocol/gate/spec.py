# SPDX-License-Identifier: EUPL-1.2
"""What a batch of one-time gate keys is for: kind, number of slots, ring, functions."""

from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from ontschot.protocol import canonical
from ontschot.protocol.gate.errors import BatchNotAllowed, MalformedBatchSpec
from ontschot.protocol.gate.payload import GROUPS, Group, Payload

Kind: TypeAlias = Literal["table", "dcf"]
Party: TypeAlias = Literal["A", "B"]

TABLE_RING_BITS: Final = frozenset({1, 2, 3, 4, 5, 6, 8})
DCF_RING_BITS: Final = range(3, 32)
MAX_SLOTS: Final = 2**26
MAX_CELLS: Final = 4096
_KEYS: Final = {"kind", "outputs", "payload", "ring_bits", "slots"}


@dataclass(frozen=True, slots=True)
class BatchSpec:
    """The shape of one batch (protocol section 5). Values live in the ring Z_N, N = 2^ring_bits.

    Attributes:
        kind: ``table`` (any function of a small ring) or ``dcf`` (comparisons in a large one).
        slots: number of slots, 1 to 2^26.
        ring_bits: 1 to 6, or 8 for two packed variables, for tables; 3 to 31 for comparisons.
        outputs: per output of a table the values f(0) .. f(N-1), each modulo 2^32, at most 4,096
            values in all; empty for dcf.
        payload: of a comparison: ``count``, ``sum`` or ``wide`` (``payload`` says what can be asked
            of each); ``none`` for tables.

    Raises:
        BatchNotAllowed: any of these is outside its range.
    """

    kind: Kind
    slots: int
    ring_bits: int
    outputs: tuple[tuple[int, ...], ...] = ()
    payload: Payload = "none"

    def __post_init__(self) -> None:
        """Refuse what the protocol does not have."""
        if not 1 <= self.slots <= MAX_SLOTS:
            raise BatchNotAllowed(f"{self.slots} slots")
        allowed = TABLE_RING_BITS if self.kind == "table" else DCF_RING_BITS
        if self.kind not in ("table", "dcf") or self.ring_bits not in allowed:
            raise BatchNotAllowed(f"kind {self.kind} with a ring of {self.ring_bits} bits")
        if self.kind == "dcf" and self.outputs:
            raise BatchNotAllowed("a comparison has no table")
        if (self.payload in GROUPS) != (self.kind == "dcf"):
            raise BatchNotAllowed(f"kind {self.kind} with payload {self.payload}")
        if self.kind == "table":
            self._check_outputs()

    def _check_outputs(self) -> None:
        if not 1 <= len(self.outputs) * self.ring <= MAX_CELLS:
            raise BatchNotAllowed(f"{len(self.outputs)} outputs in a ring of {self.ring}")
        for row in self.outputs:
            if len(row) != self.ring:
                raise BatchNotAllowed(f"a row of {len(row)} values in a ring of {self.ring}")
            if not all(0 <= value < 2**32 for value in row):
                raise BatchNotAllowed("a value outside 0 .. 2^32 - 1")

    @property
    def ring(self) -> int:
        """N, the size of the ring."""
        return 1 << self.ring_bits

    @property
    def group(self) -> Group:
        """The group of a comparison's payload.

        Raises:
            KeyError: a table has none.
        """
        return GROUPS[self.payload]

    def to_document(self) -> canonical.Document:
        """Return the form that is hashed and put into manifests."""
        return {
            "kind": self.kind,
            "outputs": [list(row) for row in self.outputs],
            "payload": self.payload,
            "ring_bits": self.ring_bits,
            "slots": self.slots,
        }

    @classmethod
    def from_document(cls, document: canonical.Document) -> "BatchSpec":
        """Return the spec in a decoded document.

        Raises:
            MalformedBatchSpec: other keys, other types, or a shape the protocol does not have.
        """
        if document.keys() != _KEYS:
            raise MalformedBatchSpec("not exactly the keys of a batch description")
        kind, slots, ring_bits = (document[key] for key in ("kind", "slots", "ring_bits"))
        payload = document["payload"]
        if kind not in ("table", "dcf") or not _is_int(slots) or not _is_int(ring_bits):
            raise MalformedBatchSpec("a value of another type")
        if not isinstance(payload, str) or payload not in ("none", *GROUPS):
            raise MalformedBatchSpec("an unknown payload")
        try:
            return cls(kind, slots, ring_bits, _rows(document["outputs"]), payload)
        except BatchNotAllowed as error:
            raise MalformedBatchSpec(error.detail) from error

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical document, lower-case hexadecimal."""
        return canonical.sha256(canonical.encode(self.to_document()))


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _rows(value: Any) -> tuple[tuple[int, ...], ...]:
    if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
        raise MalformedBatchSpec("outputs are not rows")
    if not all(_is_int(item) for row in value for item in row):
        raise MalformedBatchSpec("outputs hold something other than integers")
    return tuple(tuple(row) for row in value)
