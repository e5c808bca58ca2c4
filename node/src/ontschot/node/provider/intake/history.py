# SPDX-License-Identifier: EUPL-1.2
"""The history of loads: which files came in, and what was wrong with them."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

from sqlalchemy import Connection, exists, insert, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from ontschot.node.provider.intake.rule import Tally
from ontschot.node.provider.intake.rules.across import Mode
from ontschot.node.provider.intake.settings import IntakeSettings
from ontschot.node.provider.intake.settling import Accepted
from ontschot.node.provider.records.models import Inlading, Kwaliteit

CACHE_KIB = 16 * 1024
_USUAL_CACHE_KIB = 2_000


@contextmanager
def turn(connection: Connection) -> Iterator[None]:
    """Let one load run at a time, and give it room to sort.

    SQLite's writers queue by themselves. On PostgreSQL a lock on the history does it: readers go
    on, another load waits 30 seconds and then gives up.
    """
    if connection.dialect.name != "sqlite":
        connection.execute(text("SET LOCAL lock_timeout = '30s'"))
        connection.execute(text("LOCK TABLE inlading IN EXCLUSIVE MODE"))
        yield
        return
    connection.execute(text(f"PRAGMA cache_size=-{CACHE_KIB}"))
    try:
        yield
    finally:
        with suppress(SQLAlchemyError):
            connection.execute(text(f"PRAGMA cache_size=-{_USUAL_CACHE_KIB}"))


def is_unchanged(connection: Connection, sha256: str) -> bool:
    """Return whether loading this file again can change nothing.

    It was loaded without a rejected row (what was rejected may be right under other settings), and
    nothing was replaced after it.
    """
    complete = (
        select(Inlading.inlading_id)
        .where(Inlading.bestand_sha256 == sha256, Inlading.afgewezen == 0)
        .order_by(Inlading.inlading_id.desc())
        .limit(1)
    )
    found = connection.scalar(complete)
    if found is None:
        return False
    later = exists().where(Inlading.inlading_id > found, Inlading.modus == "vervangen")
    return not connection.scalar(select(later))


def begin_load(
    connection: Connection, settings: IntakeSettings, sha256: str, mode: Mode, now: datetime
) -> int:
    """Write the load's own row and return its number."""
    row = {
        "bestand_sha256": sha256,
        "agb": settings.agb,
        "profiel": settings.profile,
        "modus": mode,
        "geladen_op": now,
        **dict.fromkeys(("regels", "geladen", "afgewezen", "dubbel", "netto_cent"), 0),
    }
    statement = insert(Inlading).values(row).returning(Inlading.inlading_id)
    return connection.execute(statement).scalar_one()


def finish_load(
    connection: Connection, load: int, coming: Accepted, read: int, rejected: int, tally: Tally
) -> None:
    """Complete the load's row, and write how often each rule spoke."""
    connection.execute(
        update(Inlading)
        .where(Inlading.inlading_id == load)
        .values(
            regels=read,
            geladen=coming.loaded,
            afgewezen=rejected,
            dubbel=read - coming.loaded - rejected,
            netto_cent=coming.net_cent,
            periode_van=coming.first,
            periode_tot=coming.last,
        )
    )
    first = {}
    for problem in reversed(tally.problems()):
        first[problem.rule.code] = problem.line or None
    rows = [
        {
            "inlading_id": load,
            "regel": rule.code,
            "ernst": rule.severity,
            "aantal": count,
            "eerste_regelnr": first[rule.code],
        }
        for rule, count in tally.counts()
    ]
    if rows:
        connection.execute(insert(Kwaliteit), rows)
