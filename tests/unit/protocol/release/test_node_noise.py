# SPDX-License-Identifier: EUPL-1.2
"""Noise of nodes themselves: its price, who adds the noise of an answer, what a household loses."""

from fractions import Fraction
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontschot.protocol.documents.releases import Manifest, Part
from ontschot.protocol.documents.uploads import NodeNoise
from ontschot.protocol.privacy.errors import MalformedParameter
from ontschot.protocol.privacy.units import format_sigma, parse_sigma, rho_of
from ontschot.protocol.release.cells import CENTRED, fits_word, largest_sum
from ontschot.protocol.release.node_noise import (
    LEAST_RHO,
    MOST_RHO,
    is_priced,
    loss_at,
    mode_of,
    noise_charges,
    noise_for,
    noised_uploads,
    sigmas_of,
    variance,
)
from ontschot.protocol.universe import area_map
from unit.protocol.documents.samples import SUM
from unit.protocol.universe.samples import synthetic_universe

Listed: TypeAlias = tuple[Part, dict[str, NodeNoise | None]]
"""A part, and the noise in each of its uploads."""

BLOCK = SUM.blocks[0]
FIVE = [format_sigma(Fraction(n)) for n in (5, 6, 7, 8, 9)]


def listed(
    *sigmas: str | None, variable: str = "served"
) -> tuple[Part, dict[str, NodeNoise | None]]:
    """Return a part with one upload for each sigma; None: without noise."""
    names = [f"{variable[0].encode().hex()}{number:062x}" for number in range(len(sigmas))]
    found = {
        name: None
        if sigma is None
        else NodeNoise(sigma=sigma, rho=str(rho_of(parse_sigma(sigma), 4)))
        for name, sigma in zip(names, sigmas, strict=True)
    }
    return Part(variable=variable, gate=None, uploads=sorted(found)), found


def release(*parts: Listed) -> Manifest:
    known = {name: noise for _, found in parts for name, noise in found.items()}
    blocks = [
        BLOCK.model_copy(update={"id": part.variable, "variable": part.variable})
        for part, _ in parts
    ]
    noised = noised_uploads(known)
    listed_parts = [part for part, _ in parts]
    fields = {"parts": listed_parts, "blocks": blocks, "noised": noised}
    return SUM.model_copy(update=fields | {"noise": mode_of(blocks, listed_parts, noised)})


@given(st.integers(LEAST_RHO, MOST_RHO), st.integers(1, 1000))
def test_noise_costs_at_most_what_was_said_and_says_what_it_costs(rho: int, cap: int) -> None:
    noise = noise_for(rho, cap)
    assert int(noise.rho) <= rho
    assert is_priced(noise, cap)
    assert not is_priced(noise.model_copy(update={"rho": str(int(noise.rho) - 1)}), cap)
    assert not is_priced(noise.model_copy(update={"sigma": "1/1", "rho": "1"}), cap)
    household, person = noise_charges(noise, cap, [2024, 2025])
    assert (household.unit, household.rho, household.years) == (
        "household",
        int(noise.rho),
        (2024, 2025),
    )
    assert (person.unit, person.rho) == ("person", rho_of(parse_sigma(noise.sigma), 2 * cap * cap))


def test_nodes_add_the_noise_only_where_every_upload_has_enough() -> None:
    least = parse_sigma(BLOCK.sigma)
    just, short = format_sigma(least), format_sigma(least - Fraction(1, 2**20))
    assert release(listed(just, just)).noise == "nodes"
    assert release(listed(just, "900/1")).noise == "nodes"
    assert release(listed(just, None)).noise == "helpers"
    assert release(listed(just, short)).noise == "helpers"
    assert release(listed(None, None)).noise == "helpers"
    other = listed(just, short, variable="other")
    assert release(other, listed(just, just)).noise == "helpers"


def test_of_two_tables_over_one_variable_the_one_that_asks_most_decides() -> None:
    part, found = listed("5/1", "5/1")
    small, large = (BLOCK.model_copy(update={"sigma": sigma}) for sigma in ("5/1", "6/1"))
    noised = noised_uploads(found)
    assert mode_of([small], [part], noised) == "nodes"
    for blocks in ([small, large], [large, small]):
        assert mode_of(blocks, [part], noised) == "helpers"


def test_a_sigma_that_is_none_is_refused() -> None:
    part, found = listed("5/1", "5/1")
    odd = [item.model_copy(update={"sigma": "5/3"}) for item in noised_uploads(found)]
    with pytest.raises(MalformedParameter):
        mode_of([BLOCK], [part], odd)


def test_the_error_is_that_of_all_noise_in_a_figure() -> None:
    manifest = release(listed("5/1", None, "12/1"), listed("7/1", variable="other"))
    assert sigmas_of(manifest, "served") == [5, 12]
    assert variance(sigmas_of(manifest, "served")) == 169
    assert sigmas_of(manifest, "other") == [7]


@given(st.permutations(FIVE), st.permutations(FIVE), st.integers(0, 7))
def test_a_loss_covers_whichever_nodes_a_household_is_at(
    first: list[str], second: list[str], nodes: int
) -> None:
    manifest = release(listed(*first), listed(*second, variable="other"))
    rho = [rho_of(parse_sigma(sigma), 4) for sigma in FIVE]
    assert loss_at(manifest, nodes) == 2 * sum(sorted(rho, reverse=True)[:nodes])
    per_node = [
        rho_of(parse_sigma(a), 4) + rho_of(parse_sigma(b), 4)
        for a, b in zip(first, second, strict=True)
    ]
    assert loss_at(manifest, nodes) >= sum(sorted(per_node, reverse=True)[:nodes])


def test_a_sum_fits_its_word_with_all_noise_in_it() -> None:
    areas = area_map(synthetic_universe({"BU00010101": 300}), "gemeente", 100)
    room = CENTRED - largest_sum(areas, 2, 10)
    block = BLOCK.model_copy(update={"cap": 2})
    sigma = Fraction(1)
    fitting = Fraction(room - 80 - 1, 80)
    assert fits_word(block, areas, 10, sigma, [fitting, fitting])
    assert not fits_word(block, areas, 10, sigma, [fitting, fitting + Fraction(1, 40)])
    assert not fits_word(block, areas, 10, sigma + Fraction(1, 80), [fitting, fitting])
