# SPDX-License-Identifier: EUPL-1.2
"""The figures of the made-up care, counted from the files, against the published ones."""

import numpy as np
import pytest

from ontschot_demo.clients import World
from ontschot_demo.offers import OFFERS, PROVIDERS, STAY
from ontschot_demo.reference_figures import stay_shares, wmo_service_shares
from ontschot_demo.truth import Care, Truth
from ontschot_demo.youth import IN_CARE

HELP = "wet = 'JW' AND categorie NOT IN ('47', '48')"
"""Youth care as CBS counts it: without protection and probation."""


def _clients(truth: Truth, condition: str) -> set[str]:
    # BSNs on lines that count.
    query = f"SELECT DISTINCT bsn FROM regel WHERE fout = '' AND ({condition})"  # noqa: S608  ours
    return set(truth._column(query))


def _money(world: World) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    # Euros of youth care per family, from the lines; families by the generator.
    home_of_grant = {
        str(300_000_001 + index): int(world.people.household[person])
        for index, person in enumerate(world.trajecten.person.tolist())
    }
    total: dict[int, float] = {}
    for file in world.files:
        for line in file.lines:
            if line[11] == "JW" and line[25].isdigit() and line[12] != "99":
                sign = 1 if line[26] == "D" else -1
                home = home_of_grant[line[14]]
                total[home] = total.get(home, 0.0) + sign * int(line[25]) / 100
    return np.sort(np.array(list(total.values())))[::-1]


def test_youth_in_care(world: World, truth: Truth) -> None:
    people = world.people
    young = int((people.child & (people.age < 18)).sum())
    helped = _clients(truth, HELP)
    assert len(helped) / young == pytest.approx(IN_CARE, abs=0.002)
    assert 0.10 <= len(helped) / young <= 0.12


def test_stay_and_no_stay(truth: Truth) -> None:
    stay = ", ".join(f"'{code}'" for code in sorted(STAY))
    with_stay = _clients(truth, f"categorie IN ({stay})")
    without = _clients(truth, f"{HELP} AND categorie NOT IN ({stay})")
    everyone = len(with_stay | without)
    only, both, away = stay_shares()
    assert len(without - with_stay) / everyone == pytest.approx(only, abs=0.01)
    assert len(without & with_stay) / everyone == pytest.approx(both, abs=0.01)
    assert len(with_stay - without) / everyone == pytest.approx(away, abs=0.01)


def test_protection_and_probation(world: World, truth: Truth) -> None:
    people = world.people
    young = int((people.child & (people.age < 18)).sum())
    older = int((people.child & (people.age >= 12)).sum())
    protected = _clients(truth, "categorie = '48'")
    probation = _clients(truth, "categorie = '47'")
    assert len(protected) == round(0.012 * young)
    assert len(probation) == round(0.004 * older)


def test_wmo_services_per_household(world: World) -> None:
    trajecten = world.trajecten
    wmo = np.array([found.wet == "WMO" for found in OFFERS])[trajecten.offer]
    homes = world.people.household[trajecten.person[wmo]]
    services = np.bincount(homes)
    counts = np.bincount(np.minimum(services[services > 0], 6), minlength=7)[1:]
    assert counts.sum() == pytest.approx(0.10 * 9600, abs=1)
    for found, expected in zip(counts / counts.sum(), wmo_service_shares(), strict=True):
        assert found == pytest.approx(expected, abs=0.002)
    clients = len(np.unique(trajecten.person[wmo]))
    assert clients / counts.sum() == pytest.approx(7145 / 6820, abs=0.03)


def test_every_traject_of_the_wmo_is_another_category() -> None:
    # So counting services in the files is counting trajecten.
    categories = [found.category for found in OFFERS if found.wet == "WMO"]
    assert len(categories) == len(set(categories))


def test_half_of_the_money_goes_to_three_percent_of_the_families_in_care(world: World) -> None:
    money = _money(world)
    top = money[: round(0.03 * len(money))]
    assert top.sum() / money.sum() == pytest.approx(0.5, abs=0.06)
    assert top.min() > 50_000
    assert np.median(money) < 6_000


def test_a_family_costs_more_than_half_a_million(world: World) -> None:
    money = _money(world)
    assert 500_000 < money[0] < 1_000_000
    assert (money > 500_000).sum() == 1


def test_care_costs_what_a_town_pays(world: World, truth: Truth) -> None:
    total = sum(truth.capped_sum("gemeente", 10**12).values()) / 100
    assert 900 < total / world.town.households < 1500


def test_most_households_have_one_provider(truth: Truth) -> None:
    [counts] = truth.providers("gemeente").values()
    assert sum(counts) > 1200
    assert counts[0] / sum(counts) == pytest.approx(0.75, abs=0.04)
    assert counts[0] > counts[1] > counts[2] > counts[3] > 0
    assert 0.004 < counts[4] / sum(counts) < 0.02


def test_each_provider_has_its_own_profile(world: World) -> None:
    assert [file.provider for file in world.files] == list(PROVIDERS)
    laws = [{line[11] for line in file.lines} for file in world.files]
    assert laws == [{"JW"}, {"JW"}, {"JW"}, {"WMO"}, {"JW", "WMO"}, {"JW"}]
    clients = [len({line[3] for line in file.lines}) for file in world.files]
    assert max(clients) == clients[3]
    assert min(clients) in {clients[2], clients[5]}


def test_care_piles_up_in_some_buurten(truth: Truth, world: World) -> None:
    households = {buurt.code: buurt.households for buurt in world.town.buurten}
    served = truth.households("buurt", Care(("JW",)))
    shares = [served.get(code, 0) / size for code, size in households.items() if size >= 150]
    assert max(shares) > 2 * min(shares)
