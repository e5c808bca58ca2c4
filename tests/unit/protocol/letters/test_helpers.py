# SPDX-License-Identifier: EUPL-1.2
"""Rosters in letters, refusals, and how a fault is logged."""

from datetime import timedelta

import pytest

from ontschot.protocol.errors import Refusal
from ontschot.protocol.letters import (
    REFUSAL,
    AttachmentMissing,
    Letter,
    RefusalNotice,
    RosterAhead,
    WrongRecipient,
    anchors_from_bytes,
    anchors_to_bytes,
    judge_roster,
    refusal_notice,
)
from ontschot.protocol.letters.faults import describe_fault
from ontschot.protocol.roster import RosterNotInForce, RosterNotSigned, RosterOutOfOrder
from vectors.roster import build

FIRST = build.roster()
SECOND = build.successor(FIRST)
THIRD = build.successor(SECOND)
QUORUM = ("municipality", "providers-council")
PINNED = build.pinned()
LETTER = Letter("ask", "", "zorg-ada", "deler", 3, 1, FIRST.digest, b"secret")


@pytest.mark.parametrize("pinned", [build.pinned(), build.pinned(3, None)])
def test_anchors_there_and_back(pinned) -> None:  # type: ignore[no-untyped-def]
    assert anchors_from_bytes(anchors_to_bytes(pinned)) == pinned


def test_first_next_and_the_same_again() -> None:
    assert judge_roster(None, PINNED, build.signed(FIRST, *QUORUM), build.NOW) == FIRST
    assert judge_roster(FIRST, PINNED, build.signed(SECOND, *QUORUM), build.NOW) == SECOND
    assert judge_roster(SECOND, PINNED, build.signed(SECOND, *QUORUM), build.NOW) == SECOND


def test_one_that_expired_is_still_a_link_of_the_chain() -> None:
    later = FIRST.ends + timedelta(days=200)
    assert judge_roster(None, PINNED, build.signed(FIRST, *QUORUM), later) == FIRST
    assert judge_roster(FIRST, PINNED, build.signed(SECOND, *QUORUM), later) == SECOND


@pytest.mark.parametrize("held", [None, FIRST])
def test_one_that_is_not_valid_yet_waits(held) -> None:  # type: ignore[no-untyped-def]
    early = FIRST.starts - timedelta(days=1)
    signed = build.signed(FIRST if held is None else SECOND, *QUORUM)
    with pytest.raises(RosterNotInForce):
        judge_roster(held, PINNED, signed, early)


def test_a_gap_waits_for_those_between() -> None:
    with pytest.raises(RosterAhead):
        judge_roster(FIRST, PINNED, build.signed(THIRD, *QUORUM), build.NOW)


def test_lower_or_forked_or_unsigned() -> None:
    with pytest.raises(RosterOutOfOrder):
        judge_roster(SECOND, PINNED, build.signed(FIRST, *QUORUM), build.NOW)
    fork = build.successor(FIRST, quorum=3)
    with pytest.raises(RosterOutOfOrder):
        judge_roster(SECOND, PINNED, build.signed(fork, *QUORUM), build.NOW)
    with pytest.raises(RosterNotSigned):
        judge_roster(FIRST, PINNED, build.signed(SECOND, "municipality"), build.NOW)
    with pytest.raises(RosterNotSigned):
        judge_roster(None, PINNED, build.signed(FIRST, "municipality"), build.NOW)


def test_a_refusal_says_which_letter_and_why() -> None:
    notice = refusal_notice(LETTER, WrongRecipient("x" * 1000))
    assert notice is not None
    parsed = RefusalNotice.parse(notice)
    assert (parsed.letter, parsed.seq, parsed.code) == ("ask", 3, "letter-recipient-unknown")
    assert parsed.detail == "x" * 500
    assert b"secret" not in notice


def test_a_refusal_is_never_refused() -> None:
    refusal = Letter(REFUSAL, "", "a", "b", 1, 1, FIRST.digest, b"")
    assert refusal_notice(refusal, Refusal()) is None


def test_missing_attachments_are_counted_not_named() -> None:
    assert AttachmentMissing([]).detail == "0 of them"


def test_a_fault_is_logged_without_its_text() -> None:
    def inner() -> None:
        raise ValueError("123456782")

    try:
        inner()
    except ValueError as error:
        described = describe_fault(error)
    assert described["error"] == "ValueError"
    assert described["at"].endswith("inner")
    assert "123456782" not in str(described)
