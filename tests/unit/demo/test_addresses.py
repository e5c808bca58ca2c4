# SPDX-License-Identifier: EUPL-1.2
from pathlib import Path

import numpy as np
import pytest

from ontschot_demo.addresses import HEADER, make_addresses, write_addresses
from ontschot_demo.buurten import Buurt
from ontschot_demo.errors import TooManyAddresses
from ontschot_demo.town import Town


def _buurt(number: int, households: int, pc4: int = 1234) -> Buurt:
    return Buurt(f"BU123401{number:02d}", f"Buurt {number}", "Dorp", households, 0.3, 0.3, 0.2, pc4)


def test_every_buurt_has_its_addresses(small_town: Town) -> None:
    counts = np.bincount(small_town.addresses.buurt, minlength=len(small_town.buurten))
    for buurt, count in zip(small_town.buurten, counts.tolist(), strict=True):
        assert buurt.households <= count <= buurt.households * 1.05 + 1


def test_a_postcode_lies_in_one_buurt(small_town: Town) -> None:
    table = small_town.addresses
    pairs = set(zip(table.postcode.tolist(), table.buurt.tolist(), strict=True))
    assert len(pairs) == len(set(table.postcode.tolist()))


def test_a_postcode_looks_like_a_street(small_town: Town) -> None:
    _, sizes = np.unique(small_town.addresses.postcode, return_counts=True)
    assert 8 <= np.median(sizes) <= 25
    assert sizes.max() <= 80
    assert small_town.addresses.number.min() >= 1
    assert small_town.addresses.number.max() <= 250


def test_there_are_letters_and_additions(world_addresses: Town) -> None:
    table = world_addresses.addresses
    assert 0.02 < np.mean(table.letter != "") < 0.10
    assert 0.04 < np.mean(table.addition != "") < 0.25
    assert {"BIS", "1", "2"} <= set(table.addition.tolist())


@pytest.fixture
def world_addresses(request: pytest.FixtureRequest) -> Town:
    town = request.getfixturevalue("world").town
    assert isinstance(town, Town)
    return town


def test_the_file_is_sorted_and_says_each_address_once(small_town: Town, tmp_path: Path) -> None:
    path = tmp_path / "adressen.csv"
    write_addresses(path, small_town.addresses, small_town.buurten)
    first, *lines, end = path.read_text("utf-8").split("\n")
    assert (first, end) == (HEADER, "")
    keys = [
        (pc, int(nr), letter, addition)
        for pc, nr, letter, addition, _ in (line.split(";") for line in lines)
    ]
    assert keys == sorted(set(keys))
    assert len(keys) == len(small_town.addresses)


def test_letters_that_are_never_issued_do_not_occur() -> None:
    table = make_addresses(np.random.default_rng(1), [_buurt(1, 9000)])
    assert len(set(table.postcode.tolist())) > 397
    assert not {code[4:] for code in table.postcode.tolist()} & {"SA", "SD", "SS"}


def test_a_large_postcode_area_gets_longer_streets() -> None:
    table = make_addresses(np.random.default_rng(1), [_buurt(1, 60_000)])
    assert len(set(table.postcode.tolist())) <= 673


def test_too_many_buurten_below_one_postcode_area_are_refused() -> None:
    with pytest.raises(TooManyAddresses, match="PC4 1234"):
        make_addresses(np.random.default_rng(1), [_buurt(index % 100, 5) for index in range(700)])


def test_an_empty_buurt_has_no_address() -> None:
    table = make_addresses(np.random.default_rng(1), [_buurt(1, 0), _buurt(2, 30)])
    assert set(table.buurt.tolist()) == {1}
