# SPDX-License-Identifier: EUPL-1.2
import csv
import io
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ontschot.coordinator.results import Area, build_result
from ontschot.coordinator.results.document import Localised
from ontschot.protocol.language import Text
from ontschot.protocol.results import CSV_COLUMNS, BadBoundaries, to_csv, to_geojson
from unit.coordinator.results.samples import METADATA, bins_block, grid, q01, q13, square

BUURTEN = [
    Area("BU06420101", "Centrum", 900),
    Area("BU06420102+2", "Oost en West", 410, ("BU06420102", "BU06420103")),
]
BOUNDARIES = grid(["BU06420101", "BU06420102", "BU06420103", "BU06429999"])


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_csv_has_a_row_for_every_figure_with_all_it_must_carry() -> None:
    table = rows(to_csv(q13()))
    assert len(table) == (2 + 3) * 9
    assert tuple(table[0]) == CSV_COLUMNS
    first = table[0]
    assert first["gebied"] == "GM0642"
    assert first["waarde"] == "1900"
    assert first["standaardfout"] == "6,364"
    assert (first["laag_95"], first["hoog_95"]) == ("1887", "1913")
    assert first["getoond"] == "1900"
    assert first["beschermde_eenheid"] == "een huishouden, over alle aanbieders samen"
    assert first["epsilon"] == "1"
    assert first["delta"] == "0,000001"
    assert first["soort"] == "direct"
    assert first["ruis"] == "van de helpers"
    assert first["maximum_euro"] == ""
    assert first["maximum"] == "Een huishouden telt hoogstens één keer mee."
    assert first["meetronde"] == "nulmeting-2025"
    assert first["dekking"].startswith("6 aanbieders")
    assert first["methode"]
    assert first["manifest"] == "ab" * 32


def test_csv_gives_sums_in_euros_and_words_for_what_is_not_shown() -> None:
    table = rows(to_csv(q01(BUURTEN, [40_000, -77])))
    assert [row["eenheid"] for row in table] == ["euro", "euro"]
    assert [row["waarde"] for row in table] == ["4000000", "-7700"]
    assert [row["getoond"] for row in table] == ["4000000", "te onzeker"]
    assert table[0]["standaardfout"] == "98994,949"
    assert table[0]["maximum"] == "Een huishouden telt hoogstens voor € 50.000 mee."
    assert table[0]["maximum_euro"] == "50000"


def test_csv_calls_things_by_their_one_name_and_gives_shares_in_per_cent() -> None:
    result = q13()
    direct = result.table("providers-wijk")
    note = Localised(nl="Dit is een schatting.", en="This is an estimate.")
    made = {"noise": None, "sigma_per_helper": None, "estimator": "composite", "note": note}
    share = direct.model_copy(update=made | {"unit": "permille"})
    row = rows(to_csv(result.model_copy(update={"tables": (share,)})))[0]
    figure = direct.areas[0].figures[0]
    assert (row["soort"], row["ruis"], row["eenheid"]) == ("schatting", "", "procent")
    assert row["waarde"] == f"{figure.value / 10:g}".replace(".", ",")
    assert row["toelichting"] == note.nl
    assert row["tabel_titel"] == direct.title.nl


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_csv_never_hands_a_spreadsheet_a_formula(start: str) -> None:
    evil = f'{start}HYPERLINK("http://example.org";"x")'
    block = bins_block(np.zeros((1, 5)), [Area("GM0642", evil, 1)])
    metadata = replace(METADATA, title=Text(evil, evil), coverage=Text(evil, evil))
    first = rows(to_csv(build_result(metadata, [block])))[0]
    for column in ("naam", "titel", "dekking"):
        assert first[column] == f"'{evil}"


def test_geojson_joins_values_and_shares_them_over_merged_areas() -> None:
    result = q01(BUURTEN, [40_000, 25_000])
    joined = to_geojson(result, result.table(), BOUNDARIES)
    by_code = {feature["id"]: feature for feature in joined["features"]}
    assert [f["geometry"] for f in joined["features"]] == [
        f["geometry"] for f in BOUNDARIES["features"]
    ]
    assert by_code["BU06420101"]["properties"]["sum1"] == 400_000_000
    merged = [by_code[code]["properties"] for code in ("BU06420102", "BU06420103")]
    assert [p["areaCode"] for p in merged] == ["BU06420102+2"] * 2
    assert [p["sum1"] for p in merged] == [250_000_000] * 2
    assert by_code["BU06429999"]["properties"]["areaCode"] is None
    json.dumps(joined, allow_nan=False)


