# SPDX-License-Identifier: EUPL-1.2
"""A release, from proposal to publication (section 4)."""

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from ontschot.protocol.documents.base import (
    Decimal,
    Document,
    Hash,
    Head,
    Identifier,
    Moment,
)
from ontschot.protocol.documents.queries import (
    Block,
    Code,
    Function,
    functions_of,
    variables_of,
)
from ontschot.protocol.documents.uploads import HelperName, Sigma

MANIFEST = "manifest"
CONSENT = "consent"
AGREE = "agree"
COMMIT = "commit"
ABORT = "abort"

Reason = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,62}$")]
"""A stable error code of ``ontschot.protocol.errors``."""


NoiseMode: TypeAlias = Literal["helpers", "nodes"]
"""Who adds the noise of an answer: each helper, or the listed nodes, when they uploaded."""


class Gate(Document):
    """The gate of one variable or code: its ring Z_N, N = 2^ring_bits, and its batch of keys."""

    ring_bits: Annotated[int, Field(ge=1, le=31)]
    batch: Hash


class Part(Document):
    """One variable of a release: the listed uploads, and the gate that they go through, if any."""

    variable: Identifier
    gate: Gate | None
    uploads: Annotated[list[Hash], Field(min_length=1, max_length=1000)]

    @model_validator(mode="after")
    def _sorted(self) -> Self:
        if self.uploads != sorted(set(self.uploads)):
            msg = "uploads must be sorted and distinct"
            raise ValueError(msg)
        return self

    def require_gate(self) -> Gate:
        """Return the gate of a part that has one.

        Raises:
            ValueError: a part of a sum.
        """
        if self.gate is None:
            msg = "a sum has no gate"
            raise ValueError(msg)
        return self.gate


class Chain(Document):
    """One code of a release, and the second gate that it goes through."""

    code: Code
    gate: Gate

    @model_validator(mode="after")
    def _ring_holds_the_code(self) -> Self:
        if self.gate.ring_bits != self.code.ring_bits:
            msg = "the ring of a code follows from its weights"
            raise ValueError(msg)
        return self


class NoisedUpload(Document):
    """A listed upload whose node added noise itself, as its envelope says."""

    upload: Hash
    sigma: Sigma
    rho: Decimal


