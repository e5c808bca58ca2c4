# SPDX-License-Identifier: EUPL-1.2
"""What helpers add to a figure, alone and together, against the exact laws; and broken samplers.

Noise comes out of the helpers' own code: drawn, added to uniform shares, padded, packed in words of
both widths, combined by the coordinator. Each p-value fails a right sampler with
probability ``audits.laws.ONE_IN``.
"""

from fractions import Fraction

import numpy as np
import pytest

from audits.laws import ONE_IN, Ints, Law, p_values, worst
from audits.noise_only import of_helpers, released
from audits.releasing import VIEWS, Mechanism
from audits.sources import Rounded, Scaled, Silent, Truncated
from ontschot.node.noise import DiscreteGaussian, NoiseSource

pytestmark = pytest.mark.statistical

SCALES = [Fraction(45, 64), Fraction(3), Fraction(10), Fraction(224), Fraction(20_000)]
RELEASES = 56
DRAWS = RELEASES * 180


def check(noise: Ints, scale: Fraction) -> dict[str, float]:
    """Return the smallest p-value of each view: the answer, then what each helper lacks."""
    one = Law.gaussian(scale)
    laws = (one.plus(one), one, one)
    return {
        view: worst(drawn.reshape(-1), law)
        for view, drawn, law in zip(VIEWS, noise, laws, strict=True)
    }


@pytest.mark.parametrize("scale", SCALES, ids=float)
def test_noise_has_the_exact_law_of_each_helper_and_of_both(scale: Fraction) -> None:
    found = check(released(scale, RELEASES), scale)
    assert min(found.values()) > ONE_IN, found


@pytest.mark.slow
@pytest.mark.parametrize("scale", SCALES, ids=float)
def test_much_noise_has_the_exact_law(scale: Fraction) -> None:
    found = check(released(scale, 1000), scale)
    assert min(found.values()) > ONE_IN, found


@pytest.mark.parametrize("scale", SCALES, ids=float)
@pytest.mark.parametrize("factor", [0.9, 1.1])
def test_a_variance_ten_percent_off_is_found(scale: Fraction, factor: float) -> None:
    drawn = Scaled(factor**0.5, 1).draw(scale, DRAWS)
    assert p_values(drawn, Law.gaussian(scale))["variance"] < ONE_IN


@pytest.mark.parametrize(
    ("source", "scale", "by"),
    [
        (Rounded(2), Fraction(45, 64), "cells"),
        (Truncated(3, 3), Fraction(10), "tails"),
        (Truncated(3, 4), Fraction(224), "tails"),
        (Truncated(3, 5), Fraction(20_000), "tails"),
        (Scaled(1.25, 6), Fraction(20_000), "spread"),
    ],
)
def test_a_wrong_law_is_found(source: NoiseSource, scale: Fraction, by: str) -> None:
    assert p_values(source.draw(scale, 20_000), Law.gaussian(scale))[by] < ONE_IN


@pytest.mark.parametrize("scale", SCALES, ids=float)
def test_draws_of_the_exact_law_pass(scale: Fraction) -> None:
    drawn = Scaled(1.0, 8).draw(scale, DRAWS)
    assert worst(drawn, Law.gaussian(scale)) > 1e-5


@pytest.mark.parametrize("lazy", ["A", "B"])
def test_a_helper_without_noise_is_found_by_the_answer_and_by_its_peer(lazy: str) -> None:
    scale = Fraction(224)
    honest = Scaled(1.0, 9)
    mechanism = Mechanism("lazy", lambda party: Silent() if party == lazy else honest)
    found = check(released(scale, 20, mechanism=mechanism), scale)
    peer = "helper B" if lazy == "A" else "helper A"
    assert found["opened"] < ONE_IN
    assert found[peer] < ONE_IN
    assert found[f"helper {lazy}"] > 1e-5


def test_what_a_helper_lacks_is_what_the_other_drew() -> None:
    class Fixed:
        def __init__(self, value: int) -> None:
            self._value = value

        def draw(self, _scale: Fraction, size: int) -> Ints:
            return np.full(size, self._value, dtype=np.int64)

    mechanism = Mechanism("fixed", lambda party: Fixed(2 if party == "A" else -7))
    noise = released(Fraction(3), 2, mechanism=mechanism)
    assert [set(view.reshape(-1).tolist()) for view in noise] == [{-5}, {-7}, {2}]
    assert np.array_equal(of_helpers(noise)[:, [0, -1]], [[2, -7]] * 2)


def test_the_law_of_both_is_that_of_the_sum() -> None:
    one = Law.gaussian(Fraction(3, 2))
    both = one.plus(one)
    assert both.moment(2) == pytest.approx(2 * one.moment(2))
    drawn = DiscreteGaussian().draw(Fraction(3, 2), 20_000)
    assert worst(drawn[::2] + drawn[1::2], both) > ONE_IN