def test_every_feature_carries_what_its_figure_means() -> None:
    result = q01(BUURTEN, [40_000, 25_000])
    properties = to_geojson(result, result.table(), BOUNDARIES)["features"][0]["properties"]
    keys = (
        "protectedUnit", "rho", "epsilon", "delta", "clamp", "capCents", "coverage", "round",
        "method", "estimator", "noise", "unit", "unitName", "tableTitle", "firstDay",
    )  # fmt: skip
    for key in keys:
        assert properties[key], key
    assert properties["note"] is None
    assert properties["sum1Low"] < properties["sum1"] < properties["sum1High"]


def test_wijken_and_gemeenten_find_their_buurten_by_cbs_number() -> None:
    result = q13()
    boundaries = grid(["BU06420101", "BU06420177", "BU06420299", "BU05310101", "BU05310201"])
    wijk = to_geojson(result, result.table("providers-wijk"), boundaries)
    assert [f["properties"]["areaCode"] for f in wijk["features"]] == [
        "WK064201", "WK064201", "WK064202", "WK053101", None,
    ]  # fmt: skip
    gemeente = to_geojson(result, result.table("providers-gemeente"), boundaries)
    assert [f["properties"]["areaCode"] for f in gemeente["features"]] == [
        "GM0642", "GM0642", "GM0642", "GM0531", "GM0531",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "boundaries",
    [
        {},
        {"type": "FeatureCollection"},
        {"type": "Topology", "features": []},
        {"type": "FeatureCollection", "features": [{"type": "Feature"}]},
        {"type": "FeatureCollection", "features": [{"type": "Feature", "id": 7}]},
        {"type": "FeatureCollection", "features": [square("BU1", 0, 0), square("BU1", 1, 0)]},
    ],
)
def test_what_is_no_feature_collection_with_codes_is_refused(boundaries: dict[str, Any]) -> None:
    result = q13()
    with pytest.raises(BadBoundaries):
        to_geojson(result, result.table(), boundaries)


def test_a_buurt_in_two_areas_is_refused() -> None:
    areas = [Area("M1", "x", 1, ("BU1", "BU2")), Area("M2", "y", 1, ("BU2",))]
    result = q01(areas, [1, 2])
    with pytest.raises(BadBoundaries):
        to_geojson(result, result.table(), grid(["BU1", "BU2"]))


def test_a_buurt_goes_to_the_area_that_names_it_most_closely() -> None:
    areas = [
        Area("WK064201+1", "Wijk 01 en wijk 01", 900, ("WK064201", "WK053101")),
        Area("X", "Eén buurt apart", 300, ("BU06420103",)),
    ]
    result = q01(areas, [9_000, 5_000])
    joined = to_geojson(result, result.tables[0], grid(["BU06420101", "BU06420103", "BU05310102"]))
    owners = {f["id"]: f["properties"]["areaCode"] for f in joined["features"]}
    assert owners["BU06420101"] == owners["BU05310102"] == "WK064201+1"
    assert owners["BU06420103"] == "X"


def test_each_row_has_the_clamp_of_its_own_table_and_the_rest_has_rows() -> None:
    result = q13()
    wijken = result.tables[1]
    clamp = wijken.clamp
    assert clamp is not None
    consistent = wijken.model_copy(
        update={
            "id": "consistent-providers-wijk",
            "estimator": "consistent",
            "clamp": clamp.model_copy(update={"nl": "Grens van deze tabel."}),
            "rest": result.tables[0].areas[:1],
        }
    )
    both = result.model_copy(update={"tables": (wijken, consistent)})
    table = rows(to_csv(both))
    assert len(table) == (3 + 3 + 1) * 9
    assert {row["maximum"] for row in table[: 3 * 9]} == {clamp.nl}
    assert {row["maximum"] for row in table[3 * 9 :]} == {"Grens van deze tabel."}
    assert table[-1]["naam"] == "Zwijndrecht, in geen wijk"
    clusters = both.model_copy(
        update={"tables": (consistent.model_copy(update={"level": "pc6-cluster"}),)}
    )
    assert rows(to_csv(clusters))[-1]["naam"] == "Zwijndrecht, in geen stukje buurt"
    document = to_geojson(both, consistent, grid(["WK064201"]))
    assert document["features"][0]["properties"]["clamp"] == "Grens van deze tabel."
