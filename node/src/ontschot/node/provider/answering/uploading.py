# SPDX-License-Identifier: EUPL-1.2
"""Upload a vector: split, seal each half to its helper, sign the envelope (protocol section 3)."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import structlog
from numpy.typing import NDArray
from sqlalchemy import Row, func, select, update
from sqlalchemy.dialects.sqlite import insert

from ontschot.node.ledger import service as ledger
from ontschot.node.mailroom.desk import Desk
from ontschot.node.provider.answering.errors import ForeignReceipt, UploadsUsedUp, VectorFailed
from ontschot.node.provider.answering.own_noise import OwnNoise
from ontschot.node.provider.answering.schema import bases, erasures, own_uploads
from ontschot.node.provider.persons.agreement import require_key
from ontschot.node.public_inputs.duties import require_duties_apart
from ontschot.node.public_inputs.store import (
    require_grid_areas,
    require_round,
    require_universe,
)
from ontschot.protocol.canonical import sha256
from ontschot.protocol.documents.queries import Query
from ontschot.protocol.documents.rounds import Round, VariableDocument
from ontschot.protocol.documents.uploads import (
    ENVELOPE,
    ERASED,
    WITHDRAWAL,
    Envelope,
    Erased,
    HelperName,
    NodeNoise,
    Withdrawal,
)
from ontschot.protocol.errors import OntschotError
from ontschot.protocol.letters import Letter, RosterOutdated
from ontschot.protocol.letters.faults import describe_fault
from ontschot.protocol.letters.model import RefusalNotice
from ontschot.protocol.persons import PersonKey
from ontschot.protocol.privacy.charge import Charge, Unit, release_charges
from ontschot.protocol.release.admission import MOST_UPLOADS, admission_price, unit_of
from ontschot.protocol.release.duties import duties_of
from ontschot.protocol.release.node_noise import noise_charges
from ontschot.protocol.release.sealing import upload_context
from ontschot.protocol.sharing import encode_share, split
from ontschot.protocol.signed import SignedDocument
from ontschot.protocol.universe import AreaMap, Universe

VectorSource: TypeAlias = Callable[
    [Universe, Round, VariableDocument, AreaMap | None, PersonKey | None], NDArray[np.uint32]
]
"""Turns this provider's records into one vector of a variable: uint32[slots] in quanta, or, given
the areas of its grid, uint32[cells] in units or, with the round's key, uint32[buckets]."""

Entropy: TypeAlias = Callable[[int], bytes]

LeftOut: TypeAlias = Callable[[], str]
"""Gives a digest of who is left out of every vector now: by objection, or shielded."""

_LOG = structlog.get_logger(__name__)

_BLANK = "0" * 64

_NOBODY = ""
"""Duties of an upload that a helper refused: it is to be renewed."""


