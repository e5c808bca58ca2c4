# SPDX-License-Identifier: EUPL-1.2
"""The committed vectors: what every later version must read, place and refuse alike."""

import json
from pathlib import Path
from typing import Any

import pytest

from ontschot.protocol.universe import (
    AreaMap,
    Universe,
    area_map,
    normalise,
    normalise_columns,
    slots_of,
)
from ontschot.protocol.universe.errors import (
    AddressUnusable,
    MalformedAreaMap,
    MalformedUniverse,
)


def vectors(name: str) -> Any:
    return json.loads(Path(__file__).with_name(name).read_text("utf-8"))


ADDRESSES: list[dict[str, Any]] = vectors("addresses.json")
UNIVERSE: dict[str, Any] = vectors("universe.json")
AREAS: dict[str, Any] = vectors("areas.json")


@pytest.mark.parametrize("vector", ADDRESSES, ids=lambda vector: str(vector["given"]))
def test_addresses(vector: dict[str, Any]) -> None:
    if vector["normal"] is None:
        with pytest.raises(AddressUnusable):
            normalise(*vector["given"])
    else:
        assert normalise(*vector["given"]).text == vector["normal"]


def test_the_good_universe() -> None:
    good = UNIVERSE["good"]
    universe = Universe.from_bytes(good["file"].encode())
    assert (universe.digest, universe.slots) == (good["digest"], good["slots"])
    assert universe.to_bytes().decode() == good["file"]
    fields = [[client["given"][i] for client in good["places"]] for i in range(4)]
    gemeenten = [client["gemeente"] for client in good["places"]]
    found = slots_of(universe, normalise_columns(*fields), gemeenten)
    assert found.slots.tolist() == [client["slot"] for client in good["places"]]


@pytest.mark.parametrize("vector", UNIVERSE["bad"], ids=lambda vector: vector["why"])
def test_bad_universes(vector: dict[str, str]) -> None:
    with pytest.raises(MalformedUniverse) as caught:
        Universe.from_bytes(vector["file"].encode())
    assert caught.value.code == vector["code"]


@pytest.mark.parametrize("name", AREAS["good"])
def test_good_maps(name: str) -> None:
    data = AREAS["good"][name].encode()
    found = AreaMap.from_bytes(data)
    assert (found.to_bytes(), found.digest) == (data, AREAS["digests"][name])
    universe = Universe.from_bytes(UNIVERSE["good"]["file"].encode())
    if found.minimum == 1:
        assert area_map(universe, found.level, 1).to_bytes() == data


@pytest.mark.parametrize("vector", AREAS["bad"], ids=lambda vector: vector["why"])
def test_bad_maps(vector: dict[str, str]) -> None:
    with pytest.raises(MalformedAreaMap):
        AreaMap.from_bytes(vector["map"].encode())
