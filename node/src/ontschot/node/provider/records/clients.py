# SPDX-License-Identifier: EUPL-1.2
"""Rows of clients: made once per BSN, and brought to a new key together."""

from collections.abc import Sequence

from sqlalchemy import Connection, Engine, LargeBinary, bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from ontschot.node.provider.records.errors import IdentityKeysMixed
from ontschot.node.provider.records.identity import Identity, SealedBsn
from ontschot.node.provider.records.models import Client
from ontschot.node.provider.records.sessions import transaction

_BATCH = 10_000


def require_one_key(connection: Connection, identity: Identity) -> None:
    """Check that every sealed BSN is under the current key of ``identity``.

    A person is found by the index under that key. A client that is still under an older key would
    not be found, and would get a second row without its objection.

    Raises:
        IdentityKeysMixed: some are under another key.
    """
    for end in (func.min, func.max):
        key_id = connection.execute(select(end(Client.bsn_sleutel))).scalar_one()
        if key_id not in (None, identity.key_id):
            raise IdentityKeysMixed(f"found key {key_id}, current is {identity.key_id}")


def ensure_clients(connection: Connection, sealed: Sequence[SealedBsn]) -> None:
    """Insert a client for each index that has none yet; the others stay as they are."""
    ensure_rows(connection, [(item.index, item.ciphertext, item.key_id) for item in sealed])


def ensure_rows(
    connection: Connection, rows: Sequence[tuple[bytes, bytes | None, str | None]]
) -> None:
    """Insert clients given as (index, sealed BSN or None, key id or None), once per index."""
    if not rows:
        return
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(Client).on_conflict_do_nothing(index_elements=["bsn_index"])
    names = ("bsn_index", "bsn_versleuteld", "bsn_sleutel")
    connection.execute(statement, [dict(zip(names, row, strict=True)) for row in rows])


def reencrypt(engine: Engine, identity: Identity) -> int:
    """Bring every BSN under the current key, in one transaction; returns how many changed.

    Run it after ``identity.add_key``; until then loads and objections refuse to work.

    Raises:
        IdentityKeyUnknown: a BSN is under a key that the file does not hold; nothing was changed.
        RecordsUnavailable: or a subclass; nothing was changed.
    """
    old = select(
        Client.client_id, Client.bsn_index, Client.bsn_versleuteld, Client.bsn_sleutel
    ).where(Client.bsn_sleutel != identity.key_id)
    change = (
        update(Client)
        .where(Client.client_id == bindparam("row"))
        .values(
            bsn_index=bindparam("index", type_=LargeBinary),
            bsn_versleuteld=bindparam("ciphertext", type_=LargeBinary),
            bsn_sleutel=bindparam("key_id"),
        )
    )
    changed = 0
    with transaction(engine) as connection:
        while rows := connection.execute(old.limit(_BATCH)).all():
            connection.execute(change, [_resealed(identity, *row) for row in rows])
            changed += len(rows)
    return changed


def _resealed(
    identity: Identity, client_id: int, index: bytes, ciphertext: bytes | None, key_id: str | None
) -> dict[str, object]:
    fresh = identity.seal(identity.open(SealedBsn(index, ciphertext or b"", key_id or "")))
    return {
        "row": client_id,
        "index": fresh.index,
        "ciphertext": fresh.ciphertext,
        "key_id": fresh.key_id,
    }
