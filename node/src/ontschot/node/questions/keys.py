# SPDX-License-Identifier: EUPL-1.2
"""What a release answers, whatever it is called: the key of stored answers (protocol section 4)."""

from ontschot.node.ledger.model import AnswerKey
from ontschot.protocol.documents.releases import Manifest


def answer_key(manifest: Manifest) -> AnswerKey:
    """Return (query, round, list of uploads); an admission, which has no query, goes by its kind.

    Neither the name of a release nor its attempt is part of it, and the list is sorted.
    """
    return AnswerKey.of(manifest.query or manifest.kind, manifest.round, manifest.uploads)
