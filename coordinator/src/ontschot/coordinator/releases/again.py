# SPDX-License-Identifier: EUPL-1.2
"""A published question once more, over a longer list of providers (protocol section 4, list rules).

The second list must hold the first and three organisations more; nodes and helpers check that, and
take the full price again. There is no third list: each list more would tell more about who joined.
"""

from datetime import timedelta

from sqlalchemy import func, select, update

from ontschot.coordinator.mail.desk import Desk
from ontschot.coordinator.queries import service as queries
from ontschot.coordinator.queries.schema import participations
from ontschot.coordinator.queries.schema import queries as query_table
from ontschot.coordinator.queries.service import Asked
from ontschot.coordinator.releases.schema import releases
from ontschot.coordinator.rounds import service as rounds
from ontschot.protocol.catalogue.approval import require_approved
from ontschot.protocol.clock import to_text
from ontschot.protocol.errors import Refusal
from ontschot.protocol.language import Text
from ontschot.protocol.release.lists import MOST_LISTS
from ontschot.protocol.signed import SignedDocument


class NotPublished(Refusal):
    """Only an answered question can be answered again, over a longer list of providers."""

    code = "question-not-published"
    title = Text("Deze vraag heeft nog geen antwoord", "This question has no answer yet")
    remedy = Text("Wacht op het eerste antwoord.", "Wait for the first answer.")
    http_status = 409


class NoMoreLists(Refusal):
    """A question has been answered over as many lists of providers as it may."""

    code = "no-more-lists"
    title = Text(
        "Deze vraag is al twee keer beantwoord", "This question was answered twice already"
    )
    remedy = Text(
        "Vaker mag niet: dan lekt uit wie erbij kwam. Wacht op de volgende meetronde.",
        "More is not allowed: it would leak who joined. Wait for the next round.",
    )
    http_status = 409


def ask_second_list(desk: Desk, digest: str, patience: timedelta = timedelta(0)) -> list[str]:
    """Answer a question once more, now that more providers take part, at the full price.

    Providers that the roster lists since are asked now; ``patience`` is how long to wait for those.

    Returns:
        The providers that were asked just now.

    Raises:
        NotPublished: it has no answer yet, or is being answered.
        NoMoreLists: it has two answers.
        RoundClosed, NotApproved, NotValidNow: why it may not be asked any more.
    """
    asked = queries.find(desk.connection, digest)
    if asked is None or asked.state != "published":
        raise NotPublished(digest[:12])
    signed = queries.signed(desk.connection, digest)
    require_approved(signed, desk.roster, desk.now)
    rounds.require_open(desk.connection, asked.query.round)
    if _answered(desk, digest) >= MOST_LISTS:
        raise NoMoreLists(digest[:12])
    joined = _ask_who_joined(desk, asked, signed)
    if joined:
        desk.connection.execute(
            update(query_table)
            .where(query_table.c.hash == digest)
            .values(deadline=to_text(desk.now + patience))
        )
    queries.set_state(desk, digest, "asking")
    return joined


def _answered(desk: Desk, digest: str) -> int:
    return desk.connection.execute(
        select(func.count()).where(
            releases.c.query == digest, releases.c.state.in_(("done", "implausible"))
        )
    ).scalar_one()


def _ask_who_joined(desk: Desk, asked: Asked, signed: SignedDocument) -> list[str]:
    known = queries.participation(desk.connection, asked.digest)
    joined = [node.id for node in desk.roster.providers() if node.id not in known]
    rounds.deliver(desk, asked.query.round, joined)
    for name in joined:
        desk.send(name, "question", asked.digest, signed.to_bytes())
        desk.connection.execute(
            participations.insert().values(query=asked.digest, node=name, state="asked")
        )
    return joined
