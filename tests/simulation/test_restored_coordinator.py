# SPDX-License-Identifier: EUPL-1.2
"""A coordinator that was put back from a back-up goes on, and gives nobody budget back."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import func, select

from ontschot.coordinator.mail.schema import QUEUE
from ontschot.coordinator.releases.schema import batches
from ontschot.node.mailroom.schema import IN
from simulation.commands import Commands
from simulation.conftest import LATE, NODES
from simulation.federation import COORDINATOR, HELPERS, Federation
from simulation.looking import added, budgets, manifests, price_of, published_bins, true_bins
from simulation.recording import stored_halves

LISTED = tuple(node for node in NODES if node != LATE)


def back_up(federation: Federation, folder: Path) -> None:
    federation.close()
    shutil.copytree(federation.folder / COORDINATOR, folder)


def put_back(federation: Federation, folder: Path) -> None:
    federation.engines[COORDINATOR].dispose()
    shutil.rmtree(federation.folder / COORDINATOR)
    shutil.copytree(folder, federation.folder / COORDINATOR)
    federation.start(COORDINATOR)


def release(federation: Federation) -> None:
    federation.clock.advance(hours=1)
    federation.tick()


def reused(federation: Federation) -> int:
    """Return how many letters were refused because their number was used before."""
    query = select(func.count()).where(IN.c.code == "sequence-reused")
    return sum(
        federation.read(name, lambda c: c.execute(query).scalar_one())
        for name in federation.mailrooms
    )


@pytest.fixture
def restored(admitted: Federation, tmp_path: Path) -> Federation:
    """One answer came out after the back-up that was put back."""
    back_up(admitted, tmp_path / "old")
    release(admitted)
    assert len(admitted.answers()) == 1
    put_back(admitted, tmp_path / "old")
    assert admitted.answers() == {}
    return admitted


def test_without_the_command_its_numbers_are_refused(restored: Federation) -> None:
    restored.ask(restored.approved(restored.question("Q13", purpose="daarna")))
    restored.settle()
    assert reused(restored) > 0


def test_it_goes_on_with_new_numbers_new_keys_and_new_uploads(
    restored: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands = Commands(restored, monkeypatch)
    highest = select(func.max(QUEUE.c.seq)).where(QUEUE.c.sender == COORDINATOR)
    before = restored.read(COORDINATOR, lambda c: c.execute(highest).scalar_one())
    said = commands.coordinator("restored")
    number = restored.read(COORDINATOR, lambda c: c.execute(highest).scalar_one())
    assert str(number) in said
    assert number > before + 10**9
    ready = select(func.count()).where(batches.c.state.in_(("ready", "dealing")))
    assert restored.read(COORDINATOR, lambda c: c.execute(ready).scalar_one()) == 0

    for node in LISTED:
        provider = restored.roles[node]
        restored.at(node, provider.renew_all)  # type: ignore[union-attr]
    restored.ask(restored.approved(restored.question("Q13", purpose="daarna")))
    restored.settle()
    spent = budgets(restored)
    release(restored)
    (answer,) = restored.answers().values()
    assert published_bins(answer) == true_bins(restored, LISTED)
    assert reused(restored) == 0
    (manifest,) = [one for one in manifests(restored) if restored.answers().get(one.release_id)]
    price = price_of(manifest)
    assert added(spent, budgets(restored)) == dict.fromkeys((*HELPERS, *LISTED), (0, price))
    # What is numbered in this way stays ahead of every number used, also the next time.
    assert int(commands.coordinator("restored").split("nummer ")[1].split(".")[0]) > number


def test_an_answer_that_was_under_way_comes_out_after_all(
    admitted: Federation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The back-up knows the release; both helpers sent their halves after it was made."""
    admitted.clock.advance(hours=1)
    admitted.lead(admitted.leader.tick)
    (manifest,) = manifests(admitted)
    back_up(admitted, tmp_path / "old")
    admitted.settle()
    answers, spent = admitted.answers(), budgets(admitted)
    halves = stored_halves(admitted, manifest)
    put_back(admitted, tmp_path / "old")
    assert admitted.answers() == {}

    Commands(admitted, monkeypatch).coordinator("restored")
    admitted.settle()
    assert admitted.answers().keys() == answers.keys()
    assert stored_halves(admitted, manifest) == halves
    assert budgets(admitted) == spent


def test_a_question_that_was_forgotten_is_asked_again(
    admitted: Federation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    back_up(admitted, tmp_path / "old")
    signed = admitted.approved(admitted.question("Q13", purpose="vergeten"))
    admitted.ask(signed)
    admitted.settle()
    put_back(admitted, tmp_path / "old")
    Commands(admitted, monkeypatch).coordinator("restored")
    admitted.ask(signed)
    admitted.settle()
    release(admitted)
    asked = [one for one in manifests(admitted) if one.query == signed.digest]
    assert [one.nodes for one in asked] == [sorted(LISTED)]
    assert asked[0].release_id in admitted.answers()
