# SPDX-License-Identifier: EUPL-1.2
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError

from ontschot.node.database import open_engine, require_current, upgrade
from ontschot.node.ledger import chain, heads, service
from ontschot.node.ledger.errors import LedgerBroken
from ontschot.node.ledger.model import Account, AnswerKey, Entry, Maxima, entry_hash
from ontschot.node.ledger.verify import verify_chain
from ontschot.node.state.schema import MIGRATIONS
from ontschot.protocol import canonical
from ontschot.protocol.documents.base import Head
from ontschot.protocol.privacy.charge import Charge
from ontschot.protocol.privacy.units import Rho

PRICE = [Charge("household", (2025,), Rho(300))]
KEYS = ["ed25519:mine"]


@pytest.fixture
def busy(ledger: Connection) -> Connection:
    """A ledger in which everything happened once, with its triggers taken off."""
    service.reserve(ledger, "1" * 64, PRICE, "gemeente")
    service.spend(ledger, "1" * 64)
    service.reserve(ledger, "2" * 64, PRICE, "gemeente")
    service.free(ledger, "2" * 64)
    service.spend(ledger, "3" * 64, PRICE)
    service.refund(ledger, "3" * 64)
    service.tombstone(ledger, "3" * 64)
    service.bind(ledger, "b" * 64, "c" * 64)
    service.store_answer(ledger, AnswerKey.of("q", "r", ["e"]), "d" * 64)
    heads.note(ledger, "helper-a", Head(seq=9, hash="9" * 64))
    heads.check_own(ledger, {"helper-a": Head(seq=400, hash="4" * 64)}, KEYS)
    account = Account("household", 2025, Rho(1000), Rho(0), Rho(400))
    heads.rebuild(ledger, Maxima("f" * 64, (Head(seq=400, hash="4" * 64),), (account,)))
    service.reserve(ledger, "4" * 64, PRICE, "gemeente")
    for verb in ("update", "delete"):
        ledger.execute(text(f"DROP TRIGGER ledger_entry_no_{verb}"))
    return ledger


def test_an_honest_ledger_is_whole(busy: Connection) -> None:
    assert verify_chain(busy) == service.head(busy)
    assert service.account(busy, "household", 2025).available == 300


TAMPERING = {
    "the body of an entry": "UPDATE ledger_entry SET body = CAST(replace(CAST(body AS TEXT), "
    "'\"300\"', '\"200\"') AS BLOB) WHERE seq = 5",
    "a body that is no JSON": "UPDATE ledger_entry SET body = CAST('x' AS BLOB) WHERE seq = 5",
    "a body of another type": "UPDATE ledger_entry SET body = CAST(body AS TEXT) WHERE seq = 5",
    "the kind of an entry": "UPDATE ledger_entry SET kind = 'free' WHERE seq = 6",
    "a kind that is none": "UPDATE ledger_entry SET kind = 'add' WHERE seq = 6",
    "the hash of an entry": "UPDATE ledger_entry SET hash = substr(hash, 2) || 'g' WHERE seq = 6",
    "an entry gone from the middle": "DELETE FROM ledger_entry WHERE seq = 8",
    "the first entry gone": "DELETE FROM ledger_entry WHERE seq = 0",
    "the last entry gone": "DELETE FROM ledger_entry WHERE seq = 402",
    "all entries gone": "DELETE FROM ledger_entry",
    "another number": "UPDATE ledger_entry SET seq = 500 WHERE seq = 402",
    "spent lowered": "UPDATE ledger_account SET spent = 0 WHERE year = 2025",
    "reserved lowered": "UPDATE ledger_account SET reserved = 0 WHERE year = 2025",
    "a cap raised": "UPDATE ledger_account SET cap = 2000 WHERE year = 2025",
    "an account gone": "DELETE FROM ledger_account WHERE year = 2024",
    "an account added": "INSERT INTO ledger_account VALUES ('household', 2030, 1000, 0, 0)",
    "a hold gone": "DELETE FROM ledger_hold WHERE state = 'freed'",
    "a hold freed": "UPDATE ledger_hold SET state = 'freed' WHERE state = 'reserved'",
    "a tombstone lifted": "UPDATE ledger_hold SET state = 'freed' WHERE state = 'tombstoned'",
    "another asker": "UPDATE ledger_hold SET asker = 'raad' WHERE asker = 'gemeente'",
    "a cheaper hold": "UPDATE ledger_hold SET charges = CAST('{}' AS BLOB)",
    "a batch unbound": "DELETE FROM ledger_binding",
    "a batch bound otherwise": "UPDATE ledger_binding SET binding = batch",
    "an answer forgotten": "DELETE FROM ledger_answer",
    "an answer replaced": "UPDATE ledger_answer SET output = key",
    "a peer's head forgotten": "DELETE FROM ledger_peer_head",
    "a peer's head put back": "UPDATE ledger_peer_head SET seq = 1",
    "another federation": "UPDATE ledger_status SET federation = 'elders'",
    "closed by hand": "UPDATE ledger_status SET closed_by = 'x'",
    "the status gone": "DELETE FROM ledger_status",
}


@pytest.mark.parametrize("change", TAMPERING.values(), ids=TAMPERING.keys())
def test_every_change_by_sql_is_seen(busy: Connection, change: str) -> None:
    assert busy.execute(text(change)).rowcount > 0
    with pytest.raises(LedgerBroken):
        verify_chain(busy)


