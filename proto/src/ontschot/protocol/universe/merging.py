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

PC6 clusters are made of pieces: the addresses of one PC6 in one buurt. Inside a buurt, pieces are
joined in order of PC6 until the minimum is reached; then the next cluster begins, and what is left
at the end joins the cluster before it. A buurt below the minimum is one group, to which rules 1 to
3 apply, inside the wijk and then inside the gemeente. A cluster never crosses a gemeente: a
universe in which a gemeente is below the minimum has no map of clusters.

Only addresses count, not overflow slots. A map that cannot reach the minimum at all is refused.
Publishing one map per (level, minimum) and round keeps anyone from differencing two divisions.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from ontschot.protocol.universe.areas import NO_AREA, Area, AreaMap, Level, code_at, joined_code
from ontschot.protocol.universe.errors import AreasTooSmall, MalformedAreaMap
from ontschot.protocol.universe.naming import LONGEST_NAME, name_of
from ontschot.protocol.universe.universe import Universe

AREAS: tuple[Level, ...] = ("gemeente", "wijk", "buurt")
"""The levels of CBS areas, coarse to fine."""

COUNTS_MINIMUM = 100
"""Least number of addresses of an area for counts (the norm of CBS for percentages)."""

EUROS_MINIMUM = 250
"""Least number of addresses of an area for sums of euros."""

MAPS: tuple[tuple[Level, int], ...] = (
    *((level, least) for level in AREAS for least in (COUNTS_MINIMUM, EUROS_MINIMUM)),
    ("pc6-cluster", EUROS_MINIMUM),
)
"""The maps of a measurement round. There is one division in clusters, for counts and euros."""

_PARENTS: dict[Level, tuple[Level, ...]] = {
    "buurt": ("wijk", "gemeente"),
    "wijk": ("gemeente",),
    "gemeente": (),
    "pc6-cluster": ("wijk", "gemeente"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """What is one area: the codes it holds, in order, and their addresses together."""

    holds: tuple[str, ...]
    addresses: int


def area_map(
    universe: Universe, level: Level, minimum: int, names: Mapping[str, str] | None = None
) -> AreaMap:
    """Return the map of ``universe`` at ``level`` in which no area has fewer addresses than asked.

    Args:
        universe: the slots.
        level: gemeente, wijk, buurt or pc6-cluster.
        minimum: least number of addresses per area; 1 joins nothing.
        names: names of CBS areas by code; a code without a name is its own name.

    Raises:
        AreasTooSmall: the whole universe has fewer addresses than ``minimum``; for clusters: a
            gemeente has.
        ValueError: a name is empty or longer than 60 characters.
    """
    known = names or {}
    if any(not 1 <= len(name) <= LONGEST_NAME for name in known.values()):
        msg = f"names of areas have 1 to {LONGEST_NAME} characters"
        raise ValueError(msg)
    sizes: dict[str, int] = defaultdict(int)
    for code, addresses in _finest(universe, level):
        sizes[code_at(level, code)] += addresses
    groups = merge_small(sizes, level, minimum)
    areas = tuple(
        Area(joined_code(g.holds), name_of(level, g.holds, known), g.holds) for g in groups
    )
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
        sizes: addresses per code (``areas.CODES``), all at ``level`` and all positive.
        level: the level of the codes.
        minimum: least number of addresses.

    Raises:
        AreasTooSmall: all areas together have fewer; for clusters: those of one gemeente.
    """
    groups = [Group((code,), size) for code, size in sorted(sizes.items())]
    if level == "pc6-cluster":
        groups = _clusters(groups, minimum)
    for parent in _PARENTS[level]:
        groups = [
            merged
            for _, members in groupby(groups, key=lambda group: code_at(parent, group.holds[0]))
            for merged in _merge(list(members), minimum)
        ]
    if level != "pc6-cluster":
        groups = _merge(groups, minimum)
    small = next((group for group in groups if group.addresses < minimum), None)
    if small is not None:
        where = code_at("gemeente", small.holds[0])
        raise AreasTooSmall(f"{where}: {small.addresses} addresses, at least {minimum}")
    return tuple(groups)


def _clusters(pieces: list[Group], minimum: int) -> list[Group]:
    # The pieces of each buurt, in order of PC6, in clusters; a small buurt stays one group.
    found = []
    for _, members in groupby(pieces, key=lambda piece: code_at("buurt", piece.holds[0])):
        clusters: list[list[Group]] = [[]]
        for piece in members:
            if sum(one.addresses for one in clusters[-1]) >= minimum:
                clusters.append([])
            clusters[-1].append(piece)
        if len(clusters) > 1 and sum(one.addresses for one in clusters[-1]) < minimum:
            clusters[-2:] = [clusters[-2] + clusters[-1]]
        found += [_join(cluster) for cluster in clusters]
    return found


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


def _finest(universe: Universe, level: Level) -> Sequence[tuple[str, int]]:
    # What areas of a level are made of, in slot order, with addresses.
    return universe.pc6_runs if level == "pc6-cluster" else universe.buurt_runs


def _runs(
    universe: Universe, level: Level, position: Mapping[str, int]
) -> Iterable[tuple[int, int]]:
    # Area and length of every buurt or piece, and of the overflow behind every gemeente, in slot
    # order.
    overflow = {gemeente.code: gemeente.overflow for gemeente in universe.gemeenten}
    runs = _finest(universe, level)
    for code, members in groupby(runs, key=lambda run: code_at("gemeente", run[0])):
        for part, addresses in members:
            yield position[code_at(level, part)], addresses
        yield position[code] if level == "gemeente" else NO_AREA, overflow[code]


def _joined_runs(runs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    # Neighbours with one area become one run.
    grouped = groupby(runs, key=lambda run: run[0])
    return [(area, sum(length for _, length in members)) for area, members in grouped]
