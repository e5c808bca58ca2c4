# SPDX-License-Identifier: EUPL-1.2
"""One-time tokens in the coordinator's database (SQLite and PostgreSQL)."""

from sqlalchemy import Column, Connection, Engine, String, Table, insert, select, update

from ontschot.coordinator.enrolment.tokens import Enrolment, Token, require_usable
from ontschot.coordinator.store.schema import metadata
from ontschot.protocol.clock import from_text, to_text

enrolment_tokens = Table(
    "enrolment_tokens",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("participant", String(63), nullable=False),
    Column("expires", String(20), nullable=False),
    Column("request", String(64)),
    Column("signing_key", String(100)),
    Column("sealing_key", String(2000)),
    Column("enrolled", String(20)),
)
"""A token by its hash; the last four columns are empty until it is spent. Moments are RFC 3339."""

_tokens = enrolment_tokens.c


class DatabaseTokenStore:
    """Tokens in the table ``enrolment_tokens`` behind ``engine``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, token: Token) -> None:
        """Keep a fresh token."""
        row = {
            "hash": token.hash,
            "participant": token.participant,
            "expires": to_text(token.expires),
        }
        with self._engine.begin() as connection:
            connection.execute(insert(enrolment_tokens).values(row))

    def consume(self, token_hash: str, enrolment: Enrolment) -> None:
        """Spend the token, or accept a repeat.

        One statement spends it, and only where it is still unspent; so of two requests at the same
        moment the database lets one through, and the other finds the row as it then is.

        Raises:
            EnrolmentRefused: see ``require_usable``.
        """
        spent = {
            "request": enrolment.request,
            "signing_key": enrolment.signing_key,
            "sealing_key": enrolment.sealing_key,
            "enrolled": to_text(enrolment.moment),
        }
        usable = (
            (_tokens.hash == token_hash)
            & (_tokens.participant == enrolment.participant)
            & (_tokens.expires > to_text(enrolment.moment))
            & _tokens.request.is_(None)
        )
        with self._engine.begin() as connection:
            changed = connection.execute(update(enrolment_tokens).where(usable).values(spent))
            if changed.rowcount == 0:
                require_usable(*_find(connection, token_hash), enrolment)

    def enrolments(self) -> tuple[Enrolment, ...]:
        """Return every enrolment so far, by moment and participant."""
        query = (
            select(enrolment_tokens)
            .where(_tokens.request.is_not(None))
            .order_by(_tokens.enrolled, _tokens.participant)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return tuple(
            Enrolment(
                row.participant,
                row.request,
                row.signing_key,
                row.sealing_key,
                from_text(row.enrolled),
            )
            for row in rows
        )


def _find(connection: Connection, token_hash: str) -> tuple[Token | None, str | None]:
    query = select(enrolment_tokens).where(_tokens.hash == token_hash)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None, None
    return Token(row.hash, row.participant, from_text(row.expires)), row.request
