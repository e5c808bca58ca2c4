# SPDX-License-Identifier: EUPL-1.2
from collections import Counter, defaultdict

import numpy as np
import pytest

from ontschot_demo import canaries as canaries_module
from ontschot_demo.canaries import as_canaries
from ontschot_demo.clients import Options, World, make_world
from ontschot_demo.lines import Lines
from ontschot_demo.town import Town


@pytest.fixture(scope="module")
def canaries(small_town: Town) -> World:
    return make_world(small_town, Options(4, bad_lines=0, canaries=True))


def _totals(world: World) -> tuple[dict[int, list[int]], dict[tuple[int, str], list[int]]]:
    homes: dict[int, list[int]] = defaultdict(list)
    at_provider: dict[tuple[int, str], list[int]] = defaultdict(list)
    people, trajecten = world.people, world.trajecten
    for file in world.files:
        for line in file.lines:
            home = int(people.household[trajecten.person[int(line[14]) - 300_000_001]])
            homes[home].append(int(line[25]))
            at_provider[home, file.provider.agb].append(int(line[25]))
    return homes, at_provider


def test_every_number_has_seven_digits_and_occurs_once(canaries: World) -> None:
    homes, at_provider = _totals(canaries)
    numbers = Counter(amount for amounts in homes.values() for amount in amounts)
    numbers.update(sum(amounts) for amounts in at_provider.values() if len(amounts) > 1)
    providers = Counter(home for home, _ in at_provider)
    numbers.update(sum(homes[home]) for home, count in providers.items() if count > 1)
    assert len(numbers) > 90
    assert set(numbers.values()) == {1}
    assert all(len(str(number)) == 7 for number in numbers)


def test_amounts_are_still_volume_times_tariff(canaries: World) -> None:
    for file in canaries.files:
        for line in file.lines:
            assert (line[23], line[24], line[26]) == ("1", "82", "D")


def test_several_providers_serve_one_household(canaries: World) -> None:
    _, at_provider = _totals(canaries)
    assert max(Counter(home for home, _ in at_provider).values()) >= 3


def _lines(size: int) -> Lines:
    nothing = np.zeros(size, dtype=np.int64)
    days = np.full(size, np.datetime64("2024-01-01"))
    return Lines(
        np.arange(size), days, days, nothing, np.full(size, "82"), nothing,
        np.zeros(size, dtype=np.bool_), nothing - 1, days.astype("datetime64[M]"),
    )  # fmt: skip


def test_numbers_that_clash_are_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    # So few amounts that some totals of two would be the same by chance: about seven of 1,200.
    monkeypatch.setattr(canaries_module, "MOST", canaries_module.LEAST + 50_000)
    size = 2400
    homes = np.arange(size) // 2
    found = as_canaries(np.random.default_rng(1), _lines(size), homes, np.arange(size) % 2)
    totals = found.amount.reshape(-1, 2).sum(axis=1)
    assert len(set(totals.tolist()) | set(found.amount.tolist())) == size + size // 2


def test_a_household_keeps_six_lines() -> None:
    homes = np.zeros(9, dtype=np.int64)
    found = as_canaries(np.random.default_rng(1), _lines(9), homes, homes)
    assert len(found) == 6
    assert found.amount.sum() < 10_000_000


def test_too_many_lines_are_refused() -> None:
    homes = np.arange(40_000)
    with pytest.raises(ValueError, match="too many lines"):
        as_canaries(np.random.default_rng(1), _lines(40_000), homes, np.zeros_like(homes))
