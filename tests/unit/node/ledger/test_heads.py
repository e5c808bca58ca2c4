# SPDX-License-Identifier: EUPL-1.2
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine

from ontschot.node.database import open_engine
from ontschot.node.ledger import heads, service
from ontschot.node.ledger.errors import (
    CapFixed,
    LedgerClosed,
    LedgerForked,
    LedgerOpen,
    LedgerRolledBack,
    ReleaseEnded,
    StillCharged,
)
from ontschot.node.ledger.model import Account, Maxima
from ontschot.node.ledger.verify import verify_chain
from ontschot.protocol.documents.base import Head
from ontschot.protocol.privacy.charge import Charge
from ontschot.protocol.privacy.units import Rho

MH = "1" * 64
KEYS = ["ed25519:mine"]
PRICE = [Charge("household", (2025,), Rho(300))]


def head(seq: int, letter: str = "a") -> Head:
    return Head(seq=seq, hash=letter * 64)


def maxima(*held: Head, spent: int = 0, cap: int = 1000, year: int = 2025) -> Maxima:
    account = Account("household", year, Rho(cap), Rho(0), Rho(spent))
    return Maxima(authority="f" * 64, heads=held, accounts=(account,))


def test_a_peers_head_moves_on(ledger: Connection) -> None:
    heads.note(ledger, "helper-a", head(3))
    heads.note(ledger, "helper-b", head(1))
    heads.note(ledger, "helper-a", head(7, "b"))
    assert heads.held(ledger) == {"helper-a": head(7, "b"), "helper-b": head(1)}
    verify_chain(ledger)


def test_the_same_head_again_changes_nothing(ledger: Connection) -> None:
    heads.note(ledger, "helper-a", head(3))
    before = service.head(ledger)
    heads.note(ledger, "helper-a", head(3))
    assert service.head(ledger) == before


def test_a_peer_that_goes_back_is_refused(ledger: Connection) -> None:
    heads.note(ledger, "helper-a", head(3))
    with pytest.raises(LedgerRolledBack, match="helper-a"):
        heads.note(ledger, "helper-a", head(2))
    assert heads.held(ledger) == {"helper-a": head(3)}


def test_a_statement_may_be_read_again_later(ledger: Connection) -> None:
    heads.note(ledger, "helper-a", head(3))
    heads.note(ledger, "helper-a", head(5))
    before = service.head(ledger)
    heads.note(ledger, "helper-a", head(3))
    assert service.head(ledger) == before
    assert heads.held(ledger) == {"helper-a": head(5)}
    with pytest.raises(LedgerForked, match="helper-a"):
        heads.note(ledger, "helper-a", head(3, "b"))


def test_a_peer_with_two_versions_is_refused(ledger: Connection) -> None:
    heads.note(ledger, "helper-a", head(3))
    with pytest.raises(LedgerForked, match="helper-a"):
        heads.note(ledger, "helper-a", head(3, "b"))


def test_our_own_chain_has_what_peers_hold(ledger: Connection) -> None:
    older = service.head(ledger)
    service.reserve(ledger, MH, PRICE, "gemeente")
    assert heads.check_own(ledger, {"a": older, "b": service.head(ledger)}, KEYS) is None
    assert heads.check_own(ledger, {}, KEYS) is None
    assert service.status(ledger).closed_by is None


def test_a_restored_older_ledger_closes_itself(engine: Engine, tmp_path: Path) -> None:
    with engine.begin() as connection:
        service.create(connection, "drechtsteden", "n" * 32)
        service.grant(connection, "household", 2025, Rho(1000), "a" * 64)
    engine.dispose()
    shutil.copy(tmp_path / "state.db", tmp_path / "backup.db")
    with engine.begin() as connection:
        service.spend(connection, MH, PRICE)
        shown = service.head(connection)
    restored = open_engine(f"sqlite:///{tmp_path / 'backup.db'}")
    with restored.begin() as connection:
        reason = heads.check_own(connection, {"helper-a": shown}, KEYS)
    assert isinstance(reason, LedgerRolledBack)
    assert reason.detail == "helper-a"
    with restored.begin() as connection, pytest.raises(LedgerClosed, match="ledger-rolled-back"):
        service.reserve(connection, MH, PRICE, "gemeente")
    restored.dispose()


def closed(ledger: Connection, seq: int = 100) -> Connection:
    assert isinstance(heads.check_own(ledger, {"helper-a": head(seq)}, KEYS), LedgerRolledBack)
    return ledger


def test_a_branch_of_a_restored_ledger_is_seen_though_it_is_longer(ledger: Connection) -> None:
    service.reserve(ledger, MH, PRICE, "gemeente")
    reason = heads.check_own(ledger, {"b": service.head(ledger), "helper-a": head(2)}, KEYS)
    assert isinstance(reason, LedgerForked)
    assert service.status(ledger).closed_by == "ledger-forked"


