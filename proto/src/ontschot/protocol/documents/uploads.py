# SPDX-License-Identifier: EUPL-1.2
"""Uploads: a provider's vector in two sealed halves, and what the helpers say of it (section 3)."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from ontschot.protocol.documents.base import Decimal, Document, Hash, Head, Identifier

ENVELOPE = "envelope"
RECEIPT = "receipt"
WITHDRAWAL = "withdrawal"
ERASED = "erased"

HelperName = Literal["A", "B"]

Sigma: TypeAlias = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,30}/[1-9][0-9]{0,20}$")]
"""A dyadic rational, as in a block."""


class NodeNoise(Document):
    """Noise that a node added to each cell of its upload: sigma, and what it charged for it.

    ``rho`` in units of 1e-12 is that of one household at this node.
    """

    sigma: Sigma
    rho: Decimal


class Envelope(Document):
    """ENV of section 3: what one node uploaded for one variable; signed by the node.

    ``slots`` is the length of the vector: the universe's slots, or the cells of a CELL vector.
    ``sealed_a`` and ``sealed_b`` are the hashes of the two sealed halves. Which helper holds the
    seed alternates over nodes, so that both carry the same load. With ``noise`` the vector holds
    signed figures, as centred integers modulo 2^32, and passes no gate.
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
    noise: NodeNoise | None = None
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
    """A helper holds its half of an upload, and what its envelope says of noise; signed by it."""

    v: Literal[1] = 1
    type: Literal["receipt"] = "receipt"
    helper: HelperName
    node: Identifier
    round: Hash
    variable: Identifier
    envelope: Hash
    noise: NodeNoise | None = None


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