@dataclass(frozen=True, slots=True)
class Uploader:
    """Makes and sends uploads; vectors, entropy and noise come from outside."""

    vectors: VectorSource
    entropy: Entropy = secrets.token_bytes
    left_out: LeftOut = lambda: ""
    own_noise: OwnNoise = field(default_factory=OwnNoise)

    def upload_missing(self, desk: Desk, round_hash: str, variables: tuple[str, ...]) -> None:
        """Upload each variable of a round that has no live upload yet.

        Raises:
            VectorFailed: the records gave no vector of one of them.
            DutiesMixed: an organisation held two of helper A, helper B and dealer in this round.
            UploadsUsedUp: helpers take no further one of it; nothing was charged for it.
        """
        round_ = require_round(desk, round_hash)
        for name in variables:
            if live_upload(desk, round_hash, name) is None:
                self._upload(desk, round_, round_.variable(name))

    def charge_failure(self, desk: Desk, digest: str, query: Query) -> None:
        """Charge what the check of an upload costs, for a question that failed here.

        That an upload failed may say something about a record. It is said once for each question,
        so it costs once for each question, as much as an upload does.
        """
        mark = sha256(f"failed {digest}".encode())
        round_ = require_round(desk, query.round)
        ledger.spend(desk.connection, mark, _check_charges(desk, round_, query.unit))

    def replace(self, desk: Desk, round_hash: str) -> int:
        """Withdraw every live upload of a round and upload anew, from the records as they are.

        Returns how many were replaced.

        Raises:
            VectorFailed: the records gave no vector.
        """
        return self._replace(desk, [row for row in live_uploads(desk) if row.round == round_hash])

    def renew(self, desk: Desk) -> int:
        """Replace every upload that was made for other helpers or another dealer than now.

        Returns how many were replaced.

        Raises:
            VectorFailed: the records gave no vector.
        """
        duties = duties_of(desk.roster)
        return self._replace(desk, [row for row in live_uploads(desk) if row.duties != duties])

    def replace_all(self, desk: Desk) -> int:
        """Replace every live upload, whatever the records say; return how many.

        Raises:
            VectorFailed: the records gave no vector.
        """
        return self._replace(desk, live_uploads(desk))

    def refused(self, desk: Desk, letter: Letter) -> None:
        """An upload was refused: if a new roster came in between, ``renew`` renews it.

        Anybody can send a refusal, and each renewal costs: only that of a helper or of the
        coordinator, who carries it, counts, and of an upload made under another roster than the
        one in force.
        """
        notice = RefusalNotice.parse(letter.payload)
        carriers = {party.id for party in (*desk.roster.helpers(), desk.roster.coordinator())}
        if (notice.letter, notice.code) != ("upload", RosterOutdated.code):
            return
        row = _live_upload(desk, letter.subject)
        if letter.sender in carriers and row is not None and _roster_of(row) != desk.roster.digest:
            desk.connection.execute(
                update(own_uploads)
                .where(own_uploads.c.envelope == letter.subject)
                .values(duties=_NOBODY)
            )

    def _replace(self, desk: Desk, rows: Sequence[Row[Any]]) -> int:
        for row in rows:
            withdraw(desk, row.envelope)
        for row in rows:
            self.upload_missing(desk, row.round, (row.variable,))
        return len(rows)

    def _upload(self, desk: Desk, round_: Round, variable: VariableDocument) -> None:
        require_duties_apart(desk, round_.digest)
        _require_one_more(desk, round_, variable)
        # Who is left out is looked at before the records: one who objects in between is seen later.
        left_out = self.who_is_left_out()
        vector = self.vector(desk, round_, variable)
        leaving, noise = self.own_noise.add(desk, round_, variable, vector)
        seed, share = split(leaving, self.entropy)
        draft = _envelope(desk, round_, variable, vector.size).model_copy(update={"noise": noise})
        halves: dict[HelperName, bytes] = {
            "A": seed if draft.seed_at == "A" else encode_share(share),
            "B": seed if draft.seed_at == "B" else encode_share(share),
        }
        helpers: dict[HelperName, str] = {}
        sealed: dict[HelperName, bytes] = {}
        for name, helper in zip(halves, desk.roster.helpers(), strict=True):
            helpers[name] = helper.id
            sealed[name] = helper.sealing_key.seal(halves[name], upload_context(draft, name))
        charges = _charges(desk, round_, variable, noise)
        if charges is not None:
            ledger.spend(desk.connection, sha256(sealed["A"]), charges)
        envelope = draft.model_copy(
            update={
                "sealed_a": sha256(sealed["A"]),
                "sealed_b": sha256(sealed["B"]),
                "ledger": ledger.head(desk.connection),
            }
        )
        digest = self._send(desk, envelope, helpers, sealed)
        row = {"envelope": digest, "left_out": left_out, "vector": vector_digest(vector)}
        desk.connection.execute(bases.insert().values(row))

    def who_is_left_out(self) -> str:
        """Return a digest of who is left out now.

        Raises:
            VectorFailed: the records cannot be read.
        """
        try:
            return self.left_out()
        except OntschotError as error:
            _LOG.error("records-not-read", code=error.code)
            raise VectorFailed from error

    def vector(self, desk: Desk, round_: Round, variable: VariableDocument) -> NDArray[np.uint32]:
        """Return the vector of a variable over the records as they are.

        Raises:
            VectorFailed: the records gave none.
            PersonKeyMissing: it is about persons, and the round has no key here.
        """
        universe = require_universe(desk, round_.universe)
        areas = require_grid_areas(desk, round_, variable)
        key = None if variable.persons is None else require_key(desk, round_.digest)
        try:
            return self.vectors(universe, round_, variable, areas, key)
        except OntschotError as error:
            _LOG.error("vector-failed", variable=variable.id, code=error.code)
            raise VectorFailed from error
        except Exception as error:  # what is thrown may depend on a record: see VectorFailed
            _LOG.error("vector-failed", variable=variable.id, **describe_fault(error))
            raise VectorFailed from error

    def _send(
        self,
        desk: Desk,
        envelope: Envelope,
        helpers: dict[HelperName, str],
        sealed: dict[HelperName, bytes],
    ) -> str:
        signed = SignedDocument(envelope.to_bytes()).add_signature(ENVELOPE, desk.keys.signing)
        desk.connection.execute(
            own_uploads.insert().values(
                envelope=signed.digest,
                round=envelope.round,
                variable=envelope.variable,
                generation=envelope.generation,
                document=signed.to_bytes(),
                duties=duties_of(desk.roster),
                status="live",
            )
        )
        for name, helper in helpers.items():
            desk.send(helper, "upload", signed.digest, signed.to_bytes(), [sealed[name]])
        desk.send(desk.roster.coordinator().id, "uploaded", signed.digest, signed.to_bytes())
        return signed.digest


def _require_one_more(desk: Desk, round_: Round, variable: VariableDocument) -> None:
    # Counted are all that were made, also those that a helper refused under an older roster: one
    # helper may have taken them, and what the other refuses is paid for all the same.
    table = own_uploads.c
    made = desk.connection.execute(
        select(func.count()).where(table.round == round_.digest, table.variable == variable.id)
    ).scalar_one()
    if made >= MOST_UPLOADS:
        raise UploadsUsedUp(variable.id)


