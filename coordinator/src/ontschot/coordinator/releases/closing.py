# SPDX-License-Identifier: EUPL-1.2
"""The end of a round: nothing more is asked of it, and the helpers erase what they hold."""

from sqlalchemy import Connection, func, select, update

from ontschot.coordinator.mail.desk import Desk
from ontschot.coordinator.queries import service as queries
from ontschot.coordinator.releases import person_keys
from ontschot.coordinator.releases.hearing import ForeignWord
from ontschot.coordinator.releases.schema import erasures, uploads
from ontschot.coordinator.rounds import service as rounds
from ontschot.protocol.documents.rounds import RoundClosed
from ontschot.protocol.documents.uploads import ERASED, Erased
from ontschot.protocol.letters import Letter
from ontschot.protocol.signed import SignedDocument

CLOSED = "round-closed"


def close_round(desk: Desk, round_hash: str) -> None:
    """Close a round: its open questions fail, and both helpers are told to erase its halves.

    Providers are told to erase its key for persons. Answers that were published stay. Closing twice
    asks all of them once more.

    Raises:
        UnknownRound: no such round.
    """
    rounds.close(desk, round_hash)
    for asked in queries.open_questions(desk.connection):
        if asked.query.round == round_hash:
            queries.set_state(desk, asked.digest, "failed", CLOSED)
    desk.connection.execute(
        update(uploads).where(uploads.c.round == round_hash).values(state="closed")
    )
    message = RoundClosed(round=round_hash)
    person_keys.forget(desk.connection, round_hash)
    for party in (*desk.roster.helpers(), *desk.roster.providers()):
        desk.send(party.id, message.type, round_hash, message.to_bytes())


def erased_by(connection: Connection, round_hash: str) -> dict[str, int]:
    """Return of how many providers each helper has signed that it erased the halves."""
    rows = connection.execute(
        select(erasures.c.helper, func.count())
        .where(erasures.c.round == round_hash)
        .group_by(erasures.c.helper)
    )
    return {row[0]: row[1] for row in rows}


def take_erasure(desk: Desk, letter: Letter) -> None:
    """Keep a helper's signed receipt that it erased a node's halves.

    Raises:
        ForeignWord: not signed by the helper.
    """
    signed = SignedDocument.from_bytes(letter.payload)
    receipt = Erased.parse(signed.payload)
    helper = desk.roster.helpers()["AB".index(receipt.helper)]
    if not signed.signers(ERASED, {helper.signing_key.text: helper.id}):
        raise ForeignWord("not signed by the helper")
    row = {"round": receipt.round, "helper": helper.id, "node": receipt.node}
    known = select(erasures.c.node).filter_by(**row)
    if desk.connection.execute(known).first() is None:
        desk.connection.execute(erasures.insert().values(row | {"document": letter.payload}))
