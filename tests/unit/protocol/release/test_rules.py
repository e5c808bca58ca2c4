# SPDX-License-Identifier: EUPL-1.2
"""Small rules of releases: duties, candidates, lifetimes, tables, contexts of boxes."""

from datetime import timedelta

import pytest

from ontschot.protocol.clock import to_text
from ontschot.protocol.documents.releases import Manifest
from ontschot.protocol.keys import SigningKey
from ontschot.protocol.release.candidates import candidates_needed
from ontschot.protocol.release.duties import duties_of
from ontschot.protocol.release.lifetime import LONGEST_LIFETIME, is_alive
from ontschot.protocol.release.sealing import delivery_context, release_context, upload_context
from ontschot.protocol.release.tables import tables
from ontschot.protocol.roster import Roster
from simulation.making import (
    ROLES,
    START,
    make_keys,
    make_maps,
    make_parameters,
    make_participant,
    make_roster,
    make_universe,
)
from unit.protocol.documents.samples import BINS, CAPPED, ENVELOPE, MANIFEST

UNIVERSE = make_universe({"BU99010101": 300, "BU99010201": 280})


@pytest.fixture(scope="module")
def roster() -> Roster:
    keys = {name: make_keys() for name in ("node-1", "node-2", *ROLES)}
    anchors = [SigningKey.generate() for _ in range(3)]
    approvers = [SigningKey.generate() for _ in range(3)]
    parameters = make_parameters(UNIVERSE, list(make_maps(UNIVERSE).values()), 3, 15)
    return make_roster(keys, anchors, approvers, parameters)


def changed(roster: Roster, name: str, **fields: object) -> Roster:
    return roster.model_copy(
        update={
            "participants": tuple(
                one.model_copy(update=fields) if one.id == name else one
                for one in roster.participants
            )
        }
    )


@pytest.mark.parametrize("name", ["helper-a", "helper-b", "dealer"])
def test_duties_change_with_the_keys_of_helpers_and_dealer(roster: Roster, name: str) -> None:
    other = make_participant(name, 9, make_keys())
    for field in ("signing_key", "sealing_key"):
        moved = changed(roster, name, **{field: getattr(other, field)})
        assert duties_of(moved) != duties_of(roster)


@pytest.mark.parametrize("name", ["node-1", "coordinator"])
def test_duties_stay_when_others_change(roster: Roster, name: str) -> None:
    other = make_participant(name, 9, make_keys())
    moved = changed(roster, name, signing_key=other.signing_key, contact="elders@example.org")
    later = moved.model_copy(update={"serial": 2, "prev_hash": roster.digest})
    assert duties_of(later) == duties_of(roster)
    assert duties_of(changed(roster, "helper-a", contact="x")) == duties_of(roster)


def test_helpers_do_not_change_places_unseen(roster: Roster) -> None:
    swap = {"helper-a": "helper-b", "helper-b": "helper-a"}
    swapped = roster.model_copy(
        update={
            "participants": tuple(
                one.model_copy(update={"role": swap.get(one.role, one.role)})
                for one in roster.participants
            )
        }
    )
    assert duties_of(swapped) != duties_of(roster)


@pytest.mark.parametrize(
    ("profile", "stated", "slots", "needed"),
    [
        ("demo", 10, 1_000_000, 10),
        ("demo", 30, 10, 30),
        ("production", 20, 200_000, 100),
        ("production", 20, 200_001, 20),
        ("production", 100, 300_000, 100),
        ("rehearsal", 20, 10, 100),
    ],
)
def test_outside_a_demo_there_are_not_too_few_candidates(
    roster: Roster, profile: str, stated: int, slots: int, needed: int
) -> None:
    parameters = roster.parameters.model_copy(update={"audit_candidates": stated})
    there = roster.model_copy(update={"profile": profile, "parameters": parameters})
    assert candidates_needed(there, slots) == needed


@pytest.mark.parametrize(
    ("after", "alive"),
    [
        (timedelta(0), False),
        (timedelta(seconds=-1), False),
        (timedelta(seconds=1), True),
        (LONGEST_LIFETIME, True),
        (LONGEST_LIFETIME + timedelta(seconds=1), False),
    ],
)
def test_a_manifest_lives_a_day_at_most(after: timedelta, alive: bool) -> None:
    manifest = MANIFEST.model_copy(update={"expiry": to_text(START + after)})
    assert is_alive(manifest, START) is alive


def test_tables_follow_the_blocks_and_the_gate() -> None:
    maps = make_maps(UNIVERSE)
    blocks = [
        BINS.model_copy(update={"area_map": maps["buurt", 100].digest}),
        CAPPED.model_copy(update={"area_map": maps["gemeente", 100].digest}),
    ]
    manifest: Manifest = MANIFEST.model_copy(update={"blocks": blocks})
    shapes = tables(manifest, {item.digest: item for item in maps.values()})
    assert [(one.block, one.outputs, one.areas, one.bits) for one in shapes] == [
        ("providers", 3, 2, 32),
        ("cost", 1, 1, 32),
    ]


def test_words_are_of_64_bits_where_a_figure_may_not_fit_32() -> None:
    maps = make_maps(UNIVERSE)
    cost = CAPPED.model_copy(update={"area_map": maps["gemeente", 100].digest, "cap": 2**30})
    manifest: Manifest = MANIFEST.model_copy(update={"blocks": [cost]})
    (shape,) = tables(
        manifest.model_copy(update={"parts": manifest.parts[:1]}),
        {item.digest: item for item in maps.values()},
    )
    assert (shape.block, shape.bits) == ("cost", 64)


def test_no_two_boxes_share_a_context() -> None:
    contexts = [
        upload_context(ENVELOPE, "A"),
        upload_context(ENVELOPE, "B"),
        *(
            upload_context(ENVELOPE.model_copy(update={name: value}), "A")
            for name, value in {
                "node": "node-2",
                "round": "9" * 64,
                "universe": "9" * 64,
                "variable": "euros",
                "roster": "9" * 64,
                "generation": 2,
            }.items()
        ),
        *(
            release_context(use, manifest, sender)
            for use in ("prepare", "open", "output")
            for manifest in ("1" * 64, "2" * 64)
            for sender in ("A", "B")
        ),
        *(
            delivery_context(use, name, helper)
            for use in ("seeds", "part")
            for name in ("1" * 64, "2" * 64)
            for helper in ("A", "B")
        ),
    ]
    assert len(set(contexts)) == len(contexts)
