# SPDX-License-Identifier: EUPL-1.2
"""Portal and coordinator write the same bytes from the same answer."""

import json
from typing import Any

import pytest

from ontschot.coordinator.results import Area, Result, to_csv, to_geojson
from ontschot.portal import exports
from ontschot.portal.errors import UnreadableBoundaries
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
    assert exports.to_csv(read(result)) == to_csv(result)


@pytest.mark.parametrize(
    "result", [samples.q13(), q01_result(), WIJKEN], ids=["q13", "q01", "merged-wijken"]
)
def test_the_geojson_is_the_coordinators(result: Result) -> None:
    answer = read(result)
    for table, read_table in zip(result.tables, answer.tables, strict=True):
        theirs = to_geojson(result, table, boundaries())
        ours = exports.to_geojson(answer, read_table, boundaries())
        assert json.dumps(ours) == json.dumps(theirs)


@pytest.mark.parametrize(
    "collection",
    [{}, {"type": "FeatureCollection"}, {"type": "FeatureCollection", "features": [{}]}],
)
def test_other_json_is_refused(collection: dict[str, Any]) -> None:
    answer = read(samples.q13())
    with pytest.raises(UnreadableBoundaries):
        exports.to_geojson(answer, answer.table(), collection)


def test_a_buurt_goes_to_the_area_that_names_it_most_closely() -> None:
    result = to_geojson(WIJKEN, WIJKEN.tables[0], boundaries())
    owners = {f["id"]: f["properties"]["areaCode"] for f in result["features"]}
    assert owners["BU06420101"] == owners["BU05310102"] == "WK064201+1"
    assert owners["BU06420103"] == "X"
