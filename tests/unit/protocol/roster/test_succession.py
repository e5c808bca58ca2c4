# SPDX-License-Identifier: EUPL-1.2
"""Which roster may follow which."""

from datetime import timedelta

import pytest

from ontschot.protocol.keys import BadSignature
from ontschot.protocol.roster import (
    PinnedAnchors,
    Roster,
    RosterNotInForce,
    RosterNotSigned,
    RosterOfAnother,
    RosterOutOfOrder,
    accept_chain,
    accept_first,
    accept_next,
    require_valid,
)
from ontschot.protocol.signed import Signature, SignedDocument
from vectors.roster import build

FIRST = build.roster()
SECOND = build.successor(FIRST)
QUORUM = ("municipality", "providers-council")


def replaced_anchors(current: Roster) -> Roster:
    new = tuple(build.anchor(body) for body in ("providers-council", "new-body"))
    return build.successor(current, anchors=new)


def test_the_first_roster_by_pinned_fingerprints() -> None:
    assert accept_first(build.signed(FIRST, *QUORUM), build.pinned()) == FIRST
    assert accept_first(build.signed(FIRST, *QUORUM), build.pinned(federation=None)) == FIRST


def test_who_joins_later_may_begin_with_a_later_roster() -> None:
    assert accept_first(build.signed(SECOND, *QUORUM), build.pinned()) == SECOND


@pytest.mark.parametrize(
    ("bodies", "quorum"),
    [
        ((), 2),
        (("providers-council",), 2),
        (("municipality", "privacy-officer"), 2),
        (QUORUM, 3),
    ],
    ids=["nobody", "one alone", "without the providers' council", "pinned quorum of three"],
)
def test_the_first_roster_needs_the_pinned_quorum(bodies: tuple[str, ...], quorum: int) -> None:
    with pytest.raises(RosterNotSigned):
        accept_first(build.signed(FIRST, *bodies), build.pinned(quorum))


def test_anchors_that_nobody_pinned_do_not_count() -> None:
    strange = FIRST.model_copy(
        update={"anchors": (build.anchor("providers-council"), build.anchor("strange"))}
    )
    with pytest.raises(RosterNotSigned):
        accept_first(build.signed(strange, "providers-council", "strange"), build.pinned())


def test_a_first_roster_of_another_federation() -> None:
    with pytest.raises(RosterOfAnother):
        accept_first(build.signed(FIRST, *QUORUM), build.pinned(federation="elders"))


@pytest.mark.parametrize("quorum", [0, 1, 4])
def test_a_pinned_quorum_is_two_or_more_of_those_pinned(quorum: int) -> None:
    with pytest.raises(RosterNotSigned):
        build.pinned(quorum)


def test_pinned_anchors_are_a_value() -> None:
    assert build.pinned() == PinnedAnchors(build.pinned().fingerprints, 2, build.FEDERATION)


def test_the_next_roster() -> None:
    assert accept_next(FIRST, build.signed(SECOND, *QUORUM), build.NOW) == SECOND


def test_the_previous_quorum_decides_not_the_new_one() -> None:
    third = replaced_anchors(FIRST)
    with pytest.raises(RosterNotSigned):
        accept_next(FIRST, build.signed(third, "providers-council", "new-body"), build.NOW)
    accepted = accept_next(FIRST, build.signed(third, *QUORUM), build.NOW)
    fourth = build.successor(accepted)
    with pytest.raises(RosterNotSigned):
        accept_next(accepted, build.signed(fourth, *QUORUM), build.NOW)
    signers = ("providers-council", "new-body")
    assert accept_next(accepted, build.signed(fourth, *signers), build.NOW) == fourth


def test_the_providers_council_is_always_among_the_signers() -> None:
    with pytest.raises(RosterNotSigned, match="providers-council"):
        accept_next(FIRST, build.signed(SECOND, "municipality", "privacy-officer"), build.NOW)


@pytest.mark.parametrize(
    "other",
    [
        FIRST,
        build.successor(FIRST, serial=3),
        build.successor(FIRST, prev_hash="f" * 64),
        build.successor(FIRST.model_copy(update={"pilot": True})),
    ],
    ids=["the same again", "one skipped", "after another", "after a fork"],
)
def test_only_the_successor_of_the_roster_held(other: Roster) -> None:
    with pytest.raises(RosterOutOfOrder):
        accept_next(FIRST, build.signed(other, *QUORUM), build.NOW)


def test_a_lower_serial_is_refused() -> None:
    with pytest.raises(RosterOutOfOrder):
        accept_next(SECOND, build.signed(FIRST, *QUORUM), build.NOW)


@pytest.mark.parametrize("change", [{"federation": "elders"}, {"profile": "production"}])
def test_federations_and_profiles_never_mix(change: dict[str, str]) -> None:
    with pytest.raises(RosterOfAnother):
        accept_next(FIRST, build.signed(build.successor(FIRST, **change), *QUORUM), build.NOW)


def test_one_bad_signature_refuses_the_whole_roster() -> None:
    good = build.signed(SECOND, "municipality", "providers-council", "privacy-officer")
    first, *rest = good.signatures
    damaged = (Signature(first.key, bytes([first.value[0] ^ 1]) + first.value[1:]), *rest)
    with pytest.raises(BadSignature):
        accept_next(FIRST, SignedDocument(good.payload, damaged), build.NOW)


def test_signatures_over_another_payload_do_not_help() -> None:
    good = build.signed(SECOND, *QUORUM)
    other = build.successor(FIRST, pilot=True).to_bytes()
    with pytest.raises(BadSignature):
        accept_next(FIRST, SignedDocument(other, good.signatures), build.NOW)


def test_in_force_from_and_until_give_or_take_the_tolerance() -> None:
    minute = timedelta(seconds=FIRST.parameters.clock_tolerance_seconds)
    second = timedelta(seconds=1)
    for moment in (FIRST.starts - minute, FIRST.starts, FIRST.ends, FIRST.ends + minute - second):
        require_valid(FIRST, moment)
    for moment in (FIRST.starts - minute - second, FIRST.ends + minute):
        with pytest.raises(RosterNotInForce):
            require_valid(FIRST, moment)


def test_an_expired_successor_is_refused() -> None:
    with pytest.raises(RosterNotInForce):
        accept_next(FIRST, build.signed(SECOND, *QUORUM), FIRST.ends + timedelta(days=1))


def test_an_expired_roster_can_be_succeeded_and_a_chain_caught_up_with() -> None:
    third = build.successor(
        SECOND, not_before="2026-06-01T00:00:00Z", not_after="2026-07-01T00:00:00Z"
    )
    chain = [build.signed(SECOND, *QUORUM), build.signed(third, *QUORUM)]
    assert accept_chain(FIRST, chain, third.starts) == third
    with pytest.raises(RosterOutOfOrder):
        accept_chain(FIRST, chain[1:], third.starts)


def test_an_empty_chain_is_the_roster_held() -> None:
    assert accept_chain(FIRST, [], build.NOW) is FIRST
