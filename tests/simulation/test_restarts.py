# SPDX-License-Identifier: EUPL-1.2
"""Any party may be killed at any letter, on any bad day: one half for ever, and the right price.

Failure conditions: a second half of one release at anybody; noise drawn twice for what was
committed once; an answer that is not the sum of the stored halves; a price taken twice, or not at
all. Not a failure: a release that takes longer.
"""

import numpy as np
import pytest

from ontschot.node.witness.service import HEADS, HEADS_ASKED
from ontschot.protocol.canonical import sha256
from ontschot.protocol.documents.releases import Manifest
from ontschot.protocol.release.halves import combine
from ontschot.protocol.release.tables import tables
from simulation.conftest import LATE, NODES, Copy
from simulation.federation import COORDINATOR, HELPERS, Federation
from simulation.looking import (
    added,
    budgets,
    manifests,
    price_of,
    published_bins,
    question_state,
    states,
    true_bins,
)
from simulation.network import ROUGH, Faults, Killer
from simulation.recording import (
    Listener,
    RecordingNoise,
    published_halves,
    record,
    stored_halves,
)

LISTED = tuple(node for node in NODES if node != LATE)
EVERYBODY = (*HELPERS, *LISTED, "dealer", COORDINATOR)


def begin(federation: Federation) -> Listener:
    listener = record(federation)
    federation.clock.advance(hours=1)
    federation.lead(federation.leader.tick)
    return listener


def expect_one_answer(
    federation: Federation, listener: Listener, before: dict[str, tuple[int, int]]
) -> Manifest:
    """Assert everything that must hold at the end of a release, whatever happened on the way."""
    assert question_state(federation) == ("published", None)
    (manifest,) = manifests(federation)
    ends = {COORDINATOR: "done"} | dict.fromkeys(HELPERS, "sent")
    assert states(federation, manifest) == ends | dict.fromkeys(LISTED, "released")
    moved = added(before, budgets(federation))
    assert moved == dict.fromkeys((*HELPERS, *LISTED), (0, price_of(manifest)))
    stored = stored_halves(federation, manifest)
    assert published_halves(federation, manifest) == stored
    for helper in HELPERS:
        half = stored[helper]
        assert half is not None
        assert listener.halves[manifest.digest, helper] == {half}
        assert listener.commits[manifest.digest, helper] == {sha256(half)}
    expect_sum_of_halves(federation, manifest, stored)
    return manifest


def expect_sum_of_halves(
    federation: Federation, manifest: Manifest, stored: dict[str, bytes | None]
) -> None:
    maps = {item.digest: item for item in federation.maps.values()}
    shapes = tables(manifest, maps)
    sums = combine(shapes, stored[HELPERS[0]] or b"", stored[HELPERS[1]] or b"")
    (answer,) = federation.answers().values()
    assert published_bins(answer) == [int(figure) for figure in sums[0][:, 0]]
    noise = np.array(published_bins(answer)) - true_bins(federation, LISTED)
    assert np.abs(noise).max() <= 6


def draws(federation: Federation) -> dict[str, int]:
    found = {}
    for helper in HELPERS:
        source = federation.noise[helper]
        assert isinstance(source, RecordingNoise)
        found[helper] = source.draws
    return found


def test_everybody_restarts_after_every_single_letter(admitted: Federation) -> None:
    """But for the letters that a restart itself brings: who dies between question and answer waits.

    So nothing is agreed, drawn or consented to but by what waits until the answers are there.
    """
    before = budgets(admitted)
    listener = begin(admitted)
    restarts = 0
    going = True
    while going:
        going = False
        for _name in admitted.carrier.steps():
            going = True
            letter = admitted.carrier.last
            if letter is not None and letter.type not in (HEADS, HEADS_ASKED):
                break
        else:
            break
        for name in EVERYBODY:
            admitted.start(name)
            restarts += 1
    assert restarts > 300
    manifest = expect_one_answer(admitted, listener, before)
    assert draws(admitted) == dict.fromkeys(HELPERS, len(manifest.blocks))


@pytest.mark.parametrize("seed", range(3))
def test_a_bad_day_ends_with_the_same_answer(admitted: Federation, seed: int) -> None:
    """Letters are lost, doubled and overtake each other; parties die at their commits."""
    before = budgets(admitted)
    listener = begin(admitted)
    network = admitted.network(ROUGH, seed)
    network.settle()
    assert set(network.faults_met) > {"lose", "forget", "twice", "kill_inside"}
    expect_one_answer(admitted, listener, before)


@pytest.mark.parametrize("seed", range(2))
def test_overtaking_letters_alone_do_no_harm(admitted: Federation, seed: int) -> None:
    before = budgets(admitted)
    listener = begin(admitted)
    admitted.network(Faults(), seed).settle()
    manifest = expect_one_answer(admitted, listener, before)
    assert draws(admitted) == dict.fromkeys(HELPERS, len(manifest.blocks))


@pytest.mark.slow
@pytest.mark.parametrize("party", ["helper-a", "helper-b", "provider-1", COORDINATOR])
@pytest.mark.parametrize("offset", range(3))
def test_killed_at_its_commits_in_turn(copies: Copy, party: str, offset: int) -> None:
    """Each third commit in a run of its own; the three offsets together try every one."""
    at, killed = 1 + offset, 0
    while True:
        federation = copies()
        before = budgets(federation)
        listener = begin(federation)
        with Killer(federation.engines[party], at) as killer:
            federation.network().settle()
        expect_one_answer(federation, listener, before)
        federation.close()
        if killer.commits < at:
            assert killed > 2
            return
        at, killed = at + 3, killed + 1


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 110))
def test_many_bad_days(admitted: Federation, seed: int) -> None:
    test_a_bad_day_ends_with_the_same_answer(admitted, seed)
