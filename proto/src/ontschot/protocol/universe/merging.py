# SPDX-License-Identifier: EUPL-1.2
"""Making area maps from a universe, with areas that are large enough.

The sizes that decide are public: addresses per area. Small buurten are never left out, they are
joined, by a rule that anyone can repeat:

1. inside each wijk, then inside each gemeente, then over the whole universe (a step that lies
   above the level of the map is where its areas are first joined);
2. in such a group, the areas below the minimum are taken in order of code and joined one after
   the other until the minimum is reached; then the next joined area begins;
3. what is left over joins the smallest area of the group that reaches the minimum (the lowest code
   among equals); if there is none, it goes on to the next group as one area.

Only addresses count, not overflow slots. A map that cannot reach the minimum at all is refused.
Publishing one map per (level, minimum) and round keeps anyone from differencing two divisions.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from ontschot.protocol.universe.areas import NO_AREA, Area, AreaMap, Level, code_at, joined_code
from ontschot.protocol.universe.errors import AreasTooSmall, MalformedAreaMap
from ontschot.protocol.universe.universe import Universe

COUNTS_MINIMUM = 100
"""Least number of addresses of an area for counts (the norm of CBS for percentages)."""

EUROS_MINIMUM = 250
"""Least number of addresses of an area for sums of euros."""

_PARENTS: dict[Level, tuple[Level, ...]] = {
    "buurt": ("wijk", "gemeente"),
    "wijk": ("gemeente",),
    "gemeente": (),
}
_NAMED = 3
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Group:
    """CBS areas that are one area: their codes in order, and their addresses together."""

    holds: tuple[str, ...]
    addresses: int


def area_map(
    universe: Universe, level: Level, minimum: int, names: Mapping[str, str] | None = None
) -> AreaMap:
    """Return the map of ``universe`` at ``level`` in which no area has fewer addresses than asked.

    Args:
        universe: the slots.
        level: gemeente, wijk or buurt.
        minimum: least number of addresses per area; 1 joins nothing.
        names: names of CBS areas by code; a code without a name is its own name.

    Raises:
        AreasTooSmall: the whole universe has fewer addresses than ``minimum``.
        ValueError: a name is empty or longer than 60 characters.
    """
    known = names or {}
    if any(not 1 <= len(name) <= _LONGEST_NAME for name in known.values()):
        msg = f"names of areas have 1 to {_LONGEST_NAME} characters"
        raise ValueError(msg)
    sizes: dict[str, int] = defaultdict(int)
    for buurt, addresses in universe.buurt_runs:
        sizes[code_at(level, buurt)] += addresses
    groups = merge_small(sizes, level, minimum)
    areas = tuple(Area(joined_code(g.holds), _name(g.holds, known), g.holds) for g in groups)
    position = {code: i for i, area in enumerate(areas) for code in area.holds}
    runs = _joined_runs(_runs(universe, level, position))
    run_areas, lengths = zip(*runs, strict=True)
    return AreaMap(
        universe.digest,
        level,
        minimum,
        areas,
        np.array(run_areas, dtype=np.int32),
        np.array(lengths, dtype=np.int64),
    )


def require_derived(universe: Universe, found: AreaMap) -> None:
    """Check that a map is the one that this rule makes of ``universe``; only names are free.

    Raises:
        MalformedAreaMap: another universe, another division, or other slots.
        AreasTooSmall: the universe cannot have a map with that minimum.
    """
    found.require_universe(universe.digest, universe.slots)
    expected = area_map(universe, found.level, found.minimum)
    same = (
        [area.holds for area in found.areas] == [area.holds for area in expected.areas]
        and np.array_equal(found.run_areas, expected.run_areas)
        and np.array_equal(found.run_lengths, expected.run_lengths)
    )
    if not same:
        raise MalformedAreaMap("not the division that the rule makes of this universe")


def merge_small(sizes: Mapping[str, int], level: Level, minimum: int) -> tuple[Group, ...]:
    """Return which areas are joined, by the rule above, in order of code.

    Args:
        sizes: addresses per CBS code, all at ``level`` and all positive.
        level: the level of the codes.
        minimum: least number of addresses.

    Raises:
        AreasTooSmall: all areas together have fewer.
    """
    groups = [Group((code,), size) for code, size in sorted(sizes.items())]
    for parent in _PARENTS[level]:
        groups = [
            merged
            for _, members in groupby(groups, key=lambda group: code_at(parent, group.holds[0]))
            for merged in _merge(list(members), minimum)
        ]
    groups = _merge(groups, minimum)
    if any(group.addresses < minimum for group in groups):
        raise AreasTooSmall(f"{sum(sizes.values())} addresses, at least {minimum}")
    return tuple(groups)


def _merge(members: list[Group], minimum: int) -> list[Group]:
    # Rules 2 and 3 in one group of areas; returns them in order of code.
    large = [group for group in members if group.addresses >= minimum]
    rest: list[Group] = []
    for group in members:
        if group.addresses >= minimum:
            continue
        rest.append(group)
        if sum(small.addresses for small in rest) >= minimum:
            large.append(_join(rest))
            rest = []
    if rest and large:
        host = min(large, key=lambda group: (group.addresses, group.holds))
        large.remove(host)
        rest.append(host)
    return sorted([*large, _join(rest)] if rest else large, key=lambda group: group.holds)


def _join(groups: list[Group]) -> Group:
    holds = tuple(sorted(code for group in groups for code in group.holds))
    return Group(holds, sum(group.addresses for group in groups))


def _name(holds: tuple[str, ...], names: Mapping[str, str]) -> str:
    known = [names.get(code, code) for code in holds]
    if len(known) > _NAMED:
        known[_NAMED - 1 :] = [f"{len(known) - _NAMED + 1} andere"]
    return known[0] if len(known) == 1 else ", ".join(known[:-1]) + f" en {known[-1]}"


def _runs(
    universe: Universe, level: Level, position: Mapping[str, int]
) -> Iterable[tuple[int, int]]:
    # Area and length of every buurt, and of the overflow behind every gemeente, in slot order.
    overflow = {gemeente.code: gemeente.overflow for gemeente in universe.gemeenten}
    for code, buurten in groupby(universe.buurt_runs, key=lambda run: code_at("gemeente", run[0])):
        for buurt, addresses in buurten:
            yield position[code_at(level, buurt)], addresses
        yield position[code] if level == "gemeente" else NO_AREA, overflow[code]


def _joined_runs(runs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    # Neighbours with one area become one run.
    grouped = groupby(runs, key=lambda run: run[0])
    return [(area, sum(length for _, length in members)) for area, members in grouped]
