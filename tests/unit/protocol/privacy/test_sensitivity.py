# SPDX-License-Identifier: EUPL-1.2
"""Every statistic over every pair of values of a small domain: the table, found by trying.

Of gates an adversary chooses what a household's records are added to, so the pairs of *added* are
all d and d + x of the ring, not 0 and x.
"""

from collections.abc import Callable
from itertools import combinations, product

import pytest

from ontschot.protocol.catalogue.definitions import definition
from ontschot.protocol.documents.queries import Cells
from ontschot.protocol.privacy.sensitivity import (
    Sensitivity,
    SlotSensitivity,
    bins,
    capped,
    clamped,
    count,
    nested,
    of_block,
    together,
)

TOP = 7
"""Values of one household run from 0 to here."""

Figures = Callable[[int], list[int]]


def figures_nested(thresholds: tuple[int, ...]) -> Figures:
    return lambda x: [int(x >= t) for t in thresholds]


def figures_bins(edges: tuple[int, ...]) -> Figures:
    ends = (*edges[1:], TOP + 1)
    return lambda x: [int(a <= x < b) for a, b in zip(edges, ends, strict=True)]


def figures_capped(cap: int) -> Figures:
    return lambda x: [min(x, cap)]


def side_by_side(*parts: Figures) -> Figures:
    return lambda x: [figure for part in parts for figure in part(x)]


def moves(figures: Figures, pairs: list[tuple[int, int]]) -> Sensitivity:
    steps = [
        [a - b for a, b in zip(figures(x), figures(y), strict=True)] for x, y in pairs if x != y
    ]
    return Sensitivity(
        max(sum(abs(d) for d in step) for step in steps),
        max(sum(d * d for d in step) for step in steps),
    )


RING = TOP + 1
"""Totals lie in Z_8: a start value and a shift may go round."""


def found(figures: Figures) -> SlotSensitivity:
    return SlotSensitivity(
        added=moves(figures, [(d, (d + x) % RING) for d, x in product(range(RING), range(RING))]),
        changed=moves(figures, list(product(range(RING), range(RING)))),
    )


def unshifted(figures: Figures) -> Sensitivity:
    """Return the moves where nobody shifts anything: what an honest federation would lose."""
    return moves(figures, [(0, x) for x in range(RING)])


THRESHOLDS = [chosen for size in range(1, 5) for chosen in combinations(range(1, TOP + 1), size)]


@pytest.mark.parametrize("thresholds", THRESHOLDS)
def test_nested_counts(thresholds: tuple[int, ...]) -> None:
    assert nested(len(thresholds)) == found(figures_nested(thresholds))


@pytest.mark.parametrize("edges", THRESHOLDS)
def test_bins(edges: tuple[int, ...]) -> None:
    assert bins(len(edges)) == found(figures_bins(edges))


@pytest.mark.parametrize("edges", THRESHOLDS)
def test_only_bins_are_moved_further_by_an_adversary(edges: tuple[int, ...]) -> None:
    assert unshifted(figures_bins(edges)) == Sensitivity(1, 1)
    assert unshifted(figures_nested(edges)) == nested(len(edges)).added
    assert unshifted(figures_capped(edges[0])) == capped(edges[0]).added


@pytest.mark.parametrize("cap", range(1, TOP + 1))
def test_capped_sum(cap: int) -> None:
    assert capped(cap) == found(figures_capped(cap))


@pytest.mark.parametrize(("low", "high"), [(1, 7), (3, 5), (4, 4)])
def test_two_caps_together(low: int, high: int) -> None:
    figures = side_by_side(figures_capped(low), figures_capped(high))
    assert together(capped(low), capped(high)) == found(figures)


@pytest.mark.parametrize(("threshold", "cap"), [(1, 1), (1, 7), (7, 3), (4, 5)])
def test_a_count_and_a_capped_sum_together(threshold: int, cap: int) -> None:
    figures = side_by_side(figures_nested((threshold,)), figures_capped(cap))
    assert together(count(), capped(cap)) == found(figures)


@pytest.mark.parametrize(("edges", "cap"), [((1, 3), 2), ((1, 3, 6), 7), ((2,), 4)])
def test_bins_and_a_cap_together_are_never_stated_too_low(edges: tuple[int, ...], cap: int) -> None:
    stated = together(bins(len(edges)), capped(cap))
    real = found(side_by_side(figures_bins(edges), figures_capped(cap)))
    for at_most, found_ in ((stated.added, real.added), (stated.changed, real.changed)):
        assert at_most.l1 >= found_.l1
        assert at_most.l2_squared >= found_.l2_squared


