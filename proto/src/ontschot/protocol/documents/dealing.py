# SPDX-License-Identifier: EUPL-1.2
"""Dealing: one-time gate keys, and the audit by cut and choose (section 5).

coordinator  -> dealer        Deal
dealer       -> both helpers  Offer        (hashes of the parts of s candidates)
helper      <-> helper        TossCommit, TossReveal (sealed), or TossLost
helper       -> dealer        Choice       (both nonces; the first word counts)
dealer       -> each helper   Delivery     (seeds of all others, own part of the chosen one)
helper       -> coordinator   BatchReady (the dealer gets it too: it need not send it again)
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from ontschot.protocol.documents.base import Document, Hash, Identifier
from ontschot.protocol.documents.uploads import HelperName

Nonce = Hash
"""32 random bytes in hexadecimal."""


class Deal(Document):
    """The coordinator asks for one audited batch."""

    v: Literal[1] = 1
    type: Literal["deal"] = "deal"
    set_id: Hash
    spec: dict[str, Any]


class Offer(Document):
    """The dealer's promise: the hashes of both parts of each candidate, before the toss."""

    v: Literal[1] = 1
    type: Literal["offer"] = "offer"
    set_id: Hash
    spec: dict[str, Any]
    candidates: Annotated[list[tuple[Hash, Hash]], Field(min_length=2, max_length=1024)]


class TossCommit(Document):
    """A helper's commitment to its nonce, bound to the offer that it saw."""

    v: Literal[1] = 1
    type: Literal["toss-commit"] = "toss-commit"
    set_id: Hash
    offer: Hash
    commitment: Hash


class TossReveal(Document):
    """A helper's nonce, sent only when the other's commitment is there, sealed to the other."""

    v: Literal[1] = 1
    type: Literal["toss-reveal"] = "toss-reveal"
    set_id: Hash
    nonce: Annotated[Nonce, Field(repr=False)]


class TossLost(Document):
    """A helper lost its part of a toss with its state: this set will never be used."""

    v: Literal[1] = 1
    type: Literal["toss-lost"] = "toss-lost"
    set_id: Hash


class Choice(Document):
    """Both nonces, as one helper saw them; the dealer delivers on the first that it gets."""

    v: Literal[1] = 1
    type: Literal["choice"] = "choice"
    set_id: Hash
    offer: Hash
    nonce_a: Nonce
    nonce_b: Nonce


class Delivery(Document):
    """The seeds of every candidate but the chosen one, whose part comes sealed beside this.

    ``seeds`` has an empty text in the place of the chosen candidate.
    """

    v: Literal[1] = 1
    type: Literal["delivery"] = "delivery"
    set_id: Hash
    chosen: Annotated[int, Field(ge=0, le=1023)]
    seeds: Annotated[list[Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]], Field(repr=False)]


class BatchReady(Document):
    """A helper derived all other candidates anew and found them right.

    To the coordinator it also says that the helper keeps the chosen part.
    """

    v: Literal[1] = 1
    type: Literal["batch-ready"] = "batch-ready"
    set_id: Hash
    spec: Hash
    helper: HelperName


class DealerCaught(Document):
    """A helper found a candidate that is not what its seed derives: the dealer cheats or is broken.

    The offer and the delivery that prove it are kept by the helper.
    """

    v: Literal[1] = 1
    type: Literal["dealer-caught"] = "dealer-caught"
    set_id: Hash
    helper: HelperName
    dealer: Identifier
    candidate: Annotated[int, Field(ge=0, le=1023)]
