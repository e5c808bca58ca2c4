# SPDX-License-Identifier: EUPL-1.2
"""The letter that answers a letter which was refused."""

from ontschot.protocol.errors import OntschotError
from ontschot.protocol.letters.model import REFUSAL, Letter, RefusalNotice

MAX_DETAIL = 500
"""Characters of an error's detail that travel."""


def refusal_notice(letter: Letter, error: OntschotError) -> bytes | None:
    """Return the payload of the refusal of ``letter``; None when no refusal may be sent.

    A refusal is never refused in its turn: two parties would go on for ever.
    """
    if letter.type == REFUSAL:
        return None
    return RefusalNotice(
        letter=letter.type, seq=letter.seq, code=error.code, detail=error.detail[:MAX_DETAIL]
    ).to_bytes()
