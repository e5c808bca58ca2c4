# SPDX-License-Identifier: EUPL-1.2
"""Under a roster that expired nobody does anything, also where nothing else stands in the way.

The roster is in force for an hour and five minutes; question and manifest stay valid, and every
letter is a real one that came in time at the post office. Afterwards the clock goes back to before
the expiry: then the very same letters are taken, and the very same acts are done. So it is the
roster that stood in the way, and nothing else.
"""

from datetime import timedelta

import pytest
from sqlalchemy import Table, func, select

from ontschot.node.helper import schema as helper_schema
from ontschot.node.ledger import service as ledger
from ontschot.node.mailroom.desk import Desk
from ontschot.node.mailroom.inbox import Outcome
from ontschot.node.mailroom.schema import OUT
from ontschot.node.provider.answering import schema as provider_schema
from ontschot.node.provider.answering.handlers import Provider
from ontschot.protocol.clock import to_text
from ontschot.protocol.documents.releases import AGREE, COMMIT, CONSENT, MANIFEST, Manifest
from ontschot.protocol.letters import SignedLetter, read
from ontschot.protocol.roster import RosterNotInForce
from simulation.conftest import LATE
from simulation.federation import HELPERS, Federation
from simulation.looking import manifests, question_state

NODE = "provider-1"
NOT_IN_FORCE = Outcome("waiting", "roster-not-in-force")
IN_FORCE = timedelta(minutes=65)
"""From the first question on: the coordinator proposes a release after an hour."""


@pytest.fixture
def brief(admitted: Federation) -> Federation:
    """The anchors let the roster expire soon; uploads are admitted, and a question is asked."""
    until = admitted.clock.now + IN_FORCE
    admitted.adopt(admitted.next_roster(not_after=to_text(until)))
    return admitted


def begin(federation: Federation) -> Manifest:
    """Let the coordinator propose a release; five minutes are left."""
    federation.clock.advance(hours=1)
    federation.lead(federation.leader.tick)
    (manifest,) = manifests(federation)
    return manifest


def expire(federation: Federation, manifest: Manifest | None = None) -> None:
    """Six minutes later the roster has expired; the question and the manifest have not."""
    federation.clock.advance(minutes=6)
    now = to_text(federation.clock.now)
    query = federation.question("Q13")
    assert federation.roster.not_after < now
    assert query.not_before < now < query.not_after
    assert manifest is None or now < manifest.expiry


def go_back(federation: Federation) -> None:
    """To before the expiry, for comparison."""
    federation.clock.advance(minutes=-6)


def lying(federation: Federation, name: str) -> list[SignedLetter]:
    """Return the letters that lie at the post office for somebody."""
    return [delivery.wire for delivery in federation.office.deliveries(name, (), 64)]


def written(federation: Federation, name: str, manifest: Manifest) -> set[str]:
    """Return the types of the letters that a party wrote about a release."""
    query = select(OUT.c.type).where(OUT.c.subject == manifest.digest)
    return set(federation.read(name, lambda c: c.execute(query).scalars()))


@pytest.mark.parametrize(
    ("name", "kind", "then"),
    [
        (NODE, MANIFEST, CONSENT),
        (HELPERS[0], CONSENT, AGREE),
        (HELPERS[1], AGREE, "prepare"),
        (HELPERS[0], "prepare", "open"),
        (HELPERS[1], "open", COMMIT),
        (HELPERS[0], COMMIT, "output"),
    ],
)
def test_nobody_consents_agrees_or_goes_on(
    brief: Federation, name: str, kind: str, then: str
) -> None:
    """``name`` has all but the letters of one type, of which it would do the next thing."""
    manifest = begin(brief)
    brief.carrier.hold = lambda to, letter: to == name and letter.type == kind
    brief.settle()
    held = lying(brief, name)
    assert kind in {read(wire).type for wire in held}
    before = written(brief, name, manifest), brief.read(name, ledger.accounts)
    assert then not in before[0]

    expire(brief, manifest)
    room = brief.mailrooms[name]
    assert {room.receive(wire) for wire in held} == {NOT_IN_FORCE}
    with pytest.raises(RosterNotInForce):
        room.act(brief.roles[name].expire)
    assert (written(brief, name, manifest), brief.read(name, ledger.accounts)) == before

    go_back(brief)
    assert {room.receive(wire).state for wire in held} == {"handled"}
    assert then in written(brief, name, manifest)
    brief.carrier.let_go()
    brief.settle()
    assert question_state(brief) == ("published", None)


def rows(federation: Federation, name: str, table: Table) -> int:
    """Return how many rows a table of a party has."""
    return federation.read(
        name, lambda c: c.execute(select(func.count()).select_from(table)).scalar_one()
    )


@pytest.mark.parametrize("node", [NODE, LATE])
def test_nobody_uploads(brief: Federation, node: str) -> None:
    """One provider replaces its upload; at another the person who hesitated says yes."""
    role = brief.roles[node]
    assert isinstance(role, Provider)
    begin(brief)
    brief.settle()
    expire(brief)
    own, question = provider_schema.own_uploads, brief.question("Q13").digest

    def act(desk: Desk) -> None:
        role.accept(desk, question) if node == LATE else role.renew_all(desk)

    before = rows(brief, node, own)
    with pytest.raises(RosterNotInForce):
        brief.at(node, act)
    assert rows(brief, node, own) == before
    go_back(brief)
    brief.at(node, act)
    assert rows(brief, node, own) == before + 1


def test_no_helper_takes_an_upload(brief: Federation) -> None:
    role, helper = brief.roles[NODE], HELPERS[0]
    assert isinstance(role, Provider)
    brief.clock.advance(hours=1)
    brief.carrier.hold = lambda to, letter: to == helper and letter.type == "upload"
    brief.at(NODE, role.renew_all)
    brief.settle()
    before = rows(brief, helper, helper_schema.uploads)
    (wire,) = lying(brief, helper)
    expire(brief)
    assert brief.mailrooms[helper].receive(wire) == NOT_IN_FORCE
    assert rows(brief, helper, helper_schema.uploads) == before
    go_back(brief)
    brief.carrier.let_go()
    brief.settle()
    assert rows(brief, helper, helper_schema.uploads) == before + 1


def test_the_coordinator_proposes_nothing(brief: Federation) -> None:
    brief.clock.advance(hours=1)
    expire(brief)
    with pytest.raises(RosterNotInForce):
        brief.lead(brief.leader.tick)
    assert manifests(brief) == []
    go_back(brief)
    brief.lead(brief.leader.tick)
    assert len(manifests(brief)) == 1
