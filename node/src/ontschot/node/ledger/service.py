# SPDX-License-Identifier: EUPL-1.2
"""Charging: accounts with a cap, reservations that become spent or free, and marks that stay.

A manifest (``mh``, the hash of its bytes) goes none -> reserved -> spent, or none -> spent; a
reservation can be freed and a price refunded, after which the manifest is dead. Repeating an act
changes nothing. What is proved elsewhere and believed here: that both helpers signed an abort
(``free`` at a node), that an output never left (``refund``), that the anchors signed a cap.

Claim 1: in every account, reserved + spent <= cap at all times, over all processes. Sketch: each
act reads the account and writes it in one transaction that holds SQLite's write lock from its start
(``BEGIN IMMEDIATE``), and writes only if the sum stays within the cap; the table's own CHECK
repeats it. A price is given back only by ``free`` and ``refund``, once, and not after a rebuild.

Claim 2: then all that was ever released of a year's records is cap-zCDP, though each question, and
its price, may depend on earlier answers: refusing what would pass a cap fixed beforehand is a
privacy filter (Whitehouse et al., arXiv 2203.05481), and a refusal depends on prices alone.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import Connection, func, insert, select, update

from ontschot.node.ledger import chain
from ontschot.node.ledger.chain import Status, append, require_open, status
from ontschot.node.ledger.errors import (
    BudgetExhausted,
    CapFixed,
    ChargeDiffers,
    LedgerExists,
    NoBudget,
    NotCharged,
    ReleaseEnded,
    StillCharged,
    TooManyReservations,
)
from ontschot.node.ledger.marks import bind, store_answer, stored_answer
from ontschot.node.ledger.model import (
    Account,
    AccountKey,
    Hold,
    HoldState,
    charges_document,
    charges_from,
    encode_charges,
    price_per_account,
)
from ontschot.node.ledger.tables import ACCOUNT, HOLD, STATUS
from ontschot.protocol import canonical
from ontschot.protocol.documents.base import Head
from ontschot.protocol.privacy.charge import Charge, Unit
from ontschot.protocol.privacy.units import Rho, format_rho

__all__ = [
    "RESERVATIONS_PER_ASKER",
    "Status",
    "account",
    "accounts",
    "available",
    "bind",
    "create",
    "free",
    "grant",
    "head",
    "refund",
    "reserve",
    "spend",
    "status",
    "store_answer",
    "stored_answer",
    "tombstone",
]

RESERVATIONS_PER_ASKER: Final = 32
"""Reservations that one asker may hold at a time, unless the caller says otherwise."""

_ENDED: Final = ("freed", "refunded", "tombstoned")


def create(connection: Connection, federation: str, nonce: str) -> Head:
    """Create the ledger of this party in ``federation``: by ``init``, never by starting.

    ``nonce`` is random text; it keeps a second ledger of the same party from having the hashes of
    the first, and outsiders from guessing entries behind a head.

    Raises:
        LedgerExists: there is one, open or closed, or what is left of one.
    """
    leftover = connection.execute(select(func.count()).select_from(STATUS)).scalar_one()
    if leftover or chain.last_head(connection) is not None:
        raise LedgerExists
    connection.execute(insert(STATUS).values(id=1, federation=federation, closed_by=None))
    return append(connection, "created", {"v": 1, "federation": federation, "nonce": nonce}).head


def head(connection: Connection) -> Head:
    """Return the head, for a statement to a peer.

    Raises:
        LedgerClosed: closed or missing: such a party makes no statements.
    """
    return require_open(connection).head


def grant(connection: Connection, unit: Unit, year: int, cap: Rho, authority: str) -> None:
    """Set the cap of an account, once; ``authority`` is the digest of what the anchors signed.

    The same cap again changes nothing.

    Raises:
        CapFixed: the account has another cap.
        LedgerClosed: closed or missing.
    """
    federation = require_open(connection).federation
    known = _accounts(connection).get((unit, year))
    if known is not None:
        if known.cap != cap:
            raise CapFixed(f"{unit} {year}")
        return
    body = {"unit": unit, "federation": federation, "year": year, "authority": authority}
    append(connection, "grant", body | {"cap": format_rho(cap)})
    connection.execute(insert(ACCOUNT).values(unit=unit, year=year, cap=cap, reserved=0, spent=0))


def accounts(connection: Connection) -> tuple[Account, ...]:
    """Return all accounts, by unit and year; of a closed ledger too.

    Raises:
        LedgerMissing: there is no ledger.
    """
    status(connection)
    return tuple(_accounts(connection).values())


def account(connection: Connection, unit: Unit, year: int) -> Account:
    """Return one account; of a closed ledger too.

    Raises:
        NoBudget: no cap was set for it.
        LedgerMissing: there is no ledger.
    """
    status(connection)
    return _account(_accounts(connection), (unit, year))


def available(connection: Connection, unit: Unit, year: int) -> Rho:
    """Return what may still be taken from an account, in units of 1e-12 rho.

    Raises:
        NoBudget: no cap was set for it.
        LedgerClosed: closed or missing.
    """
    require_open(connection)
    return _account(_accounts(connection), (unit, year)).available


def reserve(
    connection: Connection,
    mh: str,
    charges: Sequence[Charge],
    asker: str,
    *,
    limit: int = RESERVATIONS_PER_ASKER,
) -> None:
    """Reserve a price under a manifest: from all accounts, or from none.

    The same reservation again changes nothing, also after it was spent.

    Raises:
        BudgetExhausted: an account has less left.
        NoBudget: an account has no cap.
        TooManyReservations: ``asker`` holds ``limit`` of them.
        ChargeDiffers: the manifest was charged otherwise.
        ReleaseEnded: the manifest is dead.
        LedgerClosed: closed or missing.
        ValueError: no charge.
    """
    require_open(connection)
    known = _hold(connection, mh)
    if known is not None:
        _require_same(known, charges, asker)
        return
    _require_room(connection, charges)
    held = select(func.count()).where(HOLD.c.asker == asker, HOLD.c.state == "reserved")
    if connection.execute(held).scalar_one() >= limit:
        raise TooManyReservations(f"{asker}: {limit}")
    append(connection, "reserve", {"mh": mh, "asker": asker} | charges_document(charges))
    _write_hold(connection, Hold(mh, "reserved", asker, tuple(charges)))
    _add(connection, charges, reserved=1)


def spend(connection: Connection, mh: str, charges: Sequence[Charge] | None = None) -> None:
    """Turn a reservation into spent; with ``charges``, spend without one (node noise).

    Once spent, spending again changes nothing.

    Raises:
        NotCharged: nothing is reserved under the manifest and no charges are given.
        ChargeDiffers: ``charges`` are not those of the manifest.
        BudgetExhausted, NoBudget: as for ``reserve``.
        ReleaseEnded: the manifest is dead.
        LedgerClosed: closed or missing.
    """
    require_open(connection)
    known = _hold(connection, mh)
    if known is None:
        if charges is None:
            raise NotCharged(mh)
        _require_room(connection, charges)
        append(connection, "spend", {"mh": mh} | charges_document(charges))
        _write_hold(connection, Hold(mh, "spent", None, tuple(charges)))
        _add(connection, charges, spent=1)
        return
    _require_same(known, charges, known.asker)
    if known.state == "reserved":
        append(connection, "spend", {"mh": mh})
        _move(connection, known, "spent", reserved=-1, spent=1)


def free(connection: Connection, mh: str) -> None:
    """Give a reservation back; at a node only on an abort that both helpers signed.

    A manifest that is dead already stays so.

    Raises:
        NotCharged: nothing was reserved.
        StillCharged: it was spent.
        LedgerClosed: closed or missing.
    """
    _give_back(connection, mh, "reserved", "freed")


def refund(connection: Connection, mh: str) -> None:
    """Give a spent price back: the output was erased unsent, and the peer signed an abort.

    A manifest that is dead already stays so.

    Raises:
        NotCharged: nothing was spent.
        StillCharged: it is only reserved.
        LedgerClosed: closed or missing.
    """
    _give_back(connection, mh, "spent", "refunded")


def tombstone(connection: Connection, mh: str) -> None:
    """Bar a manifest for ever; it was never charged here, or its price was given back.

    Raises:
        StillCharged: its price is reserved or spent.
        LedgerClosed: closed or missing.
    """
    require_open(connection)
    known = _hold(connection, mh)
    if known is not None and known.state == "tombstoned":
        return
    if known is not None and known.state not in _ENDED:
        raise StillCharged(mh)
    append(connection, "tombstone", {"mh": mh})
    if known is None:
        _write_hold(connection, Hold(mh, "tombstoned", None, ()))
    else:
        _move(connection, known, "tombstoned")


def _give_back(connection: Connection, mh: str, held: HoldState, ended: HoldState) -> None:
    require_open(connection)
    known = _hold(connection, mh)
    if known is None:
        raise NotCharged(mh)
    if known.state in _ENDED:
        return
    if known.state not in (held, "settled"):
        raise StillCharged(mh)
    append(connection, "free" if ended == "freed" else "refund", {"mh": mh})
    amounts = {held: -1} if known.state == held else {}
    _move(connection, known, ended, **amounts)


def _require_room(connection: Connection, charges: Sequence[Charge]) -> None:
    if not charges:
        msg = "a release charges at least one account"
        raise ValueError(msg)
    known = _accounts(connection)
    for key, price in price_per_account(charges).items():
        left = _account(known, key).available
        if price > left:
            raise BudgetExhausted(*key, asked=price, left=left)


def _require_same(known: Hold, charges: Sequence[Charge] | None, asker: str | None) -> None:
    if known.state in _ENDED:
        raise ReleaseEnded(known.mh)
    if asker != known.asker or (charges is not None and tuple(charges) != known.charges):
        raise ChargeDiffers(known.mh)


def _accounts(connection: Connection) -> dict[AccountKey, Account]:
    query = select(ACCOUNT)
    rows = connection.execute(query.order_by(ACCOUNT.c.unit, ACCOUNT.c.year))
    return {
        (row.unit, row.year): Account(row.unit, row.year, row.cap, row.reserved, row.spent)
        for row in rows
    }


def _account(known: Mapping[AccountKey, Account], key: AccountKey) -> Account:
    if key not in known:
        raise NoBudget(f"{key[0]} {key[1]}")
    return known[key]


def _hold(connection: Connection, mh: str) -> Hold | None:
    query = select(HOLD).where(HOLD.c.mh == mh)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return Hold(row.mh, row.state, row.asker, charges_from(canonical.decode(row.charges)))


def _write_hold(connection: Connection, hold: Hold) -> None:
    row = {"mh": hold.mh, "state": hold.state, "asker": hold.asker}
    connection.execute(insert(HOLD).values(row | {"charges": encode_charges(hold.charges)}))


def _move(
    connection: Connection, known: Hold, state: HoldState, *, reserved: int = 0, spent: int = 0
) -> None:
    connection.execute(update(HOLD).where(HOLD.c.mh == known.mh).values(state=state))
    _add(connection, known.charges, reserved=reserved, spent=spent)


def _add(
    connection: Connection, charges: Sequence[Charge], *, reserved: int = 0, spent: int = 0
) -> None:
    for (unit, year), price in price_per_account(charges).items():
        connection.execute(
            update(ACCOUNT)
            .where(ACCOUNT.c.unit == unit, ACCOUNT.c.year == year)
            .values(
                reserved=ACCOUNT.c.reserved + reserved * price,
                spent=ACCOUNT.c.spent + spent * price,
            )
        )
