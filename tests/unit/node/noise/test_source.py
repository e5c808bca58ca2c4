# SPDX-License-Identifier: EUPL-1.2
import subprocess
import sys
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from ontschot.node import noise
from ontschot.node.noise import (
    MAX_SCALE,
    DiscreteGaussian,
    NoiseSource,
    NoiseUnavailable,
    gaussian,
    require_scale,
    require_vouched,
)


def test_a_vector_of_whole_numbers() -> None:
    source: NoiseSource = DiscreteGaussian()
    drawn = source.draw(Fraction(45, 2), 100)
    assert drawn.dtype == np.int64
    assert drawn.shape == (100,)
    # Sixty standard deviations: never in the life of the universe.
    assert np.abs(drawn).max() < 60 * 22.5
    assert drawn.any()


def test_an_empty_vector_needs_no_noise() -> None:
    assert DiscreteGaussian().draw(Fraction(1), 0).shape == (0,)


def test_two_draws_differ() -> None:
    source, scale = DiscreteGaussian(), Fraction(2**30)
    assert not np.array_equal(source.draw(scale, 8), source.draw(scale, 8))


@pytest.mark.parametrize(
    "scale",
    [
        Fraction(0),
        Fraction(-1),
        Fraction(1, 3),
        Fraction(2**53 + 1, 2**60),
        Fraction(2 * MAX_SCALE),
        Fraction(10) ** 400,
    ],
)
def test_a_scale_that_would_be_rounded_or_is_none(scale: Fraction) -> None:
    with pytest.raises(ValueError, match="a scale must be"):
        DiscreteGaussian().draw(scale, 1)


@pytest.mark.parametrize("scale", [1.5, float("nan"), float("inf")])
def test_a_float_is_no_scale(scale: float) -> None:
    with pytest.raises(TypeError, match="exact fraction"):
        require_scale(scale)


def test_no_negative_length() -> None:
    with pytest.raises(ValueError, match="negative length"):
        DiscreteGaussian().draw(Fraction(1), -1)


def test_an_idle_node_does_not_load_opendp() -> None:
    program = (
        "import sys; from ontschot.node.noise import DiscreteGaussian; DiscreteGaussian();"
        "sys.exit('opendp' in sys.modules)"
    )
    path = ":".join(sys.path)
    done = subprocess.run([sys.executable, "-c", program], env={"PYTHONPATH": path}, check=False)
    assert done.returncode == 0


def test_another_series_of_opendp_makes_no_noise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noise, "version", lambda _: "0.17.0")
    with pytest.raises(NoiseUnavailable, match=r"opendp 0\.17\.0"):
        DiscreteGaussian().draw(Fraction(1), 1)


def test_without_opendp_there_is_no_noise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opendp.prelude", None)
    with pytest.raises(NoiseUnavailable):
        DiscreteGaussian().draw(Fraction(1), 1)


class Claims:
    """A measurement that says what a move of one costs."""

    def __init__(self, rho: float) -> None:
        self.rho = rho

    def map(self, _: float) -> float:
        return self.rho


@pytest.mark.parametrize("rho", [0.5 + 1e-15, 0.6, float("inf")])
def test_a_sampler_that_vouches_for_less_is_not_used(rho: float) -> None:
    with pytest.raises(NoiseUnavailable):
        require_vouched(Claims(rho), Fraction(1))


def test_one_step_of_a_float_is_let_pass() -> None:
    require_vouched(Claims(float(np.nextafter(0.5, 1))), Fraction(1))


def test_the_price_is_checked_before_anything_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    class Cheat(Claims):
        def __call__(self, _: Any) -> list[int]:
            pytest.fail("drew with a price that was not checked")

    monkeypatch.setattr(noise, "gaussian", lambda _: Cheat(0.6))
    with pytest.raises(NoiseUnavailable):
        DiscreteGaussian().draw(Fraction(1), 1)
    monkeypatch.undo()
    require_vouched(gaussian(Fraction(1)), Fraction(1))
