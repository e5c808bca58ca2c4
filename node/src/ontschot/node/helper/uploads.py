# SPDX-License-Identifier: EUPL-1.2
"""A helper receives its half of an upload (protocol section 3)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select, update

from ontschot.node.helper import schema
from ontschot.node.helper.errors import UploadRefused
from ontschot.node.helper.identity import my_name
from ontschot.node.ledger import heads
from ontschot.node.mailroom.desk import Desk
from ontschot.node.public_inputs.store import require_round
from ontschot.protocol.canonical import sha256
from ontschot.protocol.documents.rounds import Round
from ontschot.protocol.documents.uploads import ENVELOPE, RECEIPT, Envelope, Receipt, Withdrawal
from ontschot.protocol.letters.model import Letter
from ontschot.protocol.release.sealing import upload_context
from ontschot.protocol.sharing import SEED_BYTES, decode_share, expand
from ontschot.protocol.signed import SignedDocument


@dataclass(frozen=True, slots=True)
class HeldUpload:
    """An upload that this helper holds one half of."""

    envelope_hash: str
    envelope: Envelope
    status: str


def receive_upload(desk: Desk, letter: Letter) -> None:
    """Check an upload, keep the opened half, and sign a receipt.

    Raises:
        UploadRefused: not by this node, another half, another round, or a live upload exists.
        CannotOpen: the box was not sealed to this helper in this context.
        MalformedShare: not a seed, or not a share of the universe's length.
    """
    signed, envelope = _verified(desk, letter)
    round_ = require_round(desk, envelope.round)
    _require_fit(desk, envelope, round_)
    desk.keep(_open_half(desk, letter, envelope), _file(signed.digest))
    desk.connection.execute(
        schema.uploads.insert().values(
            envelope=signed.digest,
            node=envelope.node,
            round=envelope.round,
            variable=envelope.variable,
            generation=envelope.generation,
            slots=envelope.slots,
            document=signed.to_bytes(),
            status="held",
        )
    )
    heads.note(desk.connection, envelope.node, envelope.ledger)
    receipt = Receipt(
        helper=my_name(desk),
        node=envelope.node,
        round=envelope.round,
        variable=envelope.variable,
        envelope=signed.digest,
    )
    proof = SignedDocument(receipt.to_bytes()).add_signature(RECEIPT, desk.keys.signing)
    for recipient in (envelope.node, desk.roster.coordinator().id):
        desk.send(recipient, RECEIPT, signed.digest, proof.to_bytes())


def withdraw_upload(desk: Desk, letter: Letter) -> None:
    """Take an upload out: it can be listed no more, and its half is erased."""
    withdrawal = Withdrawal.parse(letter.payload)
    held = find(desk.connection, withdrawal.envelope)
    if held is None or held.envelope.node != letter.sender or withdrawal.node != letter.sender:
        raise UploadRefused("not an upload of the sender")
    set_status(desk.connection, withdrawal.envelope, "withdrawn")
    desk.discard(_file(withdrawal.envelope))


def find(connection: Connection, envelope_hash: str) -> HeldUpload | None:
    """Return the upload with this envelope, if this helper ever received it."""
    row = connection.execute(
        select(schema.uploads).where(schema.uploads.c.envelope == envelope_hash)
    ).first()
    if row is None:
        return None
    envelope = Envelope.parse(SignedDocument.from_bytes(row.document).payload)
    return HeldUpload(row.envelope, envelope, row.status)


def set_status(connection: Connection, envelope_hash: str, status: str) -> None:
    """Set the status of an upload: admitted, rejected or withdrawn."""
    connection.execute(
        update(schema.uploads)
        .where(schema.uploads.c.envelope == envelope_hash)
        .values(status=status)
    )


def require(connection: Connection, envelope_hash: str) -> HeldUpload:
    """Return an upload that this helper must hold.

    Raises:
        UploadRefused: it does not.
    """
    held = find(connection, envelope_hash)
    if held is None:
        raise UploadRefused("not held here")
    return held


def half_vector(desk: Desk, held: HeldUpload) -> NDArray[np.uint32]:
    """Return this helper's share (uint32[slots]) of an upload, in quanta modulo 2^32."""
    path = desk.kept(_file(held.envelope_hash))
    if path is None:
        raise UploadRefused("its half was erased")
    data = path.read_bytes()
    if held.envelope.seed_at == my_name(desk):
        return expand(data, held.envelope.slots)
    return decode_share(data, held.envelope.slots)


def _file(envelope_hash: str) -> str:
    return f"half/{envelope_hash}"


def _verified(desk: Desk, letter: Letter) -> tuple[SignedDocument, Envelope]:
    signed = SignedDocument.from_bytes(letter.payload)
    envelope = Envelope.parse(signed.payload)
    node = desk.roster.participant(letter.sender)
    if envelope.node != node.id or node.role != "provider":
        raise UploadRefused("not the sender's own")
    signers = signed.signers(ENVELOPE, {node.signing_key.text: node.id})
    if node.id not in signers:
        raise UploadRefused("not signed by the node")
    if envelope.roster != desk.roster.digest:
        raise UploadRefused("another roster")
    return signed, envelope


def _require_fit(desk: Desk, envelope: Envelope, round_: Round) -> None:
    if envelope.universe != round_.universe or envelope.slots != round_.slots:
        raise UploadRefused("another universe")
    if envelope.variable not in {variable.id for variable in round_.variables}:
        raise UploadRefused("not a variable of the round")
    table = schema.uploads.c
    live = desk.connection.execute(
        select(table.envelope).where(
            table.node == envelope.node,
            table.round == envelope.round,
            table.variable == envelope.variable,
            table.status.in_(("held", "admitted")),
        )
    ).first()
    if live is not None:
        raise UploadRefused("a live upload exists")


def _open_half(desk: Desk, letter: Letter, envelope: Envelope) -> bytes:
    me = my_name(desk)
    if len(letter.attachments) != 1:
        raise UploadRefused("exactly one sealed half belongs beside it")
    sealed = desk.attachment(letter.attachments[0]).read_bytes()
    if sha256(sealed) != (envelope.sealed_a if me == "A" else envelope.sealed_b):
        raise UploadRefused("not the half that the envelope names")
    half = desk.keys.open(sealed, upload_context(envelope, me))
    if envelope.seed_at == me and len(half) != SEED_BYTES:
        raise UploadRefused("not a seed")
    if envelope.seed_at != me:
        decode_share(half, envelope.slots)
    return half
