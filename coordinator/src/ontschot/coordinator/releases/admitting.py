# SPDX-License-Identifier: EUPL-1.2
"""Uploads on their way in: sent, held by both helpers, checked, admitted."""

from dataclasses import dataclass

from sqlalchemy import select, update

from ontschot.coordinator.mail.desk import Desk
from ontschot.coordinator.releases.manifests import (
    Check,
    admission_id,
    check_of,
    propose_admission,
    tried_enough,
)
from ontschot.coordinator.releases.schema import upload_noises, uploads
from ontschot.coordinator.releases.stock import Stock
from ontschot.coordinator.rounds import service as rounds
from ontschot.protocol.documents.uploads import ENVELOPE, RECEIPT, Envelope, Receipt, Withdrawal
from ontschot.protocol.errors import Refusal
from ontschot.protocol.language import Text
from ontschot.protocol.letters import Letter
from ontschot.protocol.privacy.units import parse_sigma
from ontschot.protocol.signed import SignedDocument


class ForeignUpload(Refusal):
    """An envelope or receipt that its sender did not sign."""

    code = "foreign-upload"
    title = Text("Deze inzending is niet van de afzender", "This upload is not the sender's")
    remedy = Text("Stuur de eigen inzending.", "Send your own upload.")


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload as the coordinator knows it."""

    envelope: str
    node: str
    round: str
    variable: str
    state: str


def uploaded(desk: Desk, letter: Letter) -> None:
    """A node says that it uploaded.

    Raises:
        ForeignUpload: the envelope is not the sender's.
    """
    signed = SignedDocument.from_bytes(letter.payload)
    envelope = Envelope.parse(signed.payload)
    node = desk.roster.participant(letter.sender)
    if envelope.node != node.id or not signed.signers(ENVELOPE, {node.signing_key.text: node.id}):
        raise ForeignUpload(letter.sender)
    rounds.require(desk.connection, envelope.round)
    _ensure(desk, signed.digest, envelope.node, envelope.round, envelope.variable)


def receipt(desk: Desk, letter: Letter) -> bool:
    """A helper holds its half; with both receipts the upload is held, and cells are admitted.

    Returns:
        Whether it is so since this letter.

    Raises:
        ForeignUpload: the receipt is not the helper's, or of a variable that the round lacks.
        MalformedParameter: noise that is none.
    """
    signed = SignedDocument.from_bytes(letter.payload)
    message = Receipt.parse(signed.payload)
    helper = desk.roster.helpers()[0 if message.helper == "A" else 1]
    if letter.sender != helper.id or not signed.signers(
        RECEIPT, {helper.signing_key.text: helper.id}
    ):
        raise ForeignUpload(letter.sender)
    # A receipt may overtake the node's own word: they come from different senders.
    _ensure(desk, message.envelope, message.node, message.round, message.variable)
    _keep_noise(desk, message)
    column = "receipt_a" if message.helper == "A" else "receipt_b"
    where = uploads.c.envelope == message.envelope
    desk.connection.execute(update(uploads).where(where).values({column: True}))
    done = desk.connection.execute(
        update(uploads)
        .where(where, uploads.c.receipt_a, uploads.c.receipt_b, uploads.c.state == "sent")
        .values(state="admitted" if _has_cells(desk, message) else "held")
    )
    return done.rowcount > 0


def withdrawn(desk: Desk, letter: Letter) -> None:
    """A node takes an upload back."""
    message = Withdrawal.parse(letter.payload)
    desk.connection.execute(
        update(uploads)
        .where(uploads.c.envelope == message.envelope, uploads.c.node == letter.sender)
        .values(state="withdrawn")
    )


def admit_held(desk: Desk, stock: Stock) -> None:
    """Propose the admission of every held upload for which a batch is ready.

    One that helpers refused again and again is rejected: its provider must upload anew.
    """
    held = in_state(desk, "held")
    given_up = tried_enough(desk, "admit") if held else set()
    checks: dict[tuple[str, str], Check] = {}
    for upload in held:
        if admission_id(upload.envelope) in given_up:
            set_state(desk, upload.envelope, "rejected")
            continue
        about = upload.round, upload.variable
        if about not in checks:
            round_ = rounds.require(desk.connection, upload.round)
            checks[about] = check_of(desk, round_, upload.variable)
        if propose_admission(desk, stock, checks[about], upload.envelope, upload.node):
            set_state(desk, upload.envelope, "admitting")


def set_state(desk: Desk, envelope: str, state: str) -> None:
    """Write how an upload stands; one that was taken back, or whose round ended, stays so."""
    desk.connection.execute(
        update(uploads)
        .where(uploads.c.envelope == envelope, uploads.c.state.not_in(("withdrawn", "closed")))
        .values(state=state)
    )


def in_state(desk: Desk, state: str) -> list[Upload]:
    """Return the uploads in one state, by envelope."""
    rows = desk.connection.execute(
        select(uploads).where(uploads.c.state == state).order_by(uploads.c.envelope)
    )
    return [Upload(r.envelope, r.node, r.round, r.variable, r.state) for r in rows]


def of_round(desk: Desk, round_hash: str) -> dict[tuple[str, str], Upload]:
    """Return the live uploads of a round, by node and variable."""
    rows = desk.connection.execute(
        select(uploads).where(
            uploads.c.round == round_hash,
            uploads.c.state.not_in(("withdrawn", "rejected", "closed")),
        )
    )
    return {
        (r.node, r.variable): Upload(r.envelope, r.node, r.round, r.variable, r.state) for r in rows
    }


def _has_cells(desk: Desk, message: Receipt) -> bool:
    round_ = rounds.require(desk.connection, message.round)
    try:
        return round_.variable(message.variable).cells is not None
    except KeyError as error:
        raise ForeignUpload(message.helper) from error


def _keep_noise(desk: Desk, message: Receipt) -> None:
    if message.noise is None:
        return
    parse_sigma(message.noise.sigma)
    known = select(upload_noises.c.envelope).where(upload_noises.c.envelope == message.envelope)
    if desk.connection.execute(known).first() is None:
        row = {"sigma": message.noise.sigma, "rho": message.noise.rho}
        desk.connection.execute(upload_noises.insert().values(row | {"envelope": message.envelope}))


def _ensure(desk: Desk, envelope: str, node: str, round_hash: str, variable: str) -> None:
    known = select(uploads.c.envelope).where(uploads.c.envelope == envelope)
    if desk.connection.execute(known).first() is None:
        desk.connection.execute(
            uploads.insert().values(
                envelope=envelope, node=node, round=round_hash, variable=variable, state="sent"
            )
        )
