# SPDX-License-Identifier: EUPL-1.2
"""Rebuilding a closed ledger: what peers hold of it, and what the anchors sign (section 7)."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from ontschot.protocol.documents.base import Decimal, Document, Hash, Head, Identifier

PEER_VIEW = "peer-view"
LEDGER_REBUILD = "ledger-rebuild"
"""Kinds of signatures: of the peer, and of the anchors."""

MOST_HEADS = 2000
"""Heads in one peer's view; the newest."""

SignedText = Annotated[str, StringConstraints(min_length=1, max_length=400_000)]
"""A signed document, as the text of its canonical JSON."""


class SpentAccount(Document):
    """The most that may have been spent of one account, in units of 1e-12 rho."""

    unit: Literal["household", "person"]
    year: Annotated[int, Field(ge=2000, le=2200)]
    cap: Decimal
    spent: Decimal


class PeerView(Document):
    """What ``holder`` knows of the ledger of ``about``; signed by the holder.

    ``heads`` are those that ``about`` showed in statements. ``accounts`` are, where the holder is a
    helper, upper bounds of what ``about`` can have spent: a helper charges every release of the
    federation, whoever is listed in it.
    """

    v: Literal[1] = 1
    type: Literal["peer-view"] = "peer-view"
    federation: Identifier
    roster: Hash
    holder: Identifier
    about: Identifier
    heads: Annotated[list[Head], Field(max_length=MOST_HEADS)]
    accounts: Annotated[list[SpentAccount], Field(max_length=500)]


class LedgerRebuild(Document):
    """What a closed ledger starts again from; signed by the anchors' quorum.

    ``closed`` is the head of the closed ledger; ``views`` are the signed views of its peers, from
    which ``heads`` and ``accounts`` follow.
    """

    v: Literal[1] = 1
    type: Literal["ledger-rebuild"] = "ledger-rebuild"
    federation: Identifier
    roster: Hash
    participant: Identifier
    closed: Head
    views: Annotated[list[SignedText], Field(min_length=1, max_length=200)]
    heads: Annotated[list[Head], Field(max_length=50_000)]
    accounts: Annotated[list[SpentAccount], Field(max_length=500)]
