# SPDX-License-Identifier: EUPL-1.2
"""Which sets of commitments are taken, and which are not."""

from collections.abc import Callable

import pytest

from ontschot.protocol.documents.persons import KEY_COMMIT, KeyCommit, KeySet
from ontschot.protocol.keys import to_base64url
from ontschot.protocol.persons import PersonKeyRefused, commitment, commitments_of
from ontschot.protocol.roster import Roster
from ontschot.protocol.signed import SignedDocument
from vectors.roster import build

ROUND = "1" * 64
NODES = ("zorg-ada", "zorg-bea", "zorg-cis")


def signed(
    node: str, round_hash: str = ROUND, by: str | None = None, kind: str = KEY_COMMIT
) -> str:
    commit = KeyCommit(round=round_hash, node=node, commitment=commitment(ROUND, node, bytes(32)))
    key = build.keys(by or node).signing
    return to_base64url(SignedDocument(commit.to_bytes()).add_signature(kind, key).to_bytes())


def key_set(*commits: str) -> KeySet:
    return KeySet(round=ROUND, commits=list(commits))


def test_three_organisations_make_a_set() -> None:
    found = commitments_of(key_set(*map(signed, NODES)), [build.roster()])
    assert found == {node: commitment(ROUND, node, bytes(32)) for node in NODES}


def test_who_left_since_is_still_in_it() -> None:
    first = build.roster()
    participants = tuple(
        one.model_copy(update={"status": "revoked"}) if one.id == "zorg-bea" else one
        for one in first.participants
    )
    later = build.successor(first, participants=participants)
    assert set(commitments_of(key_set(*map(signed, NODES)), [later])) == set(NODES)


def test_a_key_of_before_a_switch_is_known_from_the_earlier_roster() -> None:
    first = build.roster()
    fresh = build.participant("zorg-bea", "provider", signing_key=build.keys("new").public.signing)
    participants = tuple(fresh if one.id == "zorg-bea" else one for one in first.participants)
    later = build.successor(first, participants=participants)
    commits = key_set(*map(signed, NODES))
    assert set(commitments_of(commits, [first, later])) == set(NODES)
    with pytest.raises(PersonKeyRefused, match="did not sign"):
        commitments_of(commits, [later])


def same_organisation() -> Roster:
    first = build.roster()
    twin = build.participant("zorg-bea", "provider", organisation="kvk:zorg-ada")
    return first.model_copy(
        update={
            "participants": tuple(
                twin if one.id == "zorg-bea" else one for one in first.participants
            )
        }
    )


@pytest.mark.parametrize(
    ("commits", "reason"),
    [
        (lambda: [signed("zorg-ada"), signed("zorg-cis"), signed("zorg-bea")], "order"),
        (lambda: [signed("zorg-ada"), signed("zorg-ada"), signed("zorg-bea")], "twice"),
        (lambda: [*map(signed, NODES[:2]), signed("zorg-cis", "2" * 64)], "another round"),
        (lambda: [*map(signed, NODES[:2]), signed("zorg-cis", by="zorg-ada")], "did not sign"),
        (lambda: [*map(signed, NODES[:2]), signed("zorg-cis", kind="consent")], "did not sign"),
        (lambda: [*map(signed, NODES[:2]), signed("regio")], "did not sign"),
        (lambda: [*map(signed, NODES[:2]), "AAAA"], "not a signed commitment"),
    ],
)
def test_sets_that_are_refused(commits: Callable[[], list[str]], reason: str) -> None:
    with pytest.raises(PersonKeyRefused, match=reason):
        commitments_of(key_set(*commits()), [build.roster()])


def test_two_nodes_of_one_organisation_count_once() -> None:
    with pytest.raises(PersonKeyRefused, match="organisation twice"):
        commitments_of(key_set(*map(signed, NODES)), [same_organisation()])
