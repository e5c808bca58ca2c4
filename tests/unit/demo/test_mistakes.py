# SPDX-License-Identifier: EUPL-1.2
from pathlib import Path

import numpy as np
import pytest

from ontschot_demo.bsn import remainders
from ontschot_demo.clients import DEFAULT_PERIOD, Options, World, make_world, write_world
from ontschot_demo.mistakes import KINDS, MAX_SHARE, with_mistakes
from ontschot_demo.town import Town
from ontschot_demo.truth import Sources, Truth

RULE_OF = {
    "bsn": "bsn-nobody",
    "period": "period",
    "duplicate": "duplicate",
    "birth-date": "birth-date",
    "category": "category",
    "amount": "amount",
    "orphan-credit": "orphan-credit",
    "gemeente": "gemeente",
}


def test_every_kind_occurs_in_the_demo(world: World) -> None:
    assert {kind for file in world.files for kind in file.mistakes} == set(KINDS)
    assert all(len(file.mistakes) == 4 for file in world.files)


def test_exactly_the_bad_lines_are_refused(world: World, truth: Truth) -> None:
    for file in world.files:
        found = truth.refused()[file.provider.agb]
        assert found == {RULE_OF[kind]: 1 for kind in file.mistakes}


def test_a_wrong_bsn_can_be_nobodys(world: World) -> None:
    numbers = {int(line[3]) for file in world.files for line in file.lines}
    found = remainders(np.array(sorted(numbers)))
    inside = np.array([999_900_006 <= number <= 999_999_990 for number in sorted(numbers)])
    assert not ((found == 0) & ~inside).any(), "a number that could be somebody's"
    assert (found > 1).sum() == 2


def test_bad_lines_leave_the_answers_as_they_are(small_town: Town, tmp_path: Path) -> None:
    answers = []
    for number in (0, 8):
        world = make_world(small_town, Options(5, bad_lines=number))
        paths = write_world(tmp_path / str(number), world)
        truth = Truth(Sources(paths.lines, paths.left_out, paths.addresses), DEFAULT_PERIOD)
        households = truth.households("wijk"), truth.providers("buurt")
        answers.append((truth.capped_sum("buurt", 5_000_000), *households))
        assert bool(truth.refused()) == bool(number)
        truth.close()
    assert answers[0] == answers[1]


def test_a_file_keeps_less_than_the_share_that_would_stop_it(world: World) -> None:
    lines = list(world.files[5].lines[:60])
    rng = np.random.default_rng(1)
    result, kinds = with_mistakes(rng, lines, 50, 0)
    assert len(kinds) == int(MAX_SHARE * 60)
    assert len(result) == 60 + len(kinds)
    assert with_mistakes(rng, lines[:10], 50, 0) == (lines[:10], ())


@pytest.mark.parametrize("month", ["01", "02", "12"])
def test_two_months_are_two_months(month: str) -> None:
    row = KINDS["period"]({"periode_van": f"2024-{month}-03", "periode_tot": f"2024-{month}-09"})
    assert row["periode_tot"] > row["periode_van"]
    assert row["periode_tot"][:7] != row["periode_van"][:7]
