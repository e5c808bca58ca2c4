# SPDX-License-Identifier: EUPL-1.2
"""What we know of OpenDP 0.16 and rely on, or guard against: to be run on every upgrade."""

import multiprocessing
import random
from fractions import Fraction
from importlib.metadata import requires, version
from multiprocessing.queues import Queue
from typing import Any

import numpy as np
import opendp.prelude as dp
import pytest

from ontschot.node.noise import MAX_SCALE, OPENDP_SERIES, DiscreteGaussian, gaussian

dp.enable_features("contrib")

VECTOR = dp.vector_domain(dp.atom_domain(T="i64")), dp.l2_distance(T="f64")
WIDE = Fraction(2**40)
"""A scale at which two draws of eight figures are never equal by chance."""


def test_the_series_is_pinned_where_it_is_installed_from() -> None:
    assert version("opendp").startswith(OPENDP_SERIES)
    assert [need for need in requires("ontschot-node") or [] if "opendp" in need] == [
        "opendp==0.16.*"
    ]


def test_sums_saturate_and_do_not_wrap() -> None:
    top = np.iinfo(np.int64).max
    drawn = np.array(gaussian(WIDE)(np.full(200, top, np.int64)))
    assert (drawn > 0).all()
    assert (drawn == top).any()
    assert (drawn < top).any()


def test_at_our_largest_scale_nothing_saturates() -> None:
    drawn = DiscreteGaussian().draw(Fraction(MAX_SCALE), 2_000)
    assert np.abs(drawn).max() < np.iinfo(np.int64).max
    assert np.abs(drawn).max() < 40 * MAX_SCALE


def test_beyond_it_opendp_would_saturate_in_silence() -> None:
    drawn = np.array(dp.m.make_gaussian(*VECTOR, scale=1e300)(np.zeros(50, np.int64)))
    assert np.isin(drawn, [np.iinfo(np.int64).max, np.iinfo(np.int64).min]).all()


def test_opendp_takes_a_scale_of_nought_and_adds_nothing() -> None:
    # Hence our own check of the scale, which refuses it.
    assert dp.m.make_gaussian(*VECTOR, scale=0.0)(np.zeros(9, np.int64)) == [0] * 9


@pytest.mark.parametrize("scale", [-1.0, float("nan"), float("inf")])
def test_opendp_refuses_other_nonsense_itself(scale: float) -> None:
    with pytest.raises(dp.OpenDPException):
        dp.m.make_gaussian(*VECTOR, scale=scale)


def test_noise_cannot_be_seeded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONHASHSEED", "1")
    drawn = []
    for _ in range(2):
        random.seed(1)
        np.random.seed(1)  # noqa: NPY002 (the seed that must not work)
        drawn.append(DiscreteGaussian().draw(WIDE, 8))
    assert not np.array_equal(drawn[0], drawn[1])


def _send_noise(queue: "Queue[Any]") -> None:
    queue.put(DiscreteGaussian().draw(WIDE, 8).tolist())


def test_two_forked_processes_draw_different_noise() -> None:
    DiscreteGaussian().draw(WIDE, 8)
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    children = [context.Process(target=_send_noise, args=(queue,)) for _ in range(2)]
    for child in children:
        child.start()
    drawn = [queue.get(timeout=60) for _ in children]
    for child in children:
        child.join()
    assert drawn[0] != drawn[1]


def test_one_refused_query_ends_opendps_filter() -> None:
    # Hence our own ledger: it refuses before it takes, and goes on afterwards.
    limit = dp.c.make_privacy_filter(
        dp.c.make_fully_adaptive_composition(*VECTOR, dp.zero_concentrated_divergence()),
        1.0,
        0.012,
    )
    session = limit(np.zeros(2, np.int64))
    session(dp.m.make_gaussian(*VECTOR, scale=10.0))
    with pytest.raises(dp.OpenDPException):
        session(dp.m.make_gaussian(*VECTOR, scale=1.0))
    with pytest.raises(dp.OpenDPException):
        session(dp.m.make_gaussian(*VECTOR, scale=1000.0))
