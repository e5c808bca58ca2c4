# SPDX-License-Identifier: EUPL-1.2
"""Many kills at any moment, of anyone, with several questions under way at once.

The matrix (``test_kill``) kills one party at one boundary. Here kills come together, and in the
middle of things: inside transactions, while files are written, between a kill and its repair.
"""

import random
from collections import defaultdict
from collections.abc import Iterator
from itertools import product

import pytest

from ontschot.protocol.privacy.charge import Charge
from ontschot_demo.installing import HELPERS
from processes.kill_checks import (
    Answer,
    Before,
    answer_of,
    draws_since,
    look,
    releases_of,
    require_paid,
)
from processes.kill_town import COORDINATOR, Town, build_town

pytestmark = [pytest.mark.processes, pytest.mark.slow]

KILLS = 25
FEWEST_KILLS = 8
QUESTIONS = 6
LETTERS = 40
"""At most so many letters from one kill to the next."""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    made = build_town(tmp_path_factory.mktemp("anyone"))
    assert made.until_over(made.ask()) == "published"
    yield made
    made.stop()


@pytest.mark.parametrize("seed", range(4))
def test_every_question_is_answered_once_whoever_dies(town: Town, seed: int) -> None:
    before = look(town)
    queries = [town.ask() for _ in range(QUESTIONS)]
    assert kill_now_and_then(town, queries, random.Random(seed)) >= FEWEST_KILLS
    for query in queries:
        assert town.until_over(query) == "published"
        assert len(releases_of(town, query)) == 1
    answers = [answer_of(town, query) for query in queries]
    payers: dict[str, list[Charge]] = defaultdict(list)
    for answer in answers:
        for party, charges in answer.payers(town).items():
            payers[party].extend(charges)
    require_paid(town, before, payers)
    require_own_noise(town, before, answers)


def kill_now_and_then(town: Town, queries: list[str], chance: random.Random) -> int:
    """Kill somebody whenever some more letters were posted; return how often, at most ``KILLS``."""
    parties = [COORDINATOR, *town.federation.nodes]
    for done in range(KILLS):
        enough = town.letters() + chance.randint(1, LETTERS)

        def time_to_kill(enough: int = enough) -> bool:
            return town.letters() >= enough or over(town, queries)

        town.until("more letters", time_to_kill)
        if over(town, queries):
            return done
        victim = chance.choice(parties)
        town.kill(victim)
        town.start(victim)
    return KILLS


def over(town: Town, queries: list[str]) -> bool:
    return all(town.state(query) == "published" for query in queries)


def require_own_noise(town: Town, before: Before, answers: list[Answer]) -> None:
    """Check that each answer holds noise of both helpers that no other answer holds."""
    drawn = [draws_since(town, before, name, answers[0].manifest) for name in HELPERS]
    used: list[tuple[int, int]] = []
    for answer in answers:
        pairs = product(range(len(drawn[0])), range(len(drawn[1])))
        used += [(a, b) for a, b in pairs if answer.is_exact_without(drawn[0][a], drawn[1][b])]
    assert len(used) == len(answers)
    assert len({a for a, _ in used}) == len({b for _, b in used}) == len(answers)
