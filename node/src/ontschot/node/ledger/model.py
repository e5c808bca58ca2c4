# SPDX-License-Identifier: EUPL-1.2
"""Values of the ledger: entries, accounts, charges as documents, keys of stored answers.

An entry's hash is the SHA-256 of the canonical JSON of ``{seq, kind, body, prev}``: whoever holds
the head holds every entry before it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from ontschot.node.ledger.errors import CapFixed
from ontschot.protocol import canonical
from ontschot.protocol.canonical import Document
from ontschot.protocol.documents.base import Head
from ontschot.protocol.privacy.charge import Charge, Unit
from ontschot.protocol.privacy.units import Rho, format_rho, parse_rho

Kind: TypeAlias = Literal[
    "created",
    "grant",
    "reserve",
    "spend",
    "free",
    "refund",
    "tombstone",
    "bind",
    "answer",
    "witness",
    "closed",
    "rebuilt",
]
"""What an entry records; ``witness`` is a peer's head, ``bind`` the burn mark of a batch."""

HoldState: TypeAlias = Literal["reserved", "spent", "settled", "freed", "refunded", "tombstoned"]
"""``settled``: a rebuild took the price into the accounts; it is never given back."""

AccountKey: TypeAlias = tuple[Unit, int]
"""Whose privacy, and the calendar year of the records."""

NO_ENTRY: Final = "0" * 64
"""``prev`` of the first entry."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One act in the chain; ``body`` is canonical JSON."""

    seq: int
    kind: str
    body: bytes
    prev: str
    hash: str

    @classmethod
    def after(cls, head: Head | None, kind: str, body: Document, seq: int | None = None) -> "Entry":
        """Return the entry that follows ``head``; only a rebuild names its ``seq`` itself."""
        prev = head.hash if head else NO_ENTRY
        number = seq if seq is not None else (head.seq + 1 if head else 0)
        return cls(number, kind, canonical.encode(body), prev, entry_hash(number, kind, body, prev))

    @property
    def head(self) -> Head:
        """The head of a ledger that ends here."""
        return Head(seq=self.seq, hash=self.hash)

    def document(self) -> Document:
        """Return the body.

        Raises:
            NotCanonical: it is not canonical JSON.
        """
        return canonical.decode(self.body)


def entry_hash(seq: int, kind: str, body: Document, prev: str) -> str:
    """Return the hash that chains an entry to ``prev``."""
    return canonical.sha256(
        canonical.encode({"seq": seq, "kind": kind, "body": body, "prev": prev})
    )


@dataclass(frozen=True, slots=True)
class Account:
    """One account: cap, reserved and spent, in units of 1e-12 rho."""

    unit: Unit
    year: int
    cap: Rho
    reserved: Rho
    spent: Rho

    @property
    def available(self) -> Rho:
        """What may still be taken."""
        return Rho(self.cap - self.reserved - self.spent)


@dataclass(frozen=True, slots=True)
class Hold:
    """What one manifest took from the accounts; ``asker`` is None if it was spent at once."""

    mh: str
    state: HoldState
    asker: str | None
    charges: tuple[Charge, ...]


@dataclass(frozen=True, slots=True)
class AnswerKey:
    """What an answer depends on: question, round, uploads. Not the release, nor its attempt."""

    query: str
    round: str
    uploads: str

    @classmethod
    def of(cls, query: str, round_: str, envelopes: Iterable[str]) -> "AnswerKey":
        """Return the key for a list of uploads (hashes of their envelopes), in any order."""
        listed = canonical.encode({"uploads": sorted(set(envelopes))})
        return cls(query=query, round=round_, uploads=canonical.sha256(listed))

    def document(self) -> Document:
        """Return the key as it stands in an entry."""
        return {"query": self.query, "round": self.round, "uploads": self.uploads}

    @property
    def digest(self) -> str:
        """The SHA-256 of the key."""
        return canonical.sha256(canonical.encode(self.document()))


@dataclass(frozen=True, slots=True)
class Maxima:
    """What the anchors signed for a rebuild: the most that anyone knows was spent.

    ``authority`` is the digest of the signed document; ``heads`` are all heads of this ledger that
    peers hold; ``accounts`` give cap and spent (what they say of reserved is not used). An account
    that was overspent (on two branches of a ledger) states the true sum here.
    """

    authority: str
    heads: tuple[Head, ...]
    accounts: tuple[Account, ...]

    def document(self) -> Document:
        """Return the rebuild as it stands in its entry."""
        return {
            "authority": self.authority,
            "heads": [head.model_dump() for head in self.heads],
            "accounts": [
                {
                    "unit": account.unit,
                    "year": account.year,
                    "cap": format_rho(account.cap),
                    "spent": format_rho(account.spent),
                }
                for account in self.accounts
            ],
        }


def price_per_account(charges: Iterable[Charge]) -> dict[AccountKey, Rho]:
    """Return what the charges take from each account; two charges on one account add up."""
    price: dict[AccountKey, Rho] = {}
    for charge in charges:
        for year in charge.years:
            key = charge.unit, year
            price[key] = Rho(price.get(key, 0) + charge.rho)
    return price


def charges_document(charges: Iterable[Charge]) -> Document:
    """Return charges as they stand in an entry, under the name ``charges``."""
    listed = [
        {"unit": charge.unit, "years": list(charge.years), "rho": format_rho(charge.rho)}
        for charge in charges
    ]
    return {"charges": listed}


def encode_charges(charges: Iterable[Charge]) -> bytes:
    """Return charges as they stand in a row of ``ledger_hold``."""
    return canonical.encode(charges_document(charges))


def charges_from(document: Document) -> tuple[Charge, ...]:
    """Return the charges of an entry.

    Raises:
        KeyError, TypeError, ValueError, MalformedParameter: the document holds none.
    """
    return tuple(
        Charge(unit=item["unit"], years=tuple(item["years"]), rho=parse_rho(item["rho"]))
        for item in document["charges"]
    )


def settle(known: Mapping[AccountKey, Account], maxima: Maxima) -> dict[AccountKey, Account]:
    """Return the accounts after a rebuild: nothing reserved, the larger spent, at most the cap.

    Raises:
        CapFixed: ``maxima`` has another cap for a known account.
    """
    after = {
        key: replace(account, reserved=Rho(0), spent=Rho(account.reserved + account.spent))
        for key, account in known.items()
    }
    for stated in maxima.accounts:
        key = stated.unit, stated.year
        own = after.get(key, replace(stated, reserved=Rho(0), spent=Rho(0)))
        if own.cap != stated.cap:
            raise CapFixed(f"{stated.unit} {stated.year}")
        after[key] = replace(own, spent=Rho(min(own.cap, max(own.spent, stated.spent))))
    return after
