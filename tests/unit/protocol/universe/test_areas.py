# SPDX-License-Identifier: EUPL-1.2
"""Area maps: what they say, and that only their one form is read."""

from collections.abc import Callable

import numpy as np
import pytest

from ontschot.protocol import canonical
from ontschot.protocol.universe import NO_AREA, AreaMap, Level, area_map
from ontschot.protocol.universe.areas import code_at
from ontschot.protocol.universe.errors import MalformedAreaMap
from unit.protocol.universe.samples import small_universe

NAMES = {"BU05310101": "Dorp", "BU05310102": "Kersbergen", "GM0531": "Hendrik-Ido-Ambacht"}


@pytest.mark.parametrize(
    ("level", "index"),
    [
        ("gemeente", [0] * 9 + [1] * 6),
        ("wijk", [0] * 5 + [NO_AREA] * 4 + [1, 1, 2] + [NO_AREA] * 3),
        ("buurt", [0, 0, 0, 0, 1] + [NO_AREA] * 4 + [2, 2, 3] + [NO_AREA] * 3),
    ],
)
def test_overflow_belongs_to_the_gemeente_and_to_nothing_smaller(
    level: Level, index: list[int]
) -> None:
    found = area_map(small_universe(), level, 1)
    assert found.index.tolist() == index
    assert found.slots_per_area.tolist() == [index.count(i) for i in range(max(index) + 1)]


def test_codes_derive_from_the_buurt() -> None:
    universe = small_universe()
    assert area_map(universe, "gemeente", 1).codes == ("GM0531", "GM0642")
    assert area_map(universe, "wijk", 1).codes == ("WK053101", "WK064201", "WK064202")
    assert code_at("wijk", "BU0363AF01") == "WK0363AF"


@pytest.mark.parametrize("code", ["WK053101", "BU053101", "XX05310101", "BU0531010", "bu05310101"])
def test_a_code_of_a_larger_area_or_another_form_has_no_buurt(code: str) -> None:
    with pytest.raises(ValueError, match=code):
        code_at("buurt", code)


def test_names_are_those_given_else_the_code() -> None:
    assert area_map(small_universe(), "buurt", 1, NAMES).names[:3] == (
        "Dorp",
        "Kersbergen",
        "BU06420100",
    )
    with pytest.raises(ValueError, match="60"):
        area_map(small_universe(), "buurt", 1, {"BU05310101": "x" * 61})


def test_sums_wrap_around_like_shares() -> None:
    found = area_map(small_universe(), "buurt", 1)
    values = np.full(15, 2**64 - 1, dtype=np.uint64)
    assert found.sums(values).tolist() == [2**64 - 4, 2**64 - 1, 2**64 - 2, 2**64 - 1]
    with pytest.raises(ValueError, match="15 slots"):
        found.sums(values[1:])


def test_bytes_are_the_one_form() -> None:
    found = area_map(small_universe(), "wijk", 1, {"WK053101": "Wijk 01"})
    universe = small_universe().digest
    assert found.to_bytes().decode() == (
        '{"areas":[{"code":"WK053101","holds":["WK053101"],"name":"Wijk 01"},'
        '{"code":"WK064201","holds":["WK064201"],"name":"WK064201"},'
        '{"code":"WK064202","holds":["WK064202"],"name":"WK064202"}],'
        '"format":"ontschot-areas/1","level":"wijk","minimum":1,'
        f'"runs":[0,5,-1,4,1,2,2,1,-1,3],"universe":"{universe}"}}'
    )
    read = AreaMap.from_bytes(found.to_bytes())
    assert read.digest == found.digest == canonical.sha256(found.to_bytes())
    assert read.index.tolist() == found.index.tolist()


def test_a_map_belongs_to_one_universe() -> None:
    found = area_map(small_universe(), "wijk", 1)
    found.require_universe(small_universe().digest, 15)
    with pytest.raises(MalformedAreaMap, match="another universe"):
        found.require_universe("0" * 64, 15)
    with pytest.raises(MalformedAreaMap, match="another universe"):
        found.require_universe(small_universe().digest, 14)


Change = Callable[[canonical.Document], object]

BAD: dict[str, Change] = {
    "another format": lambda d: d.update(format="ontschot-areas/2"),
    "another field": lambda d: d.update(extra=1),
    "no field": lambda d: d.pop("runs"),
    "level": lambda d: d.update(level="straat"),
    "level of another type": lambda d: d.update(level=["wijk"]),
    "codes of another level": lambda d: d.update(level="buurt"),
    "minimum zero": lambda d: d.update(minimum=0),
    "minimum true": lambda d: d.update(minimum=True),
    "an area below the minimum": lambda d: d.update(minimum=2),
    "universe": lambda d: d.update(universe="A" * 64),
    "no areas": lambda d: d.update(areas=[]),
    "areas not in order": lambda d: d["areas"].reverse(),
    "one area twice": lambda d: d["areas"].append(d["areas"][-1]),
    "a code in two areas": lambda d: d["areas"][0].update(
        code="WK053101+1", holds=["WK053101", "WK064201"]
    ),
    "a code that is not what it holds": lambda d: d["areas"][0].update(code="WK053101+1"),
    "holds nothing": lambda d: d["areas"][0].update(holds=[]),
    "holds no code": lambda d: d["areas"][0].update(holds=["WK0531"], code="WK0531"),
    "holds a number": lambda d: d["areas"][0].update(holds=[1]),
    "no name": lambda d: d["areas"][0].update(name=""),
    "no area": lambda d: d["areas"].__setitem__(0, "WK053101"),
    "odd runs": lambda d: d["runs"].append(0),
    "no runs": lambda d: d.update(runs=[]),
    "a run of text": lambda d: d["runs"].__setitem__(1, "5"),
    "a run of length zero": lambda d: d["runs"].__setitem__(1, 0),
    "a run that is huge": lambda d: d["runs"].__setitem__(1, 2**40),
    "a run that is cut": lambda d: d["runs"].extend([-1, 2]),
    "an area that is not there": lambda d: d["runs"].extend([3, 2]),
    "an area below none": lambda d: d["runs"].extend([-2, 2]),
    "an area without slots": lambda d: d.update(runs=[0, 5, -1, 4, 1, 2, -1, 3]),
}


@pytest.mark.parametrize("name", BAD)
def test_reads_nothing_but_its_one_form(name: str) -> None:
    document = canonical.decode(area_map(small_universe(), "wijk", 1).to_bytes())
    BAD[name](document)
    with pytest.raises(MalformedAreaMap):
        AreaMap.from_bytes(canonical.encode(document))


def test_reads_no_other_spelling() -> None:
    with pytest.raises(MalformedAreaMap):
        AreaMap.from_bytes(area_map(small_universe(), "wijk", 1).to_bytes() + b"\n")
