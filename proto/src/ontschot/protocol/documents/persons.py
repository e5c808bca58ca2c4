# SPDX-License-Identifier: EUPL-1.2
"""How providers come to one key for persons in a round (section 8): commit, reveal, check.

The coordinator carries all of this and can read none of the contributions: those are sealed from
node to node. What it can do is to hold letters back, or to show two nodes two sets; then their keys
differ, and no node takes part in an answer with a node whose key differs (``KeyCheck``).
"""

from typing import Annotated, Final, Literal, Self, TypeAlias

from pydantic import Field, StringConstraints, model_validator

from ontschot.protocol.documents.base import Document, Hash, Identifier

KEY_COMMIT: Final = "key-commit"
KEY_CHECK: Final = "key-check"

SignedText: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,16384}$")]
"""A signed document in base64url."""


Proof: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{128}$")]
"""An Ed25519 signature in hexadecimal."""


class KeyCommit(Document):
    """A node promises a contribution to the key of a round; signed by the node."""

    v: Literal[1] = 1
    type: Literal["key-commit"] = "key-commit"
    round: Hash
    node: Identifier
    commitment: Hash


class KeySet(Document):
    """Whose contributions make the key of a round: signed KeyCommits, by node.

    Its digest names the set. It is fixed once, by the coordinator, before anything is revealed.
    """

    v: Literal[1] = 1
    type: Literal["key-set"] = "key-set"
    round: Hash
    commits: Annotated[list[SignedText], Field(min_length=3, max_length=32)]


class KeyAsked(Document):
    """A node that has no key asks one that may have it."""

    v: Literal[1] = 1
    type: Literal["key-asked"] = "key-asked"
    round: Hash
    set: Hash


class Contribution(Document):
    """32 bytes of one node, in hexadecimal. Secret: shown by nothing but this document's bytes."""

    node: Identifier
    value: Hash = Field(repr=False)


class KeyShare(Document):
    """Contributions to a key, sealed from node to node: one's own, or all of a key that one has."""

    v: Literal[1] = 1
    type: Literal["key-share"] = "key-share"
    round: Hash
    set: Hash
    contributions: Annotated[list[Contribution], Field(min_length=1, max_length=32, repr=False)]

    @model_validator(mode="after")
    def _sorted(self) -> Self:
        names = [item.node for item in self.contributions]
        if names != sorted(set(names)):
            msg = "contributions must be sorted by node and distinct"
            raise ValueError(msg)
        return self


class KeyCheck(Document):
    """Which key a node has; signed by the node.

    ``check`` is the public half of a pair that follows from the key; ``proof`` a signature with the
    other half over round, set and node. So a node that has no key cannot show that of another.
    """

    v: Literal[1] = 1
    type: Literal["key-check"] = "key-check"
    round: Hash
    node: Identifier
    set: Hash
    check: Hash
    proof: Proof


class KeyChecks(Document):
    """The signed KeyChecks of the nodes that a manifest lists; each node compares them itself."""

    v: Literal[1] = 1
    type: Literal["key-checks"] = "key-checks"
    round: Hash
    checks: Annotated[list[SignedText], Field(min_length=1, max_length=1000)]
