# SPDX-License-Identifier: EUPL-1.2
"""What a node's upload holds beyond its cells is what OpenDP draws: chi-square, and variance."""

import numpy as np
import pytest

from ontschot.node.noise import DiscreteGaussian, gaussian_counts
from ontschot.node.provider.vectors.noised import with_noise
from ontschot.protocol.privacy.units import parse_sigma
from ontschot.protocol.release.node_noise import noise_for
from statistical.noise.test_distribution import CHANCE, check_variance, chi_square

pytestmark = pytest.mark.statistical

SIZE, CAP = 20_000, 2
NOISE = noise_for(5 * 10**11, CAP)


def test_noise_in_an_upload_is_a_discrete_gaussian() -> None:
    cells = np.random.default_rng(1).integers(0, 40, SIZE).astype(np.uint32)
    noised = with_noise(cells, NOISE, CAP, DiscreteGaussian())
    drawn = noised.view(np.int32).astype(np.int64) - cells.astype(np.int64)
    sigma = parse_sigma(NOISE.sigma)
    assert chi_square(drawn, sigma) > CHANCE
    check_variance(drawn, float(sigma) ** 2)


def test_opendps_own_measurement_of_an_upload_has_the_same_noise() -> None:
    sigma = parse_sigma(NOISE.sigma)
    drawn = np.asarray(gaussian_counts(sigma, CAP)(np.zeros(SIZE, np.uint32)), dtype=np.int64)
    assert chi_square(drawn, sigma) > CHANCE


def test_two_uploads_are_drawn_apart() -> None:
    cells = np.zeros(SIZE, np.uint32)
    first, second = (
        with_noise(cells, NOISE, CAP, DiscreteGaussian()).view(np.int32).astype(np.int64)
        for _ in range(2)
    )
    check_variance(first - second, 2 * float(parse_sigma(NOISE.sigma)) ** 2)
