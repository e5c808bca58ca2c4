# SPDX-License-Identifier: EUPL-1.2
"""Public attributes of buurten, from GeoJSON."""

import json
from pathlib import Path
from typing import Any

import pytest

from ontschot.protocol.universe import geometry
from ontschot.protocol.universe.errors import SourceUnreadable
from ontschot.protocol.universe.geometry import Buurt, area_names, read_buurten

PROPERTIES: dict[str, Any] = {
    "buurtcode": "BU05310101",
    "buurtnaam": "Dorp",
    "wijkcode": "WK053101",
    "gemeentecode": "GM0531",
    "gemeentenaam": "Hendrik-Ido-Ambacht",
    "aantalHuishoudens": 1905,
    "water": "NEE",
}


def collection(*changes: dict[str, Any]) -> bytes:
    features = [
        {"type": "Feature", "properties": PROPERTIES | change, "geometry": None}
        for change in changes
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def test_reads_what_it_needs_and_leaves_the_rest() -> None:
    assert read_buurten(b"\xef\xbb\xbf" + collection({})) == (
        Buurt(
            "BU05310101", "Dorp", "WK053101", "Wijk 01 Hendrik-Ido-Ambacht",
            "GM0531", "Hendrik-Ido-Ambacht", 1905,
        ),
    )  # fmt: skip


@pytest.mark.parametrize("value", [None, -99997, -99999999])
def test_households_that_are_not_published(value: int | None) -> None:
    assert read_buurten(collection({"aantalHuishoudens": value}))[0].households is None


def test_orders_by_code_and_names_every_level() -> None:
    second = {"buurtcode": "BU05310100", "buurtnaam": " Veer ", "wijknaam": "Noord"}
    buurten = read_buurten(collection({"wijknaam": "Noord"}, second))
    assert [buurt.name for buurt in buurten] == ["Veer", "Dorp"]
    assert area_names(buurten) == {
        "BU05310100": "Veer",
        "BU05310101": "Dorp",
        "WK053101": "Noord",
        "GM0531": "Hendrik-Ido-Ambacht",
    }


@pytest.mark.parametrize(
    ("data", "detail"),
    [
        (b"", "not JSON"),
        (b"\xff", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "not a GeoJSON"),
        (b'{"type":"Feature"}', "not a GeoJSON"),
        (b'{"type":"FeatureCollection"}', "no features"),
        (b'{"type":"FeatureCollection","features":[]}', "no features"),
        (b'{"type":"FeatureCollection","features":[1]}', "feature 1: no properties"),
        (b'{"type":"FeatureCollection","features":[{}]}', "feature 1: no properties"),
        (collection({}, {}), "one buurt twice"),
        (collection({}, {"buurtcode": "BU0531"}), "feature 2: buurtcode"),
        (collection({"buurtcode": None}), "feature 1: buurtcode"),
        (collection({"wijkcode": "WK053102"}), "feature 1: wijkcode is not"),
        (collection({"gemeentecode": "GM0642"}), "feature 1: gemeentecode is not"),
        (collection({"gemeentecode": 531}), "feature 1: gemeentecode"),
        (collection({"buurtnaam": "  "}), "feature 1: buurtnaam"),
        (collection({"buurtnaam": "x" * 61}), "feature 1: buurtnaam"),
        (collection({"aantalHuishoudens": 1.5}), "feature 1: aantalHuishoudens"),
        (collection({"aantalHuishoudens": True}), "feature 1: aantalHuishoudens"),
    ],
)
def test_says_what_is_wrong(data: bytes, detail: str) -> None:
    with pytest.raises(SourceUnreadable) as caught:
        read_buurten(data)
    assert caught.value.detail.startswith(detail)


def test_refuses_a_file_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geometry, "MAX_BYTES", 10)
    with pytest.raises(SourceUnreadable, match="larger"):
        read_buurten(collection({}))


@pytest.mark.testdata
def test_reads_the_real_buurten(test_data: Path) -> None:
    data = (test_data / "cbs" / "buurten_2023_GM0642_GM0531.geojson").read_bytes()
    buurten = read_buurten(data)
    assert len(buurten) == 104
    assert {buurt.gemeente_name for buurt in buurten} == {"Zwijndrecht", "Hendrik-Ido-Ambacht"}
    assert sum(buurt.households or 0 for buurt in buurten) == 33_140