class Manifest(Document):
    """What exactly is released, over which uploads, with which noise, by when.

    ``kind`` ``gate`` answers the approved ``query`` through gates, ``sum`` by adding up cells;
    ``admit`` checks one upload's range through a gate and has no query. ``nodes`` are the
    participants whose uploads are listed. ``chains`` are the codes of the query, in its order.
    ``noised`` names each listed upload whose node added
    noise itself; ``noise`` is ``nodes`` where all did, with enough, and helpers add none.
    """

    v: Literal[1] = 1
    type: Literal["manifest"] = "manifest"
    kind: Literal["gate", "sum", "admit"]
    release_id: Identifier
    attempt: Annotated[int, Field(ge=1, le=1000)]
    query: Hash | None
    round: Hash
    universe: Hash
    roster_serial: Annotated[int, Field(ge=1)]
    roster_hash: Hash
    nodes: Annotated[list[Identifier], Field(min_length=1, max_length=1000)]
    parts: Annotated[list[Part], Field(min_length=1, max_length=16)]
    chains: Annotated[list[Chain], Field(max_length=16)] = Field(default_factory=list)
    blocks: Annotated[list[Block], Field(min_length=1, max_length=64)]
    noise: NoiseMode = "helpers"
    noised: Annotated[list[NoisedUpload], Field(max_length=16_000)] = Field(default_factory=list)
    expiry: Moment

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.kind == "admit") != (self.query is None):
            msg = "a release answers a query, an admission none"
            raise ValueError(msg)
        if any((part.gate is None) != (self.kind == "sum") for part in self.parts):
            msg = "every part has a gate, or in a sum none"
            raise ValueError(msg)
        if any((block.statistic == "sum") != (self.kind == "sum") for block in self.blocks):
            msg = "a sum has sums over cells, and only it"
            raise ValueError(msg)
        if self.chains and self.kind != "gate":
            msg = "only an answer through gates has codes"
            raise ValueError(msg)
        if self.nodes != sorted(set(self.nodes)):
            msg = "nodes must be sorted and distinct"
            raise ValueError(msg)
        names = [part.variable for part in self.parts]
        if tuple(names) != variables_of(self.blocks, self.codes):
            msg = "one part for each variable of the blocks and codes, sorted"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _noise_is_of_cells(self) -> Self:
        noised = [item.upload for item in self.noised]
        if noised != sorted(set(noised)) or not set(noised) <= set(self.uploads):
            msg = "noised uploads are listed ones, sorted and distinct"
            raise ValueError(msg)
        if self.kind != "sum" and (noised or self.noise == "nodes"):
            msg = "what nodes added noise to goes through no gate"
            raise ValueError(msg)
        if self.noise == "nodes" and set(noised) != set(self.uploads):
            msg = "nodes add the noise only where all do"
            raise ValueError(msg)
        return self

    @property
    def codes(self) -> list[Code]:
        """The codes, in the query's order."""
        return [chain.code for chain in self.chains]

    @property
    def gates(self) -> tuple[Gate, ...]:
        """Every gate: of the parts and then of the chains, in their order."""
        first = [part.gate for part in self.parts if part.gate is not None]
        return (*first, *(chain.gate for chain in self.chains))

    def blocks_of(self, name: str) -> tuple[Block, ...]:
        """Return the blocks over one variable or code, in their order."""
        return tuple(block for block in self.blocks if block.variable == name)

    def functions_of(self, name: str) -> tuple[Function, ...]:
        """Return what is computed of one variable or code, in its fixed order."""
        return functions_of(self.blocks, self.codes, name)

    @property
    def uploads(self) -> tuple[str, ...]:
        """All listed uploads, of every variable, sorted."""
        return tuple(sorted(upload for part in self.parts for upload in part.uploads))


class Consent(Document):
    """A node takes part in exactly this manifest with exactly these uploads."""

    v: Literal[1] = 1
    type: Literal["consent"] = "consent"
    node: Identifier
    manifest: Hash
    roster: Hash
    envelopes: Annotated[list[Hash], Field(min_length=1, max_length=16)]
    ledger: Head


class Refused(Document):
    """A party does not take part: in what, and why, as a code. Never a value."""

    v: Literal[1] = 1
    type: Literal["refused"] = "refused"
    subject: Hash
    letter: Identifier
    code: Reason


class Accepted(Document):
    """A provider will take part in a question; what binds it is its consent to each release."""

    v: Literal[1] = 1
    type: Literal["accepted"] = "accepted"
    subject: Hash


class Agree(Document):
    """A helper checked everything, reserved the price, and bound its batches (step 3).

    ``bindings`` are those of the manifest's gates, in the order of ``Manifest.gates``.
    """

    v: Literal[1] = 1
    type: Literal["agree"] = "agree"
    helper: HelperName
    manifest: Hash
    bindings: list[Hash]
    secret_commitment: Hash
    ledger: Head


class Prepare(Document):
    """Sealed to the peer: the secret behind the commitment, and the head of the peer's ledger.

    Naming the peer's head witnesses its binding of the batches, before anything is opened.
    """

    v: Literal[1] = 1
    type: Literal["prepare"] = "prepare"
    helper: HelperName
    manifest: Hash
    secret: Hash = Field(repr=False)
    witnessed: Head


class Commit(Document):
    """Charge and noised output are on disk; from here on only these bytes are ever sent."""

    v: Literal[1] = 1
    type: Literal["commit"] = "commit"
    helper: HelperName
    manifest: Hash
    output: Hash
    ledger: Head


class Abort(Document):
    """A helper will never commit this manifest."""

    v: Literal[1] = 1
    type: Literal["abort"] = "abort"
    helper: HelperName
    manifest: Hash
    code: Reason
    ledger: Head
