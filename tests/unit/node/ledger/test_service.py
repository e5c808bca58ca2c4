# SPDX-License-Identifier: EUPL-1.2
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, text

from ontschot.node.ledger import heads, marks, service
from ontschot.node.ledger.errors import (
    BudgetExhausted,
    CapFixed,
    ChargeDiffers,
    LedgerExists,
    LedgerMissing,
    LedgerRefusal,
    NoBudget,
    NotCharged,
    ReleaseEnded,
    StillCharged,
    TooManyReservations,
)
from ontschot.node.ledger.model import Account, AnswerKey
from ontschot.node.ledger.verify import verify_chain
from ontschot.protocol.documents.base import Head
from ontschot.protocol.privacy.charge import Charge, Unit
from ontschot.protocol.privacy.errors import MalformedParameter
from ontschot.protocol.privacy.units import Rho

MH = "1" * 64
KEYS = ["ed25519:mine"]
OTHER = "2" * 64


def charge(rho: int, *years: int, unit: Unit = "household") -> Charge:
    return Charge(unit, years or (2025,), Rho(rho))


def state(connection: Connection, unit: Unit = "household", year: int = 2025) -> tuple[int, int]:
    found = service.account(connection, unit, year)
    return found.reserved, found.spent


OPERATIONS: list[Callable[[Connection], Any]] = [
    service.head,
    service.status,
    service.accounts,
    lambda c: service.account(c, "household", 2025),
    lambda c: service.available(c, "household", 2025),
    lambda c: service.grant(c, "household", 2025, Rho(1), "a" * 64),
    lambda c: service.reserve(c, MH, [charge(1)], "gemeente"),
    lambda c: service.spend(c, MH, [charge(1)]),
    lambda c: service.free(c, MH),
    lambda c: service.refund(c, MH),
    lambda c: service.tombstone(c, MH),
    lambda c: marks.bind(c, "b", "x"),
    lambda c: marks.store_answer(c, AnswerKey.of("q", "r", []), "o"),
    lambda c: marks.stored_answer(c, AnswerKey.of("q", "r", [])),
    lambda c: heads.note(c, "node-1", Head(seq=0, hash="0" * 64)),
    lambda c: heads.check_own(c, {}, KEYS),
    lambda c: heads.rebuild(c, None),  # type: ignore[arg-type]  # it must not come so far
    verify_chain,
]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_without_a_ledger_nothing_is_allowed(
    bare: Connection, operation: Callable[[Connection], Any]
) -> None:
    with pytest.raises(LedgerMissing):
        operation(bare)


@pytest.mark.parametrize("loss", ["DELETE FROM ledger_entry", "DELETE FROM ledger_status"])
def test_half_a_ledger_is_a_missing_one_and_is_not_made_again(
    ledger: Connection, loss: str
) -> None:
    ledger.execute(text("DROP TRIGGER ledger_entry_no_delete"))
    ledger.execute(text(loss))
    with pytest.raises(LedgerMissing):
        service.reserve(ledger, MH, [charge(1)], "gemeente")
    with pytest.raises(LedgerExists):
        service.create(ledger, "drechtsteden", "m" * 32)


def test_a_ledger_is_created_once(ledger: Connection) -> None:
    with pytest.raises(LedgerExists):
        service.create(ledger, "drechtsteden", "m" * 32)


def test_two_ledgers_never_have_the_same_head(bare: Connection) -> None:
    one = service.create(bare, "drechtsteden", "n" * 32)
    bare.execute(text("DROP TRIGGER ledger_entry_no_delete"))
    bare.execute(text("DELETE FROM ledger_entry"))
    bare.execute(text("DELETE FROM ledger_status"))
    other = service.create(bare, "drechtsteden", "m" * 32)
    assert one.seq == other.seq == 0
    assert one.hash != other.hash


def test_the_status_says_whose_it_is(ledger: Connection) -> None:
    found = service.status(ledger)
    assert found.federation == "drechtsteden"
    assert found.head == service.head(ledger)
    assert found.closed_by is None


def test_a_cap_is_set_once(ledger: Connection) -> None:
    before = service.head(ledger)
    service.grant(ledger, "household", 2025, Rho(1000), "b" * 64)
    assert service.head(ledger) == before
    with pytest.raises(CapFixed, match="household 2025"):
        service.grant(ledger, "household", 2025, Rho(1001), "a" * 64)


def test_a_cap_is_a_rho(ledger: Connection) -> None:
    with pytest.raises(MalformedParameter):
        service.grant(ledger, "household", 2030, Rho(-1), "a" * 64)


