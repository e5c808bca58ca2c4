# SPDX-License-Identifier: EUPL-1.2
"""What follows from a chain of entries, computed from nothing: the rules of the ledger once more.

Written apart from the tables that ``service`` keeps, so that each checks the other. An entry that
the rules do not allow (a price beyond the cap, a second spend, an act of a closed ledger) raises
``ValueError`` or ``KeyError``: this ledger never wrote it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from ontschot.node.ledger.model import (
    Account,
    AccountKey,
    AnswerKey,
    Entry,
    Hold,
    HoldState,
    Maxima,
    charges_from,
    price_per_account,
    settle,
)
from ontschot.protocol.canonical import Document
from ontschot.protocol.documents.base import Head
from ontschot.protocol.privacy.charge import Charge
from ontschot.protocol.privacy.units import Rho, parse_rho


@dataclass(slots=True)
class Replay:
    """The state of a ledger after the entries so far."""

    federation: str | None = None
    closed_by: str | None = None
    head: Head | None = None
    accounts: dict[AccountKey, Account] = field(default_factory=dict)
    holds: dict[str, Hold] = field(default_factory=dict)
    bindings: dict[str, str] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    peers: dict[str, list[Head]] = field(default_factory=dict)

    def apply(self, entry: Entry) -> None:
        """Take in the next entry.

        Raises:
            KeyError, TypeError, ValueError, OntschotError: the rules do not allow it.
        """
        _require(Entry.after(self.head, entry.kind, entry.document(), entry.seq) == entry)
        before = -1 if self.head is None else self.head.seq
        _require(entry.seq > before if entry.kind == "rebuilt" else entry.seq == before + 1)
        _require((entry.kind == "created") == (self.head is None))
        # A copy that was put back may have been closed already.
        while_closed = entry.kind in ("rebuilt", "closed")
        _require(while_closed if self.closed_by is not None else entry.kind != "rebuilt")
        _ACTS[entry.kind](self, entry.document())
        self.head = entry.head


def _created(replay: Replay, body: Document) -> None:
    _require(body["v"] == 1)
    replay.federation = body["federation"]


def _grant(replay: Replay, body: Document) -> None:
    key = body["unit"], body["year"]
    _require(key not in replay.accounts and body["federation"] == replay.federation)
    replay.accounts[key] = Account(*key, parse_rho(body["cap"]), Rho(0), Rho(0))


def _reserve(replay: Replay, body: Document) -> None:
    _hold(replay, body, "reserved", body["asker"])


def _spend(replay: Replay, body: Document) -> None:
    if "charges" in body:
        _hold(replay, body, "spent", None)
    else:
        _end(replay, body["mh"], "reserved", "spent")


def _free(replay: Replay, body: Document) -> None:
    _end(replay, body["mh"], "reserved", "freed")


def _refund(replay: Replay, body: Document) -> None:
    _end(replay, body["mh"], "spent", "refunded")


def _tombstone(replay: Replay, body: Document) -> None:
    known = replay.holds.get(body["mh"], Hold(body["mh"], "freed", None, ()))
    _require(known.state in ("freed", "refunded"))
    replay.holds[body["mh"]] = replace(known, state="tombstoned")


def _bind(replay: Replay, body: Document) -> None:
    _require(body["batch"] not in replay.bindings)
    replay.bindings[body["batch"]] = body["binding"]


def _answer(replay: Replay, body: Document) -> None:
    key = AnswerKey(**body["key"]).digest
    _require(key not in replay.answers)
    replay.answers[key] = body["output"]


def _witness(replay: Replay, body: Document) -> None:
    head = Head(seq=body["seq"], hash=body["hash"])
    shown = replay.peers.setdefault(body["participant"], [])
    _require(not shown or head.seq > shown[-1].seq)
    shown.append(head)


def _closed(replay: Replay, body: Document) -> None:
    replay.closed_by = body["code"]


def _rebuilt(replay: Replay, body: Document) -> None:
    stated = tuple(
        Account(a["unit"], a["year"], parse_rho(a["cap"]), Rho(0), parse_rho(a["spent"]))
        for a in body["accounts"]
    )
    heads = tuple(Head(**head) for head in body["heads"])
    replay.accounts = settle(replay.accounts, Maxima(body["authority"], heads, stated))
    replay.holds = {
        mh: replace(hold, state="settled") if hold.state in ("reserved", "spent") else hold
        for mh, hold in replay.holds.items()
    }
    replay.closed_by = None


def _hold(replay: Replay, body: Document, state: HoldState, asker: str | None) -> None:
    hold = Hold(body["mh"], state, asker, charges_from(body))
    _require(hold.mh not in replay.holds)
    replay.holds[hold.mh] = hold
    _add(replay, hold.charges, state, 1)


def _end(replay: Replay, mh: str, held: HoldState, then: HoldState) -> None:
    hold = replay.holds[mh]
    replay.holds[mh] = replace(hold, state=then)
    if hold.state == "settled" and then != "spent":
        return
    _require(hold.state == held)
    _add(replay, hold.charges, held, -1)
    if then == "spent":
        _add(replay, hold.charges, then, 1)


def _add(replay: Replay, charges: tuple[Charge, ...], state: HoldState, sign: int) -> None:
    for key, price in price_per_account(charges).items():
        known = replay.accounts[key]
        reserved = known.reserved + sign * price * (state == "reserved")
        spent = known.spent + sign * price * (state == "spent")
        _require(reserved >= 0 and spent >= 0 and reserved + spent <= known.cap)
        replay.accounts[key] = replace(known, reserved=Rho(reserved), spent=Rho(spent))


_ACTS: Final[Mapping[str, Callable[[Replay, Document], None]]] = {
    "created": _created,
    "grant": _grant,
    "reserve": _reserve,
    "spend": _spend,
    "free": _free,
    "refund": _refund,
    "tombstone": _tombstone,
    "bind": _bind,
    "answer": _answer,
    "witness": _witness,
    "closed": _closed,
    "rebuilt": _rebuilt,
}


def _require(allowed: bool) -> None:  # noqa: FBT001 (an assertion)
    if not allowed:
        msg = "an entry that the rules do not allow"
        raise ValueError(msg)
