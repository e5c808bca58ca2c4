# SPDX-License-Identifier: EUPL-1.2
import csv
import json
from pathlib import Path
from typing import Any

import pytest

from ontschot_demo.buurten import from_features
from ontschot_demo.errors import TownUnreadable
from ontschot_demo.town import Town, generate_town, read_town


@pytest.fixture(scope="module")
def town() -> Town:
    return generate_town(2024)


def _feature(code: str, **properties: Any) -> dict[str, Any]:
    ring = [[4.6, 51.8], [4.7, 51.8], [4.7, 51.9], [4.6, 51.8]]
    return {
        "type": "Feature",
        "properties": {"buurtcode": code, "water": "NEE", **properties},
        "geometry": {"type": "MultiPolygon", "coordinates": [[ring]]},
    }


def _file(path: Path, *features: dict[str, Any]) -> Path:
    target = path / "buurten.geojson"
    target.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return target


def test_the_town_has_the_size_of_a_town(town: Town) -> None:
    assert town.households == 9600
    assert len(town.buurten) == 40
    assert len({buurt.wijk for buurt in town.buurten}) == 6
    assert town.gemeenten == ("9901",)
    sizes = sorted(buurt.households for buurt in town.buurten)
    assert sizes[0] == 0
    assert sum(size >= 250 for size in sizes) >= 10
    assert sum(0 < size < 100 for size in sizes) >= 2
    assert max(sizes) < 1200


def test_shares_of_families_differ_between_buurten(town: Town) -> None:
    shares = [buurt.families for buurt in town.buurten if buurt.households >= 25]
    assert min(shares) < 0.25
    assert max(shares) > 0.40


def test_names_and_codes_occur_once(town: Town) -> None:
    assert len({buurt.name for buurt in town.buurten}) == 40
    codes = [buurt.code for buurt in town.buurten]
    assert codes == sorted(set(codes))
    assert codes == [feature["id"] for feature in town.boundaries["features"]]


def test_a_seed_is_a_town() -> None:
    one, same, other = (generate_town(seed, 600, 12, 3) for seed in (1, 1, 2))
    assert one.boundaries == same.boundaries
    assert one.buurten == same.buurten
    assert one.addresses.postcode.tolist() == same.addresses.postcode.tolist()
    assert one.boundaries != other.boundaries


@pytest.mark.parametrize(
    ("households", "buurten", "wijken"), [(499, 12, 2), (500, 11, 2), (500, 12, 7)]
)
def test_too_small_or_too_many_is_refused(households: int, buurten: int, wijken: int) -> None:
    with pytest.raises(ValueError, match="at least 500 households"):
        generate_town(1, households, buurten, wijken)


@pytest.mark.testdata
def test_its_code_is_of_no_real_gemeente(test_data: Path) -> None:
    with (test_data / "cbs" / "gemeenten_2026.csv").open(encoding="utf-8", newline="") as file:
        codes = {value for row in csv.reader(file, delimiter=";") for value in row}
    assert "0642" in codes or "GM0642" in codes
    assert not {"9901", "GM9901"} & codes


@pytest.mark.testdata
def test_the_map_of_two_real_gemeenten_makes_a_town(test_data: Path) -> None:
    town = read_town(test_data / "cbs" / "buurten_2023_GM0642_GM0531.geojson", 1)
    assert len(town.buurten) == 104
    assert town.households == 33_140
    assert town.gemeenten == ("0531", "0642")
    assert town.name == "Hendrik-Ido-Ambacht / Zwijndrecht"
    assert town.year == 2023
    assert len(town.addresses) > town.households
    assert all(1000 <= buurt.pc4 <= 9999 for buurt in town.buurten)
    assert all(0 < buurt.families + buurt.singles <= 1 for buurt in town.buurten)
    postcodes = {str(code)[:4] for code in town.addresses.postcode}
    assert postcodes <= {str(buurt.pc4) for buurt in town.buurten}


def test_both_spellings_of_properties_are_read(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        _feature("BU12340101", aantalHuishoudens=40, percentageHuishoudensMetKinderen=30),
        _feature("BU12340102", aantal_huishoudens=60, percentage_huishoudens_met_kinderen=60),
    )
    first, second = read_town(path, 1).buurten
    assert (first.households, second.households) == (40, 60)
    assert (first.families, second.families) == (0.3, 0.6)


def test_missing_numbers_become_the_average_of_the_file(tmp_path: Path) -> None:
    families = "percentageHuishoudensMetKinderen"
    path = _file(
        tmp_path,
        _feature(
            "BU12340101", aantalHuishoudens=100, meestVoorkomendePostcode=1234, **{families: 20}
        ),
        _feature("BU12340102", aantalHuishoudens=300, **{families: 40}),
        _feature("BU12340201", aantalHuishoudens=5, **{families: -99999999}),
        _feature("BU12340202", aantalHuishoudens=None, **{families: None}),
        _feature("BU12349999", aantalHuishoudens=900, water="JA"),
    )
    town = read_town(path, 1)
    assert [buurt.households for buurt in town.buurten] == [100, 300, 5, 0]
    assert town.buurten[2].families == town.buurten[3].families == pytest.approx(0.35)
    assert {buurt.pc4 for buurt in town.buurten} == {1234}


@pytest.mark.parametrize(
    "features",
    [
        [],
        [_feature("WK123401", aantalHuishoudens=5)],
        [_feature("BU12340101", aantalHuishoudens=0)],
        [_feature("BU12340101", aantalHuishoudens=5), _feature("BU12340101", aantalHuishoudens=5)],
        [{**_feature("BU12340101", aantalHuishoudens=5), "geometry": None}],
        [
            {
                **_feature("BU12340101", aantalHuishoudens=5),
                "geometry": {"type": "Polygon", "coordinates": [[[104000, 424000]]]},
            }
        ],
    ],
    ids=["none", "no-code", "no-households", "twice", "no-borders", "not-degrees"],
)
def test_other_maps_are_refused(tmp_path: Path, features: list[dict[str, Any]]) -> None:
    with pytest.raises(TownUnreadable):
        read_town(_file(tmp_path, *features), 1)


def test_a_file_that_is_no_map_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "kaart.geojson"
    for text in ("", "[]", '{"features": 1}'):
        path.write_text(text, "utf-8")
        with pytest.raises(TownUnreadable, match=r"kaart\.geojson"):
            read_town(path, 1)
    with pytest.raises(TownUnreadable):
        read_town(tmp_path / "none.geojson", 1)


def test_shares_above_the_whole_are_cut(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        _feature(
            "BU12340101",
            aantalHuishoudens=50,
            percentageHuishoudensMetKinderen=70,
            percentageEenpersoonshuishoudens=60,
        ),
    )
    [buurt] = from_features(json.loads(path.read_text("utf-8")))
    assert buurt.families + buurt.singles == pytest.approx(1)
