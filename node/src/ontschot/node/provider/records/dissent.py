# SPDX-License-Identifier: EUPL-1.2
"""Objection to statistics, and shielding: clients who are left out of every aggregate.

Both are marks on the client's row and are read by each question itself, so they work at once. A
person who is not known yet can object too: the row is made, and a later load finds it.
"""

from datetime import date

from sqlalchemy import Engine, select, update

from ontschot.node.provider.records.bsn import Bsn
from ontschot.node.provider.records.clients import ensure_clients, require_one_key
from ontschot.node.provider.records.identity import Identity
from ontschot.node.provider.records.models import Client
from ontschot.node.provider.records.sessions import reading, transaction
from ontschot.protocol import canonical


def set_objection(engine: Engine, identity: Identity, bsn: Bsn, on: date) -> None:
    """Record that this person objects to statistics (Jeugdwet 7.3.12), from now on.

    Raises:
        IdentityKeysMixed: the clients are not under the current key.
        RecordsUnavailable: or a subclass; nothing was recorded.
    """
    _mark(engine, identity, bsn, {"bezwaar_statistiek": True, "bezwaar_op": on})


def clear_objection(engine: Engine, identity: Identity, bsn: Bsn) -> None:
    """Record that this person no longer objects.

    Raises:
        IdentityKeysMixed: the clients are not under the current key.
        RecordsUnavailable: or a subclass; nothing was recorded.
    """
    _mark(engine, identity, bsn, {"bezwaar_statistiek": False, "bezwaar_op": None})


def set_shielding(engine: Engine, identity: Identity, bsn: Bsn, on: date) -> None:
    """Shield this person (secret address, OP003): out of every aggregate and view.

    Raises:
        IdentityKeysMixed: the clients are not under the current key.
        RecordsUnavailable: or a subclass; nothing was recorded.
    """
    _mark(engine, identity, bsn, {"afgeschermd": True, "afgeschermd_op": on})


def clear_shielding(engine: Engine, identity: Identity, bsn: Bsn) -> None:
    """End the shielding of this person.

    Raises:
        IdentityKeysMixed: the clients are not under the current key.
        RecordsUnavailable: or a subclass; nothing was recorded.
    """
    _mark(engine, identity, bsn, {"afgeschermd": False, "afgeschermd_op": None})


def digest_of_left_out(engine: Engine) -> str:
    """Return the SHA-256 over the node's own keys of all clients who are left out now.

    Another digest means that somebody objected, was shielded, or is counted again; who, it does
    not say. It never leaves the node.

    Raises:
        RecordsUnavailable: or a subclass.
    """
    marked = (
        select(Client.client_id)
        .where(Client.bezwaar_statistiek.is_(True) | Client.afgeschermd.is_(True))
        .order_by(Client.client_id)
    )
    with reading(engine) as connection:
        return canonical.sha256(
            b"".join(key.to_bytes(8, "big") for key in connection.execute(marked).scalars())
        )


def _mark(engine: Engine, identity: Identity, bsn: Bsn, marks: dict[str, object]) -> None:
    sealed = identity.seal(bsn)
    with transaction(engine) as connection:
        require_one_key(connection, identity)
        ensure_clients(connection, [sealed])
        connection.execute(update(Client).where(Client.bsn_index == sealed.index).values(**marks))
