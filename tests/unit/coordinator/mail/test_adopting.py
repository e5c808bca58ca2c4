# SPDX-License-Identifier: EUPL-1.2
"""A new roster reaches everybody whom it concerns."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ontschot.coordinator.mail import AnchorsFixed, CoordinatorUnlisted, NoRosterYet, PostOffice
from ontschot.protocol.letters import RosterAhead, read
from ontschot.protocol.roster import Roster, RosterNotInForce, RosterNotSigned
from simulation.parties import BODIES, COORDINATOR, NAMES, Parties
from vectors.roster import build

FIRST = build.roster()
SECOND = build.successor(FIRST)


@pytest.fixture
def parties(tmp_path: Path) -> Iterator[Parties]:
    made = Parties(tmp_path)
    yield made
    made.dispose()


@pytest.fixture
def office(parties: Parties) -> PostOffice:
    return parties.office()


def rosters_for(office: PostOffice, name: str) -> list[int]:
    letters = [read(one.wire) for one in office.deliveries(name, (), 100)]
    return [letter.roster_serial for letter in letters if letter.type == "roster"]


def changed(before: Roster, name: str, status: str | None) -> Roster:
    """Return a successor in which ``name`` has another status, or is left out."""
    participants = [one for one in before.participants if one.id != name]
    if status is not None:
        participants.append(build.participant(name, "provider", status=status))
    return build.successor(before, participants=tuple(participants))


def test_to_everybody_once(parties: Parties, office: PostOffice) -> None:
    for _ in range(2):
        assert office.adopt_roster(parties.signed(SECOND)) == SECOND
    assert all(rosters_for(office, name) == [2] for name in NAMES)
    assert rosters_for(office, COORDINATOR) == []
    parties.network().settle()
    assert {parties.mailroom(name).roster() for name in NAMES} == {SECOND}


def test_also_to_who_is_revoked_and_who_is_left_out(parties: Parties, office: PostOffice) -> None:
    revoked = changed(FIRST, "zorg-ada", "revoked")
    office.adopt_roster(parties.signed(revoked))
    left_out = changed(revoked, "zorg-ada", None)
    office.adopt_roster(parties.signed(left_out))
    assert rosters_for(office, "zorg-ada") == [2, 3]


@pytest.mark.parametrize("status", ["revoked", None])
def test_their_other_mail_is_erased(
    parties: Parties, office: PostOffice, status: str | None
) -> None:
    parties.send(COORDINATOR, "zorg-ada", b"for ada", b"attachment for ada")
    parties.send(COORDINATOR, "deler", b"for deler", b"attachment for deler")
    office.adopt_roster(parties.signed(changed(FIRST, "zorg-ada", status)))
    letters = [read(one.wire) for one in office.deliveries("zorg-ada", (), 9)]
    assert [letter.type for letter in letters] == ["roster"]
    assert len(office.deliveries("deler", (), 9)) == 2
    assert len(list(office.files.store.folder.iterdir())) == 1


def test_who_returns_gets_the_chain_between(parties: Parties, office: PostOffice) -> None:
    roster = changed(FIRST, "zorg-ada", None)
    office.adopt_roster(parties.signed(roster))
    parties.network().settle()
    for _ in range(2):
        roster = build.successor(roster)
        office.adopt_roster(parties.signed(roster))
    assert rosters_for(office, "zorg-ada") == []
    roster = changed(roster, "zorg-ada", "active")
    office.adopt_roster(parties.signed(roster))
    assert rosters_for(office, "zorg-ada") == [3, 4, 5]
    parties.network().settle()
    assert parties.mailroom("zorg-ada").roster() == roster
    parties.send("zorg-ada", "deler", b"back again")
    parties.network().settle()
    assert parties.seen("deler")[-1][3] == "back again"


def test_who_is_new_gets_the_newest_only(parties: Parties, office: PostOffice) -> None:
    office.adopt_roster(parties.signed(SECOND))
    office.adopt_roster(parties.signed(changed(SECOND, "zorg-dirk", "active")))
    assert rosters_for(office, "zorg-dirk") == [3]


@pytest.mark.parametrize(
    ("roster", "bodies", "error"),
    [
        (SECOND, ("municipality",), RosterNotSigned),
        (build.successor(SECOND), BODIES, RosterAhead),
        (
            build.successor(
                FIRST, not_before="2025-10-01T00:00:00Z", not_after="2025-12-01T00:00:00Z"
            ),
            BODIES,
            RosterNotInForce,
        ),
        (changed(FIRST, COORDINATOR, None), BODIES, Exception),
    ],
)
def test_not_adopted(
    office: PostOffice, roster: Roster, bodies: tuple[str, ...], error: type[Exception]
) -> None:
    with pytest.raises(error):
        office.adopt_roster(build.signed(roster, *bodies))
    assert office.roster() == FIRST
    assert all(rosters_for(office, name) == [] for name in NAMES)


def test_one_that_lists_another_coordinator(office: PostOffice) -> None:
    other = [one for one in FIRST.participants if one.id != COORDINATOR]
    other.append(build.participant("elders", "coordinator"))
    with pytest.raises(CoordinatorUnlisted):
        office.adopt_roster(
            build.signed(build.successor(FIRST, participants=tuple(other)), *BODIES)
        )
    assert office.roster() == FIRST


def test_before_the_first(tmp_path: Path) -> None:
    parties = Parties(tmp_path, adopt=False)
    office = parties.office()
    assert office.roster() is None
    with pytest.raises(NoRosterYet):
        office.act(lambda desk: desk.me)
    with pytest.raises(NoRosterYet):
        office.require_poster("deler")
    with pytest.raises(AnchorsFixed):
        office.pin_anchors(build.pinned(3))
    office.pin_anchors(build.pinned())
    parties.query(COORDINATOR, lambda c: c.exec_driver_sql("DELETE FROM mail_anchors"))
    with pytest.raises(NoRosterYet):
        office.adopt_roster(parties.signed(FIRST))
    parties.dispose()


def test_after_the_last_expired(parties: Parties, office: PostOffice) -> None:
    parties.clock.advance(timedelta(days=100).total_seconds())
    with pytest.raises(RosterNotInForce):
        office.act(lambda desk: desk.me)
    with pytest.raises(RosterNotInForce):
        office.adopt_roster(parties.signed(SECOND))
