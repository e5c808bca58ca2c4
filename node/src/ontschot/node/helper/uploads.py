# SPDX-License-Identifier: EUPL-1.2
"""A helper receives its half of an upload, and gives it up again (protocol section 3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Row, select, update

from ontschot.node.helper import schema
from ontschot.node.helper.errors import NoiseInGate, UploadRefused
from ontschot.node.helper.identity import my_name
from ontschot.node.ledger.errors import LedgerDiverged
from ontschot.node.mailroom.desk import Desk
from ontschot.node.noise import require_scale
from ontschot.node.public_inputs.duties import require_duties_apart
from ontschot.node.public_inputs.store import require_round, vector_length
from ontschot.node.witness import service as witness
from ontschot.protocol.canonical import sha256
from ontschot.protocol.documents.rounds import Round, VariableDocument
from ontschot.protocol.documents.uploads import ENVELOPE, RECEIPT, Envelope, Receipt, Withdrawal
from ontschot.protocol.keys.sealing import OVERHEAD_BYTES
from ontschot.protocol.letters.model import Letter
from ontschot.protocol.privacy.errors import MalformedParameter
from ontschot.protocol.privacy.units import parse_sigma
from ontschot.protocol.release.admission import MOST_UPLOADS
from ontschot.protocol.release.duties import duties_of
from ontschot.protocol.release.node_noise import is_priced
from ontschot.protocol.release.sealing import upload_context
from ontschot.protocol.sharing import SEED_BYTES, decode_share, expand, share_size
from ontschot.protocol.signed import SignedDocument

LIVE = ("held", "admitted")


@dataclass(frozen=True, slots=True)
class HeldUpload:
    """An upload that this helper holds, or held, one half of."""

    envelope_hash: str
    envelope: Envelope
    duties: str
    status: str


def receive_upload(desk: Desk, letter: Letter) -> None:
    """Check an upload, keep the opened half, and sign a receipt.

    Raises:
        UploadRefused: not by this node, another half, another round, noise at another price, or a
            live upload exists.
        NoiseInGate: noise of the node's own on a variable that goes through gates.
        CannotOpen: the box was not sealed to this helper in this context.
        MalformedShare: not a seed, or not a share of the universe's length.
    """
    node = desk.roster.participant(letter.sender)
    if node.role != "provider":
        raise UploadRefused("only a provider uploads")
    try:
        witness.take(desk, ENVELOPE, letter.payload, node)
    except LedgerDiverged:
        witness.tell(desk, letter.sender)
        return
    signed = SignedDocument.from_bytes(letter.payload)
    envelope = Envelope.parse(signed.payload)
    known = find(desk.connection, signed.digest)
    if known is None:
        _take(desk, letter, signed, envelope)
    elif known.status not in LIVE:
        raise UploadRefused(f"it was {known.status}")
    recipients = [envelope.node, desk.roster.coordinator().id]
    give_receipt(desk, signed.digest, envelope, recipients)


def withdraw_upload(desk: Desk, letter: Letter) -> None:
    """Take an upload out: it can be listed no more, and its half is erased.

    Raises:
        UploadRefused: not the sender's own. (One that never arrived here is no harm.)
    """
    withdrawal = Withdrawal.parse(letter.payload)
    held = find(desk.connection, withdrawal.envelope)
    if withdrawal.node != letter.sender or (held and held.envelope.node != letter.sender):
        raise UploadRefused("not an upload of the sender")
    if held is not None and held.status != "erased":
        _set_status(desk.connection, withdrawal.envelope, "withdrawn")
        desk.discard(_file(withdrawal.envelope))


def judge_upload(connection: Connection, envelope_hash: str, *, admitted: bool) -> None:
    """Note what the admission of a held upload said; one that was taken back stays so."""
    table = schema.uploads
    connection.execute(
        update(table)
        .where(table.c.envelope == envelope_hash, table.c.status == "held")
        .values(status="admitted" if admitted else "rejected")
    )


def erase_round(desk: Desk, round_hash: str) -> None:
    """Erase every half of a round."""
    table = schema.uploads.c
    rows = desk.connection.execute(
        select(table.envelope).where(table.round == round_hash, table.status != "erased")
    )
    for envelope in rows.scalars().all():
        _set_status(desk.connection, envelope, "erased")
        desk.discard(_file(envelope))


def erased_of_round(connection: Connection, round_hash: str) -> dict[str, list[str]]:
    """Return the envelopes of a round whose halves were erased at its end, by node."""
    table = schema.uploads.c
    rows = connection.execute(
        select(table.envelope, table.node)
        .where(table.round == round_hash, table.status == "erased")
        .order_by(table.envelope)
    )
    erased: dict[str, list[str]] = {}
    for row in rows:
        erased.setdefault(row.node, []).append(row.envelope)
    return erased


def find(connection: Connection, envelope_hash: str) -> HeldUpload | None:
    """Return the upload with this envelope, if this helper ever received it."""
    row = connection.execute(
        select(schema.uploads).where(schema.uploads.c.envelope == envelope_hash)
    ).first()
    return None if row is None else _held(row)


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
    """Return this helper's share (uint32[slots]) of an upload, in quanta modulo 2^32.

    Raises:
        UploadRefused: its half was erased.
    """
    path = desk.kept(_file(held.envelope_hash))
    if path is None:
        raise UploadRefused("its half was erased")
    data = path.read_bytes()
    if held.envelope.seed_at == my_name(desk):
        return expand(data, held.envelope.slots)
    return decode_share(data, held.envelope.slots)


def _held(row: Row[Any]) -> HeldUpload:
    envelope = Envelope.parse(SignedDocument.from_bytes(row.document).payload)
    return HeldUpload(row.envelope, envelope, row.duties, row.status)


def _file(envelope_hash: str) -> str:
    return f"half/{envelope_hash}"


def _set_status(connection: Connection, envelope_hash: str, status: str) -> None:
    table = schema.uploads
    connection.execute(update(table).where(table.c.envelope == envelope_hash).values(status=status))


def _take(desk: Desk, letter: Letter, signed: SignedDocument, envelope: Envelope) -> None:
    if envelope.roster != desk.roster.digest:
        raise UploadRefused("another roster")
    round_ = require_round(desk, envelope.round)
    variable = _require_fit(desk, envelope, round_)
    _require_alone(desk, envelope)
    desk.keep(_open_half(desk, letter, envelope), _file(signed.digest))
    desk.connection.execute(
        schema.uploads.insert().values(
            envelope=signed.digest,
            node=envelope.node,
            round=envelope.round,
            variable=envelope.variable,
            generation=envelope.generation,
            slots=envelope.slots,
            document=letter.payload,
            duties=duties_of(desk.roster),
            # Cells go through no gate: nothing is counted before they are listed (ADR 0016).
            status="held" if variable.cells is None else "admitted",
        )
    )


def give_receipt(
    desk: Desk, envelope_hash: str, envelope: Envelope, recipients: Iterable[str]
) -> None:
    """Sign that this helper holds its half of an upload, and send that."""
    receipt = Receipt(
        helper=my_name(desk),
        node=envelope.node,
        round=envelope.round,
        variable=envelope.variable,
        envelope=envelope_hash,
        noise=envelope.noise,
    )
    proof = SignedDocument(receipt.to_bytes()).add_signature(RECEIPT, desk.keys.signing)
    for recipient in recipients:
        desk.send(recipient, RECEIPT, envelope_hash, proof.to_bytes())


def _require_fit(desk: Desk, envelope: Envelope, round_: Round) -> VariableDocument:
    closed = select(schema.closed_rounds).where(schema.closed_rounds.c.round == envelope.round)
    if desk.connection.execute(closed).first() is not None:
        raise UploadRefused("the round is closed")
    require_duties_apart(desk, envelope.round)
    if envelope.universe != round_.universe:
        raise UploadRefused("another universe")
    if envelope.variable not in {variable.id for variable in round_.variables}:
        raise UploadRefused("not a variable of the round")
    variable = round_.variable(envelope.variable)
    if envelope.slots != vector_length(desk, round_, variable):
        raise UploadRefused("not of the length of its variable")
    _require_noise(envelope, variable)
    return variable


def _require_noise(envelope: Envelope, variable: VariableDocument) -> None:
    if envelope.noise is None:
        return
    if variable.cells is None:
        raise NoiseInGate(variable.id)
    try:
        require_scale(parse_sigma(envelope.noise.sigma))
    except (ValueError, MalformedParameter) as error:
        raise UploadRefused("noise that cannot be drawn") from error
    if not is_priced(envelope.noise, variable.node_cap):
        raise UploadRefused("another price than its noise has")


def _require_alone(desk: Desk, envelope: Envelope) -> None:
    table = schema.uploads.c
    earlier = desk.connection.execute(
        select(table.generation, table.duties, table.status).where(
            table.node == envelope.node,
            table.round == envelope.round,
            table.variable == envelope.variable,
        )
    ).all()
    duties = duties_of(desk.roster)
    if any(row.status in LIVE and row.duties == duties for row in earlier):
        raise UploadRefused("a live upload exists")
    if len(earlier) >= MOST_UPLOADS:
        raise UploadRefused("replaced too often in this round")
    if any(row.generation >= envelope.generation for row in earlier):
        raise UploadRefused("not a later one than before")


def _open_half(desk: Desk, letter: Letter, envelope: Envelope) -> bytes:
    me = my_name(desk)
    if len(letter.attachments) != 1:
        raise UploadRefused("exactly one sealed half belongs beside it")
    # By its stated size, before it is read: a provider may send what would fill the memory.
    length = SEED_BYTES if envelope.seed_at == me else share_size(envelope.slots)
    if letter.attachments[0].size != OVERHEAD_BYTES + length:
        raise UploadRefused("not of the size of a sealed half")
    sealed = desk.attachment(letter.attachments[0]).read_bytes()
    if sha256(sealed) != (envelope.sealed_a if me == "A" else envelope.sealed_b):
        raise UploadRefused("not the half that the envelope names")
    return desk.keys.open(sealed, upload_context(envelope, me))
