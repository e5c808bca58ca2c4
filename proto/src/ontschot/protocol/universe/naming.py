# SPDX-License-Identifier: EUPL-1.2
"""Names of areas for people: of joined CBS areas, and of PC6 clusters. In Dutch, as CBS names are.

A name decides nothing: two maps of one division may name their areas otherwise.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby

from ontschot.protocol.universe.areas import Level, code_at

LONGEST_NAME = 60
"""Characters of the name of one CBS area."""

_NAMED = 3
_NAMED_BUURTEN = 2
_PC6 = slice(11, 17)


def name_of(level: Level, holds: Sequence[str], names: Mapping[str, str]) -> str:
    """Return the name of an area of ``level`` that holds these codes.

    ``names`` gives names of CBS areas; a code without a name is its own name.
    """
    if level == "pc6-cluster":
        return _cluster(holds, names)
    known = [names.get(code, code) for code in holds]
    if len(known) > _NAMED:
        known[_NAMED - 1 :] = [f"{len(known) - _NAMED + 1} andere"]
    return _listed(known)


def _cluster(holds: Sequence[str], names: Mapping[str, str]) -> str:
    # From the first PC6 to the last, for each buurt.
    found = []
    for buurt, pieces in groupby(holds, key=lambda piece: code_at("buurt", piece)):
        codes = [f"{piece[_PC6][:4]} {piece[_PC6][4:]}" for piece in pieces]
        stretch = codes[0] if len(codes) == 1 else f"{codes[0]} t/m {codes[-1]}"
        found.append(f"{stretch} (buurt {names.get(buurt, buurt)})")
    if len(found) > _NAMED_BUURTEN:
        others = len(found) - 1
        found[1:] = [f"{others} andere buurten"]
    return _listed(found)


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + f" en {names[-1]}"
