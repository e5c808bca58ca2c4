# SPDX-License-Identifier: EUPL-1.2
"""Statements: signed documents that carry the head of their writer's ledger (section 7).

A peer keeps the latest statement of each participant. It proves, to the participant itself and to
anyone else, how far that ledger had come: an older copy of it, put back, is found out.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, Self, TypeAlias

from pydantic import model_validator

from ontschot.protocol.documents.base import Document
from ontschot.protocol.documents.releases import (
    ABORT,
    AGREE,
    COMMIT,
    CONSENT,
    Abort,
    Agree,
    Commit,
    Consent,
)
from ontschot.protocol.documents.uploads import ENVELOPE, Envelope
from ontschot.protocol.keys import from_base64url, to_base64url

Statement: TypeAlias = Envelope | Consent | Agree | Commit | Abort

STATEMENTS: Final[Mapping[str, type[Statement]]] = MappingProxyType(
    {ENVELOPE: Envelope, CONSENT: Consent, AGREE: Agree, COMMIT: Commit, ABORT: Abort}
)
"""By kind of signature."""


class Heads(Document):
    """What a peer holds of the one it writes to: its latest statement as it was signed, or none.

    ``statement`` is the signed document in base64url, ``kind`` the kind of its signature.
    """

    v: Literal[1] = 1
    type: Literal["heads"] = "heads"
    kind: Literal["envelope", "consent", "agree", "commit", "abort"] | None
    statement: str | None

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if (self.kind is None) != (self.statement is None):
            msg = "a statement has a kind"
            raise ValueError(msg)
        return self

    @classmethod
    def of(cls, kind: str | None, signed: bytes | None) -> Self:
        """Return what says that ``signed`` is held; both None: nothing is.

        Raises:
            ValidationError: not a kind of statement, or only one of the two.
        """
        return cls.model_validate(
            {"kind": kind, "statement": None if signed is None else to_base64url(signed)}
        )

    def signed(self) -> bytes | None:
        """Return the bytes of the signed statement, or None.

        Raises:
            MalformedMessage: not base64url.
        """
        return None if self.statement is None else from_base64url(self.statement)


def same_but_for_the_head(one: Statement, other: Statement) -> bool:
    """Return whether two statements say the same, whenever each was written.

    A statement that is sent again carries the head of that moment: an older one would look like an
    older ledger.
    """
    unmoved = {"ledger"}
    return type(one) is type(other) and one.model_dump(exclude=unmoved) == other.model_dump(
        exclude=unmoved
    )
