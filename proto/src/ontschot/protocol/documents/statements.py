# SPDX-License-Identifier: EUPL-1.2
"""Statements: signed documents that carry the head of their writer's ledger (section 7).

A peer keeps the latest statement of each participant. It proves, to the participant itself and to
anyone else, how far that ledger had come: an older copy of it, put back, is found out.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

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

Statement: TypeAlias = Envelope | Consent | Agree | Commit | Abort

STATEMENTS: Final[Mapping[str, type[Statement]]] = MappingProxyType(
    {ENVELOPE: Envelope, CONSENT: Consent, AGREE: Agree, COMMIT: Commit, ABORT: Abort}
)
"""By kind of signature."""


def same_but_for_the_head(one: Statement, other: Statement) -> bool:
    """Return whether two statements say the same, whenever each was written.

    A statement that is sent again carries the head of that moment: an older one would look like an
    older ledger.
    """
    unmoved = {"ledger"}
    return type(one) is type(other) and one.model_dump(exclude=unmoved) == other.model_dump(
        exclude=unmoved
    )
