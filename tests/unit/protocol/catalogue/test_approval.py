# SPDX-License-Identifier: EUPL-1.2
"""Is a question approved: enough approvers, the right roles, over these very bytes, now."""

from datetime import timedelta

import pytest

from ontschot.protocol.catalogue.approval import NotApproved, NotValidNow, require_approved
from ontschot.protocol.clock import from_text, to_text
from ontschot.protocol.documents.queries import QUERY as KIND
from ontschot.protocol.errors import MalformedMessage
from ontschot.protocol.keys import BadSignature, SigningKey
from ontschot.protocol.roster import Roster
from ontschot.protocol.roster.model import ApprovalRule
from ontschot.protocol.signed import SignedDocument
from simulation.making import (
    ROLES,
    START,
    make_keys,
    make_maps,
    make_parameters,
    make_roster,
    make_universe,
)
from unit.protocol.documents.samples import QUERY

APPROVERS = [SigningKey.generate() for _ in range(3)]
"""Of the municipality, the providers' council, and a privacy officer."""

VALID = QUERY.model_copy(
    update={
        "not_before": to_text(START - timedelta(days=1)),
        "not_after": to_text(START + timedelta(days=1)),
    }
)


@pytest.fixture(scope="module")
def roster() -> Roster:
    universe = make_universe({"BU99010101": 300})
    keys = {name: make_keys() for name in ROLES}
    anchors = [SigningKey.generate() for _ in range(3)]
    parameters = make_parameters(universe, list(make_maps(universe).values()), 3, 15)
    return make_roster(keys, anchors, APPROVERS, parameters)


def signed(*numbers: int, kind: str = KIND) -> SignedDocument:
    document = SignedDocument(VALID.to_bytes())
    for number in numbers:
        document = document.add_signature(kind, APPROVERS[number])
    return document


@pytest.mark.parametrize("by", [(0, 1), (0, 1, 2)])
def test_the_roles_that_the_roster_asks_for_are_enough(roster: Roster, by: tuple[int, ...]) -> None:
    assert require_approved(signed(*by), roster, START) == VALID


@pytest.mark.parametrize("by", [(), (0,), (1,), (0, 2), (1, 2)])
def test_too_few_or_other_roles_are_not(roster: Roster, by: tuple[int, ...]) -> None:
    with pytest.raises(NotApproved):
        require_approved(signed(*by), roster, START)


def test_three_may_be_asked_for(roster: Roster) -> None:
    rule = ApprovalRule(minimum=3, roles=("municipality",))
    stricter = roster.model_copy(
        update={"parameters": roster.parameters.model_copy(update={"approvals": rule})}
    )
    with pytest.raises(NotApproved):
        require_approved(signed(0, 1), stricter, START)
    require_approved(signed(0, 1, 2), stricter, START)


def test_a_stranger_does_not_count_and_does_no_harm(roster: Roster) -> None:
    stranger = SigningKey.generate()
    with pytest.raises(NotApproved):
        require_approved(signed(0).add_signature(KIND, stranger), roster, START)
    require_approved(signed(0, 1).add_signature(KIND, stranger), roster, START)


def test_nobody_counts_twice(roster: Roster) -> None:
    """One person with two keys in the roster is one approver."""
    first, second, third = roster.approvers
    same = second.model_copy(update={"id": first.id})
    doubled = roster.model_copy(update={"approvers": (first, same, third)})
    with pytest.raises(NotApproved):
        require_approved(signed(0, 1), doubled, START)


def test_who_left_the_roster_does_not_count(roster: Roster) -> None:
    left = roster.model_copy(update={"approvers": roster.approvers[1:]})
    with pytest.raises(NotApproved):
        require_approved(signed(0, 1), left, START)


def test_a_signature_over_other_bytes_or_of_another_kind_spoils_it(roster: Roster) -> None:
    other = SignedDocument(QUERY.to_bytes())
    for number in (0, 1):
        other = other.add_signature(KIND, APPROVERS[number])
    with pytest.raises(BadSignature):
        require_approved(SignedDocument(VALID.to_bytes(), other.signatures), roster, START)
    with pytest.raises(BadSignature):
        require_approved(signed(0, 1, kind="roster"), roster, START)


@pytest.mark.parametrize(
    ("moment", "valid"),
    [
        (from_text(VALID.not_before) - timedelta(seconds=1), False),
        (from_text(VALID.not_before), True),
        (from_text(VALID.not_after), True),
        (from_text(VALID.not_after) + timedelta(seconds=1), False),
    ],
)
def test_it_is_valid_from_and_until(roster: Roster, moment: object, valid: bool) -> None:
    if valid:
        require_approved(signed(0, 1), roster, moment)  # type: ignore[arg-type]
    else:
        with pytest.raises(NotValidNow):
            require_approved(signed(0, 1), roster, moment)  # type: ignore[arg-type]


def test_another_federations_question_is_not_ours(roster: Roster) -> None:
    other = roster.model_copy(update={"federation": "elsewhere"})
    with pytest.raises(NotApproved):
        require_approved(signed(0, 1), other, START)


def test_what_is_no_question_is_malformed(roster: Roster) -> None:
    with pytest.raises(MalformedMessage):
        require_approved(SignedDocument(b"{}"), roster, START)
