# SPDX-License-Identifier: EUPL-1.2
import numpy as np
import pytest

from ontschot_demo.sampling import apportion, choose, pick, pick_per_row, stream


def test_streams_differ_and_repeat() -> None:
    assert stream(1, "town").integers(10**9) == stream(1, "town").integers(10**9)
    assert stream(1, "town").integers(10**9) != stream(1, "people").integers(10**9)
    with pytest.raises(ValueError, match="tuple"):
        stream(1, "elsewhere")


def test_a_pick_is_exact_and_never_of_weight_zero() -> None:
    weights = np.array([0.0, 1.0, 1e9, 2.0, 0.0])
    for seed in range(20):
        found = pick(np.random.default_rng(seed), weights, 2)
        assert len(set(found.tolist())) == 2
        assert found[0] == 2
        assert not {0, 4} & set(found.tolist())
    assert len(pick(np.random.default_rng(1), weights, 99)) == 3


def test_heavier_is_picked_more_often() -> None:
    rng = np.random.default_rng(1)
    first = [int(pick(rng, [1.0, 3.0], 1)[0]) for _ in range(2000)]
    assert 0.70 < np.mean(first) < 0.80


def test_rows_get_their_own_number_of_columns() -> None:
    weights = np.array([[1.0, 1.0, 1.0], [1.0, 0.0, 1.0]])
    rows, columns = pick_per_row(np.random.default_rng(1), weights, np.array([2, 3]))
    assert np.bincount(rows).tolist() == [2, 2]
    assert 1 not in columns[rows == 1].tolist()


def test_parts_add_up() -> None:
    assert apportion(10, [1, 1, 1]).tolist() == [4, 3, 3]
    assert apportion(0, [1, 2]).tolist() == [0, 0]
    assert apportion(7, [0, 1]).tolist() == [0, 7]


def test_choice_follows_its_shares() -> None:
    drawn = choose(np.random.default_rng(1), [0.0, 2.0, 6.0], 4000)
    assert 0 not in drawn
    assert np.mean(drawn == 2) == pytest.approx(0.75, abs=0.03)