def _charges(
    desk: Desk, round_: Round, variable: VariableDocument, noise: NodeNoise | None
) -> tuple[Charge, Charge] | None:
    # An upload costs privacy as well: the check of its range, or what its own noise lets through.
    if variable.cells is None:
        return _check_charges(desk, round_, unit_of(variable))
    return None if noise is None else noise_charges(noise, variable.node_cap, round_.years)


def _check_charges(desk: Desk, round_: Round, unit: Unit) -> tuple[Charge, Charge]:
    price = admission_price(int(desk.roster.parameters.admission_rho), unit)
    return release_charges([price], round_.years)


def withdraw(desk: Desk, envelope: str) -> None:
    """Take an upload back: helpers erase their halves, and nobody lists it any more."""
    message = Withdrawal(node=desk.me.id, envelope=envelope)
    for party in (*desk.roster.helpers(), desk.roster.coordinator()):
        desk.send(party.id, WITHDRAWAL, envelope, message.to_bytes())
    _set_status(desk, envelope, "withdrawn")


def was_uploaded(desk: Desk, query: Query) -> bool:
    """Return whether every variable of a question was uploaded, whatever became of it since."""
    table = own_uploads.c
    found = desk.connection.execute(
        select(table.variable).where(table.round == query.round).distinct()
    ).scalars()
    return set(query.variables) <= set(found)


def vector_digest(vector: NDArray[np.uint32]) -> str:
    """Return the SHA-256 of a vector; it never leaves the node."""
    return sha256(np.ascontiguousarray(vector).tobytes())


def live_upload(desk: Desk, round_hash: str, variable: str) -> str | None:
    """Return the envelope hash of the live upload of a variable, if there is one.

    One that was made for other helpers, or under another dealer, is none.
    """
    table = own_uploads.c
    return desk.connection.execute(
        select(table.envelope).where(
            table.round == round_hash,
            table.variable == variable,
            table.duties == duties_of(desk.roster),
            table.status == "live",
        )
    ).scalar()


def _live_upload(desk: Desk, envelope: str) -> Row[*tuple[Any, ...]] | None:
    table = own_uploads
    return desk.connection.execute(
        select(table).where(table.c.envelope == envelope, table.c.status == "live")
    ).first()


def _roster_of(row: Row[*tuple[Any, ...]]) -> str:
    return Envelope.parse(SignedDocument.from_bytes(row.document).payload).roster


def take_erasure(desk: Desk, letter: Letter) -> None:
    """A helper erased this node's halves of a round; its signed receipt is kept.

    Raises:
        ForeignReceipt: not signed by the helper, or about someone else's uploads.
        MalformedMessage: no receipt.
    """
    signed = SignedDocument.from_bytes(letter.payload)
    receipt = Erased.parse(signed.payload)
    helper = desk.roster.helpers()["AB".index(receipt.helper)]
    if not signed.signers(ERASED, {helper.signing_key.text: helper.id}):
        raise ForeignReceipt("not signed by the helper")
    if receipt.node != desk.me.id:
        raise ForeignReceipt("about someone else's uploads")
    row = {"round": receipt.round, "helper": helper.id, "document": letter.payload}
    desk.connection.execute(insert(erasures).values(row).on_conflict_do_nothing())
    desk.connection.execute(
        update(own_uploads)
        .where(own_uploads.c.envelope.in_(receipt.envelopes), own_uploads.c.status == "live")
        .values(status="erased")
    )


def live_uploads(desk: Desk) -> Sequence[Row[Any]]:
    """Return the rows of every live upload, by envelope."""
    table = own_uploads
    return desk.connection.execute(
        select(table).where(table.c.status == "live").order_by(table.c.envelope)
    ).all()


def _set_status(desk: Desk, envelope: str, status: str) -> None:
    desk.connection.execute(
        update(own_uploads).where(own_uploads.c.envelope == envelope).values(status=status)
    )


def _envelope(desk: Desk, round_: Round, variable: VariableDocument, length: int) -> Envelope:
    table = own_uploads.c
    last = desk.connection.execute(
        select(func.max(table.generation)).where(
            table.round == round_.digest, table.variable == variable.id
        )
    ).scalar()
    return Envelope(
        node=desk.me.id,
        round=round_.digest,
        universe=round_.universe,
        variable=variable.id,
        generation=(last or 0) + 1,
        slots=length,
        seed_at=_seed_at(desk),
        sealed_a=_BLANK,
        sealed_b=_BLANK,
        roster=desk.roster.digest,
        ledger=ledger.head(desk.connection),
    )


def _seed_at(desk: Desk) -> HelperName:
    # Alternates over nodes, so that both helpers store and read about the same amount.
    names = [provider.id for provider in desk.roster.providers()]
    return "A" if names.index(desk.me.id) % 2 == 0 else "B"