def test_all_accounts(ledger: Connection) -> None:
    assert [(found.unit, found.year) for found in service.accounts(ledger)] == [
        ("household", 2024),
        ("household", 2025),
        ("person", 2024),
        ("person", 2025),
    ]
    assert service.account(ledger, "person", 2024) == Account(
        "person", 2024, Rho(1000), Rho(0), Rho(0)
    )


def test_a_reservation_takes_from_what_is_left_and_spending_takes_no_more(
    ledger: Connection,
) -> None:
    service.reserve(ledger, MH, [charge(300)], "gemeente")
    assert state(ledger) == (300, 0)
    assert service.available(ledger, "household", 2025) == 700
    service.spend(ledger, MH)
    assert state(ledger) == (0, 300)
    assert service.available(ledger, "household", 2025) == 700


def test_the_last_unit_can_be_taken_and_no_more(ledger: Connection) -> None:
    service.reserve(ledger, MH, [charge(1000)], "gemeente")
    with pytest.raises(BudgetExhausted) as caught:
        service.reserve(ledger, OTHER, [charge(1)], "gemeente")
    assert (caught.value.unit, caught.value.year) == ("household", 2025)
    assert (caught.value.asked, caught.value.left) == (1, 0)


def test_a_refusal_says_which_account_and_what_is_left(ledger: Connection) -> None:
    service.grant(ledger, "person", 2026, Rho(185_070_000_000), "a" * 64)
    with pytest.raises(BudgetExhausted) as caught:
        service.reserve(ledger, MH, [charge(10**12, 2026, unit="person")], "gemeente")
    assert caught.value.detail == (
        "person 2026: asked rho 1 (epsilon 7.766), left rho 0.18507 (epsilon 3.000)"
    )
    assert "privacybudget" in caught.value.explain("nl")


def test_all_accounts_or_none(ledger: Connection) -> None:
    before = service.head(ledger)
    charges = [charge(10, 2024, 2025), charge(1001, unit="person")]
    with pytest.raises(BudgetExhausted, match="person 2025"):
        service.reserve(ledger, MH, charges, "gemeente")
    assert state(ledger) == (0, 0)
    assert state(ledger, year=2024) == (0, 0)
    assert service.head(ledger) == before


def test_every_year_of_a_charge_pays_in_full(ledger: Connection) -> None:
    service.reserve(ledger, MH, [charge(10, 2024, 2025), charge(20, unit="person")], "gemeente")
    assert state(ledger, year=2024) == state(ledger) == (10, 0)
    assert state(ledger, "person") == (20, 0)
    assert state(ledger, "person", 2024) == (0, 0)


def test_two_charges_on_one_account_are_added_before_they_are_weighed(ledger: Connection) -> None:
    with pytest.raises(BudgetExhausted):
        service.reserve(ledger, MH, [charge(600), charge(600)], "gemeente")
    service.reserve(ledger, MH, [charge(400), charge(600)], "gemeente")
    assert state(ledger) == (1000, 0)


def test_a_year_without_a_cap_has_no_budget(ledger: Connection) -> None:
    acts: list[Callable[[], object]] = [
        lambda: service.reserve(ledger, MH, [charge(1, 2025, 2026)], "gemeente"),
        lambda: service.spend(ledger, MH, [charge(1, 2026)]),
        lambda: service.available(ledger, "household", 2026),
    ]
    for act in acts:
        with pytest.raises(NoBudget, match="household 2026"):
            act()


def test_a_release_charges_something(ledger: Connection) -> None:
    with pytest.raises(ValueError, match="at least one account"):
        service.reserve(ledger, MH, [], "gemeente")


def test_reserving_again_changes_nothing(ledger: Connection) -> None:
    service.reserve(ledger, MH, [charge(900)], "gemeente")
    before = service.head(ledger)
    service.reserve(ledger, MH, [charge(900)], "gemeente")
    service.spend(ledger, MH)
    service.reserve(ledger, MH, [charge(900)], "gemeente")
    assert state(ledger) == (0, 900)
    assert service.head(ledger).seq == before.seq + 1


@pytest.mark.parametrize(
    ("charges", "asker"),
    [([charge(2)], "gemeente"), ([charge(1), charge(1, 2024)], "gemeente"), ([charge(1)], "raad")],
)
def test_one_manifest_has_one_price(ledger: Connection, charges: list[Charge], asker: str) -> None:
    service.reserve(ledger, MH, [charge(1)], "gemeente")
    with pytest.raises(ChargeDiffers):
        service.reserve(ledger, MH, charges, asker)


