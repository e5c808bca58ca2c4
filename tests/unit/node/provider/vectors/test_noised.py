# SPDX-License-Identifier: EUPL-1.2
"""A node's own noise on its cells: signed words, OpenDP's own price, and what is refused."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ontschot.node.noise import NoiseUnavailable, gaussian_counts
from ontschot.node.provider.vectors.noised import (
    fits,
    require_vouched_cells,
    with_noise,
)
from ontschot.protocol.privacy.units import RHO_UNITS, parse_sigma, rho_of
from ontschot.protocol.release.node_noise import LEAST_RHO, MOST_RHO, noise_for
from unit.node.provider.vectors.test_cells import AREAS, VARIABLE


class Drawn:
    """Gives the figures that a test chose."""

    def __init__(self, *figures: int) -> None:
        self.figures, self.scales = figures, list[Fraction]()

    def draw(self, scale: Fraction, size: int) -> NDArray[np.int64]:
        self.scales.append(scale)
        assert size == len(self.figures)
        return np.array(self.figures, dtype=np.int64)


@given(
    st.lists(
        st.tuples(st.integers(0, 2**20), st.integers(-(2**30), 2**30)), min_size=1, max_size=20
    )
)
def test_figures_are_centred_integers(pairs: list[tuple[int, int]]) -> None:
    cells = np.array([cell for cell, _ in pairs], dtype=np.uint32)
    source = Drawn(*(noise for _, noise in pairs))
    noise = noise_for(10**9, 2)
    noised = with_noise(cells, noise, 2, source)
    assert noised.dtype == np.uint32
    assert noised.view(np.int32).tolist() == [cell + drawn for cell, drawn in pairs]
    assert source.scales == [parse_sigma(noise.sigma)]


@pytest.mark.parametrize("rho", [LEAST_RHO, 3 * 10**8, MOST_RHO])
@pytest.mark.parametrize("cap", [1, 2, 3, 1500])
def test_opendp_vouches_for_the_whole_upload(rho: int, cap: int) -> None:
    noise = noise_for(rho, cap)
    sigma = parse_sigma(noise.sigma)
    require_vouched_cells(sigma, cap, int(noise.rho))
    measurement = gaussian_counts(sigma, cap)
    ours = float(Fraction(int(noise.rho), RHO_UNITS))
    assert measurement.map(1) == pytest.approx(ours, rel=1e-5)
    assert measurement.map(2) == pytest.approx(4 * ours, rel=1e-5)
    assert len(measurement(np.arange(7, dtype=np.uint32))) == 7


def test_less_than_opendp_says_is_refused() -> None:
    noise = noise_for(10**9, 2)
    sigma, price = parse_sigma(noise.sigma), int(noise.rho)
    with pytest.raises(NoiseUnavailable):
        require_vouched_cells(sigma, 2, price - 1)
    with pytest.raises(NoiseUnavailable):
        require_vouched_cells(sigma, 3, price)
    lying = noise.model_copy(update={"rho": str(rho_of(sigma, 1))})
    with pytest.raises(NoiseUnavailable):
        with_noise(np.zeros(1, np.uint32), lying, 2, Drawn(0))


def test_noise_of_all_nodes_must_fit_a_word() -> None:
    assert fits(VARIABLE, AREAS, noise_for(LEAST_RHO, 2), 1000)
    assert not fits(VARIABLE, AREAS, noise_for(1, 2), 100)
