# SPDX-License-Identifier: EUPL-1.2
"""Finding people in a roster."""

import pytest

from ontschot.protocol.roster import UnknownParticipant
from vectors.roster import build

ROSTER = build.roster()
REVOKED = build.roster(
    participants=(
        *(one for one in ROSTER.participants if one.id not in {"zorg-ada", "deler"}),
        build.participant("zorg-ada", "provider", status="revoked"),
    )
)


def test_roles() -> None:
    assert [one.id for one in ROSTER.helpers()] == ["helper-een", "helper-twee"]
    assert ROSTER.dealer().id == "deler"
    assert ROSTER.coordinator().id == "regio"
    assert [one.id for one in ROSTER.providers()] == ["zorg-ada", "zorg-bea", "zorg-cis"]


def test_by_id_and_by_key() -> None:
    key = build.keys("zorg-bea").public.signing
    assert ROSTER.by_signing_key(key) == ROSTER.participant("zorg-bea")
    assert ROSTER.participant("zorg-bea").signing_key == key


def test_a_revoked_participant_is_not_found() -> None:
    with pytest.raises(UnknownParticipant, match="revoked"):
        REVOKED.participant("zorg-ada")
    with pytest.raises(UnknownParticipant):
        REVOKED.by_signing_key(build.keys("zorg-ada").public.signing)
    assert [one.id for one in REVOKED.providers()] == ["zorg-bea", "zorg-cis"]


def test_strangers_and_empty_roles() -> None:
    with pytest.raises(UnknownParticipant):
        ROSTER.participant("niemand")
    with pytest.raises(UnknownParticipant):
        ROSTER.by_signing_key(build.keys("niemand").public.signing)
    with pytest.raises(UnknownParticipant):
        REVOKED.dealer()


def test_anchors_and_approvers_by_key() -> None:
    anchor, approver = ROSTER.anchors[0], ROSTER.approvers[1]
    assert ROSTER.anchor_keys[anchor.key] == anchor
    assert ROSTER.approver_keys[approver.key] == approver


def test_a_changed_copy_does_not_keep_the_old_digest() -> None:
    before = ROSTER.digest
    changed = ROSTER.model_copy(update={"pilot": True, "participants": ()})
    assert changed.digest != before
    with pytest.raises(UnknownParticipant):
        changed.participant("regio")
