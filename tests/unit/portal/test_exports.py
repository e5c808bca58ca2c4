# SPDX-License-Identifier: EUPL-1.2
"""Portal and coordinator read an answer apart, and write the same bytes from it."""

import json

import pytest

from ontschot.coordinator.results import Area, Result
from ontschot.protocol.results import to_csv, to_geojson
from unit.coordinator.results import samples
from unit.portal.samples import boundaries, q01_result, read

# Areas that list wijken, or a buurt and a wijk; the boundaries are of buurten.
WIJKEN = samples.q01(
    [
        Area("WK064201+1", "Wijk 01 en wijk 01", 900, ("WK064201", "WK053101")),
        Area("X", "Eén buurt apart", 300, ("BU06420103",)),
    ],
    [9_000, 5_000],
)


@pytest.mark.parametrize("result", [samples.q13(), q01_result()], ids=["q13", "q01"])
def test_the_csv_is_the_coordinators(result: Result) -> None:
    assert to_csv(read(result)) == to_csv(result)


@pytest.mark.parametrize(
    "result", [samples.q13(), q01_result(), WIJKEN], ids=["q13", "q01", "merged-wijken"]
)
def test_the_geojson_is_the_coordinators(result: Result) -> None:
    answer = read(result)
    for table, read_table in zip(result.tables, answer.tables, strict=True):
        theirs = to_geojson(result, table, boundaries())
        ours = to_geojson(answer, read_table, boundaries())
        assert json.dumps(ours) == json.dumps(theirs)
