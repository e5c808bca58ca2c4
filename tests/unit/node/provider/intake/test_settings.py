# SPDX-License-Identifier: EUPL-1.2
"""Settings of the intake, and the public file with tariffs."""

from pathlib import Path
from typing import Any

import pytest

from ontschot.node.provider.intake.errors import IntakeSettingsWrong, TariffFileWrong
from ontschot.node.provider.intake.settings import IntakeSettings
from ontschot.node.provider.intake.tariffs import load_tariffs
from unit.node.provider.intake.samples import Desk, codes, line

HEADER = "categorie;productcode;eenheid;maximum_cent;bron\n"


@pytest.mark.parametrize(
    "wrong",
    [
        {"agb": "1234567"},
        {"agb": "1234567a"},
        {"gemeenten": frozenset()},
        {"gemeenten": frozenset({"9899"})},
        {"gemeenten": frozenset({"9999"}), "profile": "production"},
        {"gemeenten": frozenset({"GM0642"})},
        {"profile": "test"},
    ],
)
def test_settings_that_contradict_the_lists_are_refused(wrong: dict[str, Any]) -> None:
    right: dict[str, Any] = {
        "agb": "12345678", "gemeenten": frozenset({"0642"}), "profile": "demo"
    }  # fmt: skip
    IntakeSettings(**right)
    with pytest.raises(IntakeSettingsWrong):
        IntakeSettings(**right | wrong)


def test_towns_that_do_not_exist_have_codes_of_their_own_outside_production(lite: Desk) -> None:
    lite.use(gemeenten=frozenset({"0642", "9901"}))
    assert lite.load(line(gemeentecode="9901")).loaded == 1
    assert codes(lite.load(line(referentie="R2", gemeentecode="9902"))) == {"gemeente-onbekend": 1}


@pytest.mark.parametrize(
    ("product", "unit", "volume", "cents", "above"),
    [
        ("54001", "04", 1, 22_320, False),
        ("54001", "04", 1, 22_321, True),
        ("54009", "04", 1, 26_280, False),
        ("54009", "04", 1, 26_281, True),
        ("54009", "01", 7, 3_066, False),
        ("54009", "01", 7, 3_067, True),
        ("54009", "82", 1, 99_999_999, False),
        ("54009", "04", 0, 99_999_999, False),
    ],
)
def test_twice_the_public_maximum_is_exact(
    product: str, unit: str, volume: int, cents: int, *, above: bool
) -> None:
    assert load_tariffs().is_above("54", product, unit, volume, cents, 2) is above


def test_a_provider_may_name_its_own_tariffs(lite: Desk, tmp_path: Path) -> None:
    path = tmp_path / "eigen.csv"
    path.write_text(f"{HEADER}45;;04;100;gemeente\n")
    lite.use(tariffs=path)
    assert codes(lite.load(line())) == {"tarief-hoog": 1}


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "line 1"),
        ("categorie,productcode\n", "line 1"),
        (f"{HEADER}99;;04;100;x\n", "line 2"),
        (f"{HEADER}45;;04;100;x\n45;;05;100;x\n", "line 3"),
        (f"{HEADER}45;;04;0;x\n", "line 2"),
        (f"{HEADER}45;;04;1,00;x\n", "line 2"),
        (f"{HEADER}45;;04;100;x\n\n45;;04;200;x\n", "line 4"),
        (f"{HEADER}45;;04;100\n", "line 2"),
        (f"{HEADER}45;;04;1000000000;x\n", "line 2"),
    ],
)
def test_a_wrong_tariff_file_is_named_by_its_line(tmp_path: Path, text: str, where: str) -> None:
    path = tmp_path / "tarieven.csv"
    path.write_text(text)
    with pytest.raises(TariffFileWrong, match=where):
        load_tariffs(path)


def test_a_tariff_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    binary = tmp_path / "binary.csv"
    binary.write_bytes(b"\xff\xfe")
    large = tmp_path / "large.csv"
    large.write_text(HEADER + "x" * 5 * 2**20)
    for path in (tmp_path / "none.csv", tmp_path, binary, large):
        with pytest.raises(TariffFileWrong):
            load_tariffs(path)
