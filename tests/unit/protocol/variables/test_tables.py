# SPDX-License-Identifier: EUPL-1.2
"""The publication groups and the clamps."""

from typing import get_args

from ontschot.protocol.catalogue.definitions import definitions
from ontschot.protocol.universe.areas import LEVELS
from ontschot.protocol.variables import Wet, clamps, group_of, publication_groups

# JZ020 and WMO020 of iStandaarden 3.2.
CATEGORIES = {
    "JW": [*range(31, 39), *range(40, 56)],
    "WMO": range(1, 19),
}


def test_every_category_is_in_one_group_of_its_own_wet() -> None:
    for wet in get_args(Wet):
        held = [c for group in publication_groups() if group.wet == wet for c in group.categories]
        assert sorted(held) == [f"{category:02d}" for category in CATEGORIES[wet]]


def test_groups_are_numbered_from_one_and_named_in_both_languages() -> None:
    assert [group.number for group in publication_groups()] == list(range(1, 9))
    assert len({group.name.nl for group in publication_groups()}) == 8
    assert all(group.name.en for group in publication_groups())


def test_ggz_and_protection_are_confidential() -> None:
    assert [g.number for g in publication_groups() if g.confidential] == [5, 8]


def test_a_category_leads_to_its_group() -> None:
    assert (group_of("WMO", "12"), group_of("JW", "44"), group_of("JW", "55")) == (2, 6, 7)
    assert (group_of("JW", "12"), group_of("JW", "39")) == (None, None)


def test_clamps_cover_every_group_wet_and_level() -> None:
    table = clamps()
    assert set(table.groups) == {group.number for group in publication_groups()}
    assert set(table.wetten) == set(get_args(Wet))
    assert set(table.total) == set(LEVELS)
    assert all(cents % 100 == 0 and cents > 0 for cents in table.groups.values())
    assert table.groups[6] == 10_000_000


def test_the_catalogue_clamps_as_the_table_says() -> None:
    known = [definitions()[name] for name in ("Q01", "Q04")]
    caps = {
        block.level: block.cap * question.variable(block.variable).quantum_cents
        for question in known
        for block in question.blocks
        if block.cap
    }
    assert caps == clamps().total
