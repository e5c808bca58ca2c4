# SPDX-License-Identifier: EUPL-1.2
"""Who was helper A, helper B or dealer in a round takes none of the other two in it (section 1)."""

import pytest
from sqlalchemy import update

from ontschot.coordinator.queries import service as queries
from ontschot.node.mailroom.desk import Desk
from ontschot.node.provider.answering.consenting import consent
from ontschot.node.public_inputs.duties import DutiesMixed, require_duties_apart
from ontschot.node.public_inputs.schema import rounds
from ontschot.protocol.documents.releases import MANIFEST
from ontschot.protocol.letters import Letter
from ontschot.protocol.roster import Roster
from ontschot.protocol.roster.model import Participant
from simulation.bench import Bench, expect
from simulation.conftest import NODES
from simulation.federation import HELPERS, Federation
from simulation.looking import added, budgets, manifests, question_state


def with_organisations(federation: Federation, changes: dict[str, str], **fields: object) -> Roster:
    """Return the next roster, in which some participants belong to other organisations."""

    def change(one: Participant) -> Participant:
        organisation = changes.get(one.id, one.organisation)
        return one.model_copy(update={"organisation": organisation})

    participants = tuple(change(one) for one in federation.roster.participants)
    return federation.next_roster(participants=participants, **fields)


def organisation(federation: Federation, name: str) -> str:
    return federation.roster.participant(name).organisation


@pytest.mark.parametrize(
    ("before", "after"), [("dealer", "helper-b"), ("helper-a", "helper-b"), ("helper-b", "dealer")]
)
def test_nothing_more_comes_out_of_a_round_with_mixed_duties(
    admitted: Federation, before: str, after: str
) -> None:
    spent = budgets(admitted)
    mixed = organisation(admitted, before)
    admitted.adopt(with_organisations(admitted, {before: "kvk:77777777", after: mixed}))
    for party in (*HELPERS, *NODES):
        with pytest.raises(DutiesMixed, match=mixed):
            admitted.at(party, lambda desk: require_duties_apart(desk, admitted.round().digest))
    admitted.clock.advance(hours=1)
    for _ in range(3):
        admitted.tick()
    assert admitted.answers() == {}
    assert question_state(admitted)[0] == "failed"
    assert added(spent, budgets(admitted)) == {}


def test_each_party_refuses_by_itself(admitted: Federation) -> None:
    mixed = organisation(admitted, "dealer")
    admitted.adopt(with_organisations(admitted, {"dealer": "kvk:77777777", "helper-a": mixed}))
    bench = Bench(admitted)
    for helper in HELPERS:
        expect_refused = bench.check(bench.manifest, at=helper)
        expect(expect_refused, DutiesMixed, mixed)
    letter = Letter(
        type=MANIFEST,
        subject=bench.manifest.digest,
        sender="coordinator",
        recipient="provider-1",
        seq=10**6,
        roster_serial=admitted.roster.serial,
        roster_hash=admitted.roster.digest,
        payload=bench.manifest.to_bytes(),
    )
    with pytest.raises(DutiesMixed):
        admitted.at("provider-1", lambda desk: consent(desk, letter))


def test_a_later_round_and_a_pilot_may_have_them(admitted: Federation) -> None:
    mixed = organisation(admitted, "dealer")
    admitted.adopt(with_organisations(admitted, {"dealer": "kvk:77777777", "helper-a": mixed}))
    for party in (*HELPERS, *NODES):
        admitted.at(party, lambda desk: require_later(desk, admitted))
    admitted.adopt(admitted.next_roster(pilot=True))
    admitted.at("helper-a", lambda desk: require_duties_apart(desk, admitted.round().digest))


def require_later(desk: Desk, federation: Federation) -> None:
    """Judge a round that came under the roster in force now."""
    desk.connection.execute(update(rounds).values(roster_serial=federation.roster.serial))
    require_duties_apart(desk, federation.round().digest)


def test_an_ordinary_change_of_a_helper_is_no_mix(admitted: Federation) -> None:
    admitted.adopt(with_organisations(admitted, {"helper-b": "kvk:77777777"}))
    admitted.clock.advance(hours=1)
    admitted.tick()
    assert question_state(admitted) == ("published", None)
    assert len(manifests(admitted)) == 1
    asked = admitted.lead(lambda desk: queries.open_questions(desk.connection))
    assert asked == []
