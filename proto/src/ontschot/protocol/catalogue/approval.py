# SPDX-License-Identifier: EUPL-1.2
"""Is this question approved? Verified by every node and helper, against the pinned roster."""

from datetime import datetime

from ontschot.protocol.clock import to_text
from ontschot.protocol.documents.queries import QUERY, Query
from ontschot.protocol.errors import Refusal
from ontschot.protocol.language import Text
from ontschot.protocol.roster.model import Roster
from ontschot.protocol.signed import SignedDocument


class NotApproved(Refusal):
    """Too few valid approvals, or not by the roles that the roster asks for."""

    code = "not-approved"
    title = Text("Deze vraag is niet goedgekeurd", "This question has not been approved")
    remedy = Text(
        "Vraag de goedkeurders om hun handtekening. Het rooster zegt wie dat zijn.",
        "Ask the approvers for their signature. The roster says who they are.",
    )


class NotValidNow(Refusal):
    """The question's period of validity has not begun, or is over."""

    code = "question-not-valid-now"
    title = Text("Deze vraag geldt nu niet", "This question is not valid now")
    remedy = Text(
        "Laat de vraag opnieuw goedkeuren voor een nieuwe periode.",
        "Have the question approved again for a new period.",
    )


def require_approved(signed: SignedDocument, roster: Roster, now: datetime) -> Query:
    """Return the query, if the roster's quorum of approvers signed its very bytes.

    The requester's own organisation may approve in its role; nobody counts twice.

    Raises:
        NotApproved: too few approvers, or a role is missing.
        NotValidNow: outside the period of validity.
        BadSignature: a signature does not fit.
        MalformedMessage: not a query.
    """
    query = Query.parse(signed.payload)
    if query.federation != roster.federation:
        raise NotApproved("another federation")
    approvers = signed.signers(QUERY, {approver.key: approver for approver in roster.approvers})
    rule = roster.parameters.approvals
    if len({approver.id for approver in approvers}) < rule.minimum:
        raise NotApproved(f"{len(approvers)} of {rule.minimum}")
    missing = set(rule.roles) - {approver.role for approver in approvers}
    if missing:
        raise NotApproved(", ".join(sorted(missing)))
    if not query.not_before <= to_text(now) <= query.not_after:
        raise NotValidNow(f"{query.not_before} .. {query.not_after}")
    return query
