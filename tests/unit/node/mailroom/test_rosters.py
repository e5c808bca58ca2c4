# SPDX-License-Identifier: EUPL-1.2
"""Rosters that arrive by letter, and letters written under another roster."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ontschot.node.mailroom import AnchorsPinned, Desk, Mailroom, NoRoster, NotListed, Outcome
from ontschot.protocol.letters import Letter, RefusalNotice, SignedLetter, pack, read
from ontschot.protocol.roster import Roster, RosterNotInForce, RosterNotSigned
from simulation.parties import BODIES, COORDINATOR, Parties
from vectors.roster import build

ME = "helper-een"
FIRST = build.roster()
SECOND = build.successor(FIRST)
THIRD = build.successor(SECOND)


@pytest.fixture
def parties(tmp_path: Path) -> Iterator[Parties]:
    made = Parties(tmp_path)
    yield made
    made.dispose()


@pytest.fixture
def room(parties: Parties) -> Mailroom:
    return parties.mailroom(ME)


def wire(seq: int, roster: Roster, sender: str = "zorg-ada") -> SignedLetter:
    letter = Letter("note", "", sender, ME, seq, roster.serial, roster.digest, b"content")
    return pack(letter, build.keys(sender).signing)


def roster_letter(
    seq: int, roster: Roster, *bodies: str, under: Roster | None = None, signer: str = COORDINATOR
) -> SignedLetter:
    payload = build.signed(roster, *(bodies or BODIES)).to_bytes()
    written = under or roster
    letter = Letter(
        "roster", str(roster.serial), COORDINATOR, ME, seq, written.serial, written.digest, payload
    )
    return pack(letter, build.keys(signer).signing)


def held(room: Mailroom) -> int:
    roster = room.roster()
    return 0 if roster is None else roster.serial


def test_a_new_roster_takes_over(room: Mailroom) -> None:
    assert room.receive(roster_letter(90, SECOND)) == Outcome("handled")
    assert room.roster() == SECOND
    assert room.receive(roster_letter(90, SECOND)) == Outcome("handled", repeated=True)
    assert room.act(lambda desk: desk.roster) == SECOND


def test_the_first_roster_by_pinned_anchors(tmp_path: Path) -> None:
    parties = Parties(tmp_path, adopt=False)
    room = parties.mailroom(ME)
    assert room.roster() is None
    with pytest.raises(NoRoster):
        room.act(lambda desk: desk.me)
    assert room.receive(wire(1, FIRST)) == Outcome("waiting", "no-roster")
    bad = room.receive(roster_letter(1, FIRST, "municipality"))
    assert bad == Outcome("refused", "roster-not-signed")
    assert room.receive(roster_letter(2, SECOND)) == Outcome("handled")
    assert room.roster() == SECOND
    parties.dispose()


def test_without_pinned_anchors_no_roster_is_believed(tmp_path: Path) -> None:
    parties = Parties(tmp_path, adopt=False)
    parties.query(ME, lambda c: c.exec_driver_sql("DELETE FROM mail_anchors"))
    outcome = parties.mailroom(ME).receive(roster_letter(1, FIRST))
    assert outcome == Outcome("waiting", "no-roster")
    parties.dispose()


def test_anchors_are_pinned_once(room: Mailroom) -> None:
    room.pin_anchors(build.pinned())
    with pytest.raises(AnchorsPinned):
        room.pin_anchors(build.pinned(3))


def test_a_letter_under_a_later_roster_waits_for_it(parties: Parties, room: Mailroom) -> None:
    later = wire(1, SECOND)
    assert room.receive(later) == Outcome("waiting", "letter-roster-ahead")
    assert not room.receive(later).acknowledged
    room.receive(roster_letter(90, SECOND))
    assert room.receive(later) == Outcome("handled")
    assert len(parties.seen(ME)) == 1


def test_a_letter_under_an_earlier_roster_is_refused(parties: Parties, room: Mailroom) -> None:
    room.receive(roster_letter(90, SECOND))
    assert room.receive(wire(1, FIRST)) == Outcome("refused", "letter-roster-outdated")
    answer = read(room.unposted()[0].wire)
    assert RefusalNotice.parse(answer.payload).code == "letter-roster-outdated"
    assert answer.roster_serial == 2
    assert parties.seen(ME) == []


def test_what_was_handled_before_stays_handled(room: Mailroom) -> None:
    room.receive(wire(1, FIRST))
    room.receive(roster_letter(90, SECOND))
    assert room.receive(wire(1, FIRST)) == Outcome("handled", repeated=True)


def test_another_roster_of_the_same_serial(parties: Parties, room: Mailroom) -> None:
    split = FIRST.model_copy(update={"pilot": True})
    assert room.receive(wire(1, split)) == Outcome("refused", "letter-roster-differs")
    assert parties.seen(ME) == []


def test_rosters_out_of_order_wait_for_each_other(room: Mailroom) -> None:
    third = roster_letter(91, THIRD)
    assert room.receive(third) == Outcome("waiting", "letter-roster-ahead")
    room.receive(roster_letter(90, SECOND))
    assert room.receive(third) == Outcome("handled")
    assert held(room) == 3


def test_an_old_roster_changes_nothing(room: Mailroom) -> None:
    room.receive(roster_letter(90, SECOND))
    assert room.receive(roster_letter(89, FIRST)) == Outcome("handled", repeated=True)
    assert held(room) == 2


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (roster_letter(90, SECOND, "municipality"), "roster-not-signed"),
        (roster_letter(90, SECOND, signer="zorg-ada"), "bad-signature"),
        (roster_letter(90, SECOND, under=THIRD), "letter-roster-ahead"),
        (roster_letter(90, build.successor(FIRST, federation="elders")), "roster-of-another"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_roster_that_is_not_believed(room: Mailroom, bad: SignedLetter, code: str) -> None:
    outcome = room.receive(bad)
    assert outcome.code == code
    assert held(room) == 1


def test_a_roster_letter_that_carries_something_else(room: Mailroom) -> None:
    letter = replace(read(roster_letter(90, SECOND)), payload=b"no roster")
    outcome = room.receive(pack(letter, build.keys(COORDINATOR).signing))
    assert outcome.state == "refused"
    assert held(room) == 1


def test_a_roster_that_is_not_valid_yet_waits(parties: Parties, room: Mailroom) -> None:
    future = build.successor(
        FIRST, not_before="2026-03-01T00:00:00Z", not_after="2026-05-01T00:00:00Z"
    )
    letter = roster_letter(90, future)
    assert room.receive(letter) == Outcome("waiting", "roster-not-in-force")
    parties.clock.advance(timedelta(days=40).total_seconds())
    assert room.receive(letter) == Outcome("handled")


def test_an_expired_roster_stops_everything_but_its_successor(
    parties: Parties, room: Mailroom
) -> None:
    parties.clock.advance(timedelta(days=100).total_seconds())
    with pytest.raises(RosterNotInForce):
        room.act(lambda desk: desk.me)
    assert room.receive(wire(1, FIRST)) == Outcome("waiting", "roster-not-in-force")
    room.receive(roster_letter(90, SECOND))
    assert held(room) == 2, "expired too, but a link of the chain"
    assert room.receive(wire(2, SECOND)) == Outcome("waiting", "roster-not-in-force")
    now = build.successor(
        SECOND, not_before="2026-05-01T00:00:00Z", not_after="2026-07-01T00:00:00Z"
    )
    assert room.receive(roster_letter(91, now)) == Outcome("handled")
    assert room.receive(wire(3, now)) == Outcome("handled")


def without(roster: Roster, name: str) -> Roster:
    changed = [
        one.model_copy(update={"status": "revoked"}) if one.id == name else one
        for one in roster.participants
    ]
    return build.successor(roster, participants=tuple(changed))


def test_a_revoked_participant_learns_it_and_stops(room: Mailroom) -> None:
    gone = without(FIRST, "zorg-cis")
    assert room.receive(roster_letter(90, gone)) == Outcome("handled")
    letter = wire(1, gone, "zorg-cis")
    assert room.receive(letter) == Outcome("refused", "unknown-participant")


def test_one_that_is_not_listed_any_more_waits(room: Mailroom) -> None:
    others = tuple(
        build.participant("helper-nieuw", "helper-a") if one.id == ME else one
        for one in FIRST.participants
    )
    replaced = build.successor(FIRST, participants=others)
    assert room.receive(roster_letter(90, replaced)) == Outcome("handled")
    with pytest.raises(NotListed):
        room.act(lambda desk: desk.me)
    assert room.receive(wire(1, replaced)) == Outcome("waiting", "not-listed")


def test_listed_with_another_key(room: Mailroom) -> None:
    other = build.keys("another key").public.signing
    changed = tuple(
        one.model_copy(update={"signing_key": other}) if one.id == ME else one
        for one in FIRST.participants
    )
    room.receive(roster_letter(90, build.successor(FIRST, participants=changed)))
    with pytest.raises(NotListed):
        room.act(lambda desk: desk.me)


def test_a_roster_from_a_file(room: Mailroom) -> None:
    assert room.adopt_roster(build.signed(SECOND, *BODIES)) == SECOND
    assert room.adopt_roster(build.signed(SECOND, *BODIES)) == SECOND
    with pytest.raises(RosterNotSigned):
        room.adopt_roster(build.signed(THIRD, "municipality"))
    assert held(room) == 2
    assert room.receive(roster_letter(90, SECOND)) == Outcome("handled")


def test_a_handler_is_told_of_a_new_roster(room: Mailroom) -> None:
    told: list[int] = []

    def adopted(desk: Desk, _: Letter) -> None:
        told.append(desk.roster.serial)
        desk.send("deler", "note", "", b"under the new roster")

    room._handlers["roster"] = adopted
    room.receive(roster_letter(90, SECOND))
    assert told == [2]
    assert read(room.unposted()[0].wire).roster_serial == 2