def test_an_asker_holds_a_limited_number_of_reservations(ledger: Connection) -> None:
    service.reserve(ledger, MH, [charge(1)], "gemeente", limit=1)
    with pytest.raises(TooManyReservations, match="gemeente"):
        service.reserve(ledger, OTHER, [charge(1)], "gemeente", limit=1)
    service.reserve(ledger, OTHER, [charge(1)], "raad", limit=1)
    service.spend(ledger, MH)
    service.reserve(ledger, "3" * 64, [charge(1)], "gemeente", limit=1)


def test_spending_at_once(ledger: Connection) -> None:
    service.spend(ledger, MH, [charge(300)])
    service.spend(ledger, MH, [charge(300)])
    service.spend(ledger, MH)
    assert state(ledger) == (0, 300)
    with pytest.raises(ChargeDiffers):
        service.spend(ledger, MH, [charge(301)])
    with pytest.raises(BudgetExhausted):
        service.spend(ledger, OTHER, [charge(701)])


def test_spending_what_was_reserved_at_another_price(ledger: Connection) -> None:
    service.reserve(ledger, MH, [charge(300)], "gemeente")
    with pytest.raises(ChargeDiffers):
        service.spend(ledger, MH, [charge(1)])
    service.spend(ledger, MH, [charge(300)])
    assert state(ledger) == (0, 300)


def test_what_was_never_charged_is_not_spent_freed_or_refunded(ledger: Connection) -> None:
    for act in (service.spend, service.free, service.refund):
        with pytest.raises(NotCharged):
            act(ledger, MH)


def test_a_freed_reservation_is_given_back_once_and_its_manifest_is_dead(
    ledger: Connection,
) -> None:
    service.reserve(ledger, MH, [charge(300)], "gemeente")
    service.reserve(ledger, OTHER, [charge(200)], "gemeente")
    service.free(ledger, MH)
    service.free(ledger, MH)
    assert state(ledger) == (200, 0)
    acts: list[Callable[[], object]] = [
        lambda: service.reserve(ledger, MH, [charge(300)], "gemeente"),
        lambda: service.spend(ledger, MH),
        lambda: service.spend(ledger, MH, [charge(300)]),
    ]
    for act in acts:
        with pytest.raises(ReleaseEnded):
            act()


def test_what_is_spent_is_not_freed_and_what_is_reserved_is_not_refunded(
    ledger: Connection,
) -> None:
    service.reserve(ledger, MH, [charge(300)], "gemeente")
    with pytest.raises(StillCharged):
        service.refund(ledger, MH)
    service.spend(ledger, MH)
    with pytest.raises(StillCharged):
        service.free(ledger, MH)
    assert state(ledger) == (0, 300)


def test_a_refund_is_given_once_and_its_manifest_is_dead(ledger: Connection) -> None:
    service.spend(ledger, OTHER, [charge(500)])
    service.spend(ledger, MH, [charge(300)])
    service.refund(ledger, MH)
    service.refund(ledger, MH)
    assert state(ledger) == (0, 500)
    with pytest.raises(ReleaseEnded):
        service.spend(ledger, MH)


def test_a_tombstone_bars_a_manifest_for_ever(ledger: Connection) -> None:
    service.tombstone(ledger, MH)
    service.tombstone(ledger, MH)
    with pytest.raises(ReleaseEnded):
        service.reserve(ledger, MH, [charge(1)], "gemeente")
    service.free(ledger, MH)
    assert state(ledger) == (0, 0)


def test_no_tombstone_over_what_is_still_charged(ledger: Connection) -> None:
    service.reserve(ledger, MH, [charge(1)], "gemeente")
    with pytest.raises(StillCharged):
        service.tombstone(ledger, MH)
    service.spend(ledger, MH)
    with pytest.raises(StillCharged):
        service.tombstone(ledger, MH)
    service.refund(ledger, MH)
    service.tombstone(ledger, MH)
    verify_chain(ledger)


def test_a_refusal_leaves_no_trace(ledger: Connection) -> None:
    service.reserve(ledger, MH, [charge(900)], "gemeente", limit=1)
    before = service.head(ledger), service.accounts(ledger)
    acts: list[Callable[[], object]] = [
        lambda: service.reserve(ledger, OTHER, [charge(101)], "raad"),
        lambda: service.reserve(ledger, OTHER, [charge(1)], "gemeente", limit=1),
        lambda: service.refund(ledger, MH),
        lambda: service.tombstone(ledger, MH),
        lambda: service.grant(ledger, "household", 2025, Rho(2000), "a" * 64),
    ]
    for act in acts:
        with pytest.raises(LedgerRefusal):
            act()
    assert (service.head(ledger), service.accounts(ledger)) == before
    verify_chain(ledger)