def test_a_ledger_opened_by_hand_is_seen(ledger: Connection) -> None:
    heads.check_own(ledger, {"helper-a": Head(seq=400, hash="4" * 64)}, KEYS)
    ledger.execute(text("UPDATE ledger_status SET closed_by = NULL"))
    with pytest.raises(LedgerBroken, match="ledger_status"):
        verify_chain(ledger)


FORGED: dict[str, Callable[[dict[str, object]], tuple[str, dict[str, object]]]] = {
    "beyond the cap": lambda charge: ("spend", {"mh": "9" * 64, "charges": [charge]}),
    "a second spend": lambda _: ("spend", {"mh": "1" * 64}),
    "a second refund": lambda _: ("refund", {"mh": "3" * 64}),
    "freeing what is unknown": lambda _: ("free", {"mh": "8" * 64}),
    "a second hold": lambda charge: ("spend", {"mh": "1" * 64, "charges": [charge]}),
    "a cap set twice": lambda _: (
        "grant",
        {"unit": "household", "year": 2025, "cap": "9", "federation": "drechtsteden"},
    ),
    "a cap of another federation": lambda _: (
        "grant",
        {"unit": "household", "year": 2030, "cap": "9", "federation": "elders"},
    ),
    "an unknown account": lambda charge: (
        "spend",
        {"mh": "9" * 64, "charges": [charge | {"years": [1999]}]},
    ),
    "a batch bound twice": lambda _: ("bind", {"batch": "b" * 64, "binding": "d" * 64}),
    "a tombstone over a reservation": lambda _: ("tombstone", {"mh": "4" * 64}),
    "a peer that went back": lambda _: (
        "witness",
        {"participant": "helper-a", "seq": 8, "hash": "8" * 64},
    ),
    "a second creation": lambda _: ("created", {"v": 1, "federation": "x", "nonce": "y"}),
    "a rebuild of an open ledger": lambda _: (
        "rebuilt",
        {"authority": "f" * 64, "heads": [], "accounts": []},
    ),
    "a kind that is none": lambda _: ("add", {}),
    "a body without its fields": lambda _: ("spend", {}),
}


def write(connection: Connection, entry: Entry) -> None:
    """Put an entry behind the service's back."""
    columns = "(seq, kind, body, prev, hash) VALUES (:seq, :kind, :body, :prev, :hash)"
    values = {name: getattr(entry, name) for name in ("seq", "kind", "body", "prev", "hash")}
    connection.execute(text("INSERT INTO ledger_entry " + columns), values)


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED.keys())
def test_an_entry_with_a_good_hash_that_the_rules_do_not_allow(
    busy: Connection, forge: Callable[[dict[str, object]], tuple[str, dict[str, object]]]
) -> None:
    kind, body = forge({"unit": "household", "years": [2025], "rho": "301"})
    last = service.head(busy)
    write(busy, Entry.after(last, kind, body))
    with pytest.raises(LedgerBroken, match=f"entry {last.seq + 1}"):
        verify_chain(busy)


def test_only_a_rebuild_skips_numbers(busy: Connection) -> None:
    last = service.head(busy)
    write(busy, Entry.after(last, "tombstone", {"mh": "8" * 64}, seq=last.seq + 2))
    with pytest.raises(LedgerBroken, match=f"entry {last.seq + 2}"):
        verify_chain(busy)


def test_the_hash_is_that_of_the_canonical_json(ledger: Connection) -> None:
    first, second, *_ = chain.entries(ledger)
    assert first.prev == "0" * 64
    assert second.prev == first.hash
    body = json.loads(second.body)
    spelled = canonical.encode({"seq": 1, "kind": "grant", "body": body, "prev": first.hash})
    assert second.hash == canonical.sha256(spelled) == entry_hash(1, "grant", body, first.hash)
    assert body["federation"] == "drechtsteden"


@pytest.mark.parametrize(
    "change", ["UPDATE ledger_entry SET kind = 'free'", "DELETE FROM ledger_entry"]
)
def test_the_database_itself_refuses_to_change_an_entry(ledger: Connection, change: str) -> None:
    with pytest.raises(IntegrityError, match="written once"):
        ledger.execute(text(change))


def test_the_database_itself_refuses_to_pass_a_cap(ledger: Connection) -> None:
    with pytest.raises(IntegrityError, match="within_cap"):
        ledger.execute(text("UPDATE ledger_account SET spent = 1001"))


def test_the_ledger_is_flushed_to_disk_at_every_commit(engine: Engine) -> None:
    with engine.connect() as connection:
        # 2 is FULL: a commit returns when the disk has it.
        assert connection.execute(text("PRAGMA synchronous")).scalar_one() == 2


def test_a_ledger_survives_closing_and_opening(engine: Engine, tmp_path: Path) -> None:
    with engine.begin() as connection:
        service.create(connection, "drechtsteden", "n" * 32)
        service.grant(connection, "household", 2025, Rho(1000), "a" * 64)
        service.reserve(connection, "1" * 64, PRICE, "gemeente")
        before = service.head(connection), service.accounts(connection)
    engine.dispose()
    again = open_engine(f"sqlite:///{tmp_path / 'state.db'}")
    upgrade(again, MIGRATIONS)
    require_current(again, MIGRATIONS)
    with again.begin() as connection:
        assert (service.head(connection), service.accounts(connection)) == before
        verify_chain(connection)
    again.dispose()
