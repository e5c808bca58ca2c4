# SPDX-License-Identifier: EUPL-1.2
"""Uploads: a provider's vector in two sealed halves, and what the helpers say of it (section 3)."""

from typing import Annotated, Literal

from pydantic import Field

from ontschot.protocol.documents.base import Document, Hash, Head, Identifier

ENVELOPE = "envelope"
RECEIPT = "receipt"
WITHDRAWAL = "withdrawal"
ERASED = "erased"

HelperName = Literal["A", "B"]


class Envelope(Document):
    """ENV of section 3: what one node uploaded for one variable; signed by the node.

    ``slots`` is the length of the vector: the universe's slots, or the cells of a CELL vector.
    ``sealed_a`` and ``sealed_b`` are the hashes of the two sealed halves. Which helper holds the
    seed alternates over nodes, so that both carry the same load.
    """

    v: Literal[1] = 1
    type: Literal["envelope"] = "envelope"
    node: Identifier
    round: Hash
    universe: Hash
    variable: Identifier
    generation: Annotated[int, Field(ge=1)]
    slots: Annotated[int, Field(ge=1, le=2**26)]
    seed_at: HelperName
    sealed_a: Hash
    sealed_b: Hash
    roster: Hash
    ledger: Head

    @property
    def context(self) -> dict[str, str | int]:
        """What the sealing of both halves is bound to, besides the helper."""
        return {
            "universe": self.universe,
            "variable": self.variable,
            "round": self.round,
            "roster": self.roster,
            "node": self.node,
            "generation": self.generation,
        }


class Receipt(Document):
    """A helper holds its half of an upload; signed by the helper."""

    v: Literal[1] = 1
    type: Literal["receipt"] = "receipt"
    helper: HelperName
    node: Identifier
    round: Hash
    variable: Identifier
    envelope: Hash


class Withdrawal(Document):
    """A node takes an upload back (a client objected, or a helper lost its disk)."""

    v: Literal[1] = 1
    type: Literal["withdrawal"] = "withdrawal"
    node: Identifier
    envelope: Hash


class Erased(Document):
    """A helper erased its halves of one node's uploads of a round; signed by the helper."""

    v: Literal[1] = 1
    type: Literal["erased"] = "erased"
    helper: HelperName
    node: Identifier
    round: Hash
    envelopes: Annotated[list[Hash], Field(min_length=1, max_length=1000)]