@pytest.mark.parametrize("caps", [(2, 3), (1, 1), (3, 2)])
def test_two_variables_of_one_household(caps: tuple[int, int]) -> None:
    # A household has a value of each variable, free of one another: the domain is a product.
    def figures(pair: int) -> list[int]:
        x, y = divmod(pair, TOP + 1)
        return [min(x, caps[0]), min(y, caps[1])]

    size = (TOP + 1) ** 2
    pairs = [(0, x) for x in range(size)]
    stated = together(capped(caps[0]), capped(caps[1]))
    assert stated.added == moves(figures, pairs)
    assert stated.changed == moves(figures, list(product(range(size), range(size))))


@pytest.mark.parametrize(("cap", "providers"), [(1, 1), (2, 1), (1, 2), (2, 2), (1, 3)])
def test_cells_at_several_providers(cap: int, providers: int) -> None:
    # What one provider may say of a household: three cells, no more than the cap in all.
    own = [cells for cells in product(range(cap + 1), repeat=3) if sum(cells) <= cap]
    vectors = {
        tuple(map(sum, zip(*together_, strict=True)))
        for together_ in product(own, repeat=providers)
    }

    def move(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, int]:
        steps = [a - b for a, b in zip(one, other, strict=True)]
        return sum(map(abs, steps)), sum(step * step for step in steps)

    nothing = (0, 0, 0)
    stated = clamped(cap, providers)
    added = [move(vector, nothing) for vector in vectors]
    changed = [move(one, other) for one, other in product(vectors, vectors)]
    assert (max(m[0] for m in added), max(m[1] for m in added)) == (
        stated.added.l1,
        stated.added.l2_squared,
    )
    assert (max(m[0] for m in changed), max(m[1] for m in changed)) == (
        stated.changed.l1,
        stated.changed.l2_squared,
    )


def test_two_binned_variables_of_one_household() -> None:
    one = figures_bins((1, 4))

    def figures(pair: int) -> list[int]:
        x, y = divmod(pair, TOP + 1)
        return one(x) + one(y)

    size = (TOP + 1) ** 2
    stated = together(bins(2), bins(2))
    assert stated.added == stated.changed
    assert stated.changed == moves(figures, list(product(range(size), range(size))))


@pytest.mark.parametrize("edges", THRESHOLDS)
def test_a_zero_bin_would_cost_no_more(edges: tuple[int, ...]) -> None:
    inner = figures_bins(edges)
    with_zero = found(lambda x: [int(x < edges[0]), *inner(x)])
    assert with_zero.added == Sensitivity(2, 2)


def test_the_sensitivity_of_a_block() -> None:
    assert of_block("capped", [], 500) == capped(500)
    assert of_block("at-least", [1, 2, 3], None) == nested(3)
    assert of_block("bins", [1, 2, 3], None) == bins(3)
    assert of_block("sum", [], 2, Cells(classes=8, providers=3)) == clamped(2, 3)


@pytest.mark.parametrize("statistic", ["capped", "at-least", "bins", "sum"])
def test_a_block_without_its_parameters_has_none(statistic: str) -> None:
    with pytest.raises(ValueError, match="at least one threshold"):
        of_block(statistic, [], None)  # type: ignore[arg-type]  # the point of the test


@pytest.mark.parametrize("question", ["Q11", "Q12", "Q26"])
def test_bins_of_a_code_are_bins_whatever_the_totals(question: str) -> None:
    """A household is one slot and has one code; its bits are free of one another.

    An adversary may shift each total, and the code itself when it is opened.
    """
    known = definition(question)
    (code,) = known.codes
    codes = [
        sum(bit.weight for bit, one in zip(code.components, ones, strict=True) if one)
        for ones in product((0, 1), repeat=len(code.components))
    ]
    assert [found for found in codes if found == 0] == [0], "only without any of this care"
    for block in known.blocks:
        ends = (*block.thresholds[1:], code.largest + 1)
        edges = list(zip(block.thresholds, ends, strict=True))

        def figures(x: int, edges: list[tuple[int, int]] = edges) -> list[int]:
            return [int(low <= x < high) for low, high in edges]

        stated = of_block(block.statistic, block.thresholds, block.cap)
        ring = range(code.largest + 1)
        assert stated.added == moves(figures, list(product(ring, ring)))
        assert stated.changed == moves(figures, list(product(codes, codes)))
