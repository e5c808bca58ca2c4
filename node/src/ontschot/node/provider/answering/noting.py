# SPDX-License-Identifier: EUPL-1.2
"""A note for everyone who was counted in an answer (Jeugdwet 7.3.12, lid 3).

When both helpers have committed, an answer is out: then each client whose records count for its
variables gets a note in the record store, once for each question. The records are looked at then; a
file that was loaded since the upload may add a client. Notes are written to another database than
the one of this transaction, and before it commits: a crash in between only writes them again, which
changes nothing.
"""

from collections.abc import Callable
from datetime import date
from typing import TypeAlias

import structlog
from sqlalchemy import select

from ontschot.node.mailroom.desk import Desk
from ontschot.node.provider.answering.schema import consents, dossier_notes
from ontschot.node.provider.records.errors import RecordsUnavailable
from ontschot.node.public_inputs.store import require_round
from ontschot.protocol.clock import to_text
from ontschot.protocol.documents.releases import Manifest
from ontschot.protocol.documents.rounds import Round, VariableDocument

Noter: TypeAlias = Callable[[str, Round, VariableDocument, date], None]
"""Writes the note of a question for everyone whose records count for a variable, on a day."""

_LOG = structlog.get_logger(__name__)


def nobody_noted(_query: str, _round: Round, _variable: VariableDocument, _on: date) -> None:
    """Write no note: there is no record store."""


def note_released(desk: Desk, note: Noter) -> int:
    """Write the notes of every answer that has none yet; return of how many answers.

    Records that cannot be written now are tried again at the next look.
    """
    waiting = desk.connection.execute(
        select(consents.c.document)
        .outerjoin(dossier_notes, dossier_notes.c.manifest == consents.c.manifest)
        .where(consents.c.state == "released", dossier_notes.c.manifest.is_(None))
    ).scalars()
    done = 0
    for manifest in [Manifest.parse(document) for document in waiting]:
        try:
            _note(desk, manifest, note)
        except RecordsUnavailable as error:
            _LOG.warning("notes not written", code=error.code)
            return done
        row = {"manifest": manifest.digest, "noted_at": to_text(desk.now)}
        desk.connection.execute(dossier_notes.insert().values(row))
        done += 1
    return done


def _note(desk: Desk, manifest: Manifest, note: Noter) -> None:
    round_ = require_round(desk, manifest.round)
    for part in manifest.parts:
        note(manifest.query or "", round_, round_.variable(part.variable), desk.now.date())