ACTS: list[Callable[[Connection], object]] = [
    service.head,
    lambda c: service.available(c, "household", 2025),
    lambda c: service.grant(c, "household", 2030, Rho(1), "a" * 64),
    lambda c: service.reserve(c, MH, PRICE, "gemeente"),
    lambda c: service.spend(c, MH),
    lambda c: service.free(c, MH),
    lambda c: service.refund(c, MH),
    lambda c: service.tombstone(c, MH),
    lambda c: service.bind(c, "b", "x"),
    lambda c: heads.note(c, "helper-a", head(1)),
    lambda c: heads.check_own(c, {}, KEYS),
]


@pytest.mark.parametrize("act", ACTS)
def test_a_closed_ledger_does_nothing(
    ledger: Connection, act: Callable[[Connection], object]
) -> None:
    with pytest.raises(LedgerClosed) as caught:
        act(closed(ledger))
    assert caught.value.detail == "ledger-rolled-back"


def test_a_closed_ledger_can_still_be_read_and_verified(ledger: Connection) -> None:
    service.reserve(ledger, MH, PRICE, "gemeente")
    closed(ledger)
    assert service.account(ledger, "household", 2025).reserved == 300
    assert verify_chain(ledger) == service.status(ledger).head


def test_an_open_ledger_is_not_rebuilt(ledger: Connection) -> None:
    with pytest.raises(LedgerOpen):
        heads.rebuild(ledger, maxima())


def test_a_rebuild_goes_on_beyond_every_head_that_peers_hold(ledger: Connection) -> None:
    rebuilt = heads.rebuild(closed(ledger), maxima(head(100), head(42, "b"), spent=600))
    assert rebuilt.seq == 101
    assert service.head(ledger) == rebuilt
    assert service.available(ledger, "household", 2025) == 400
    # What peers hold of the lost part is settled now; what nobody mentioned is not.
    peers = {"helper-a": head(100), "node-1": head(42, "b"), "node-2": rebuilt}
    assert heads.check_own(ledger, peers, KEYS) is None
    service.spend(ledger, MH, PRICE)
    assert service.head(ledger).seq == 102
    verify_chain(ledger)
    assert isinstance(heads.check_own(ledger, {"node-3": head(43)}, KEYS), LedgerForked)


def test_a_rebuild_counts_what_this_ledger_knows_itself(ledger: Connection) -> None:
    service.spend(ledger, MH, PRICE)
    service.reserve(ledger, "2" * 64, PRICE, "gemeente")
    heads.rebuild(closed(ledger), maxima(head(100), spent=100))
    found = service.account(ledger, "household", 2025)
    assert (found.reserved, found.spent) == (0, 600)
    verify_chain(ledger)


def test_what_was_overspent_on_two_branches_is_exhausted(ledger: Connection) -> None:
    heads.rebuild(closed(ledger), maxima(head(100), spent=1700))
    assert service.available(ledger, "household", 2025) == 0
    verify_chain(ledger)


def test_a_price_from_before_a_rebuild_is_never_given_back(ledger: Connection) -> None:
    service.spend(ledger, MH, PRICE)
    service.reserve(ledger, "2" * 64, PRICE, "gemeente")
    heads.rebuild(closed(ledger), maxima(head(100)))
    service.spend(ledger, MH)
    service.reserve(ledger, "2" * 64, PRICE, "gemeente")
    with pytest.raises(StillCharged):
        service.tombstone(ledger, MH)
    service.refund(ledger, MH)
    service.free(ledger, "2" * 64)
    assert service.account(ledger, "household", 2025).spent == 600
    service.tombstone(ledger, MH)
    with pytest.raises(ReleaseEnded):
        service.spend(ledger, "2" * 64)
    verify_chain(ledger)


def test_a_rebuild_brings_the_accounts_of_a_lost_ledger(bare: Connection) -> None:
    service.create(bare, "drechtsteden", "m" * 32)
    heads.rebuild(closed(bare), maxima(head(100), spent=250, year=2023))
    assert service.accounts(bare) == (Account("household", 2023, Rho(1000), Rho(0), Rho(250)),)
    verify_chain(bare)


def test_a_rebuild_without_accounts_opens_too(bare: Connection) -> None:
    service.create(bare, "drechtsteden", "m" * 32)
    heads.rebuild(closed(bare), Maxima("f" * 64, (head(100),), ()))
    assert service.accounts(bare) == ()
    verify_chain(bare)


def test_a_rebuild_does_not_change_a_cap(ledger: Connection) -> None:
    with pytest.raises(CapFixed):
        heads.rebuild(closed(ledger), maxima(head(100), cap=2000))
    assert service.status(ledger).closed_by == "ledger-rolled-back"
