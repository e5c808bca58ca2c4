# SPDX-License-Identifier: EUPL-1.2
"""The code lists: complete among themselves, and equal to the published ones."""

import csv
from pathlib import Path

import pytest

from ontschot.node.provider.intake.codes import (
    LAWS,
    STAY_CATEGORIES,
    Law,
    categories,
    code_list,
    ending_classes,
    gemeenten,
    group_names,
    reasons,
)
from ontschot.protocol.catalogue.definitions import definition

PUBLISHED = [
    ("jz020", "iJw", "LDT_ProductCategorie"),
    ("wmo020", "iWmo", "LDT_ProductCategorie"),
    ("eenheden", "iJw", "LDT_Eenheid"),
    ("eenheden", "iWmo", "LDT_Eenheid"),
    ("frequenties", "iWmo", "LDT_Frequentie"),
    ("frequenties", "iJw", "LDT_Frequentie"),
    ("redenen_jw", "iJw", "LDT_RedenBeeindiging"),
    ("redenen_wmo", "iWmo", "LDT_RedenBeeindiging"),
    ("verwijzers", "iJw", "LDT_TypeVerwijzer"),
    ("verwijzers", "iWmo", "LDT_TypeVerwijzer"),
]


@pytest.mark.testdata
@pytest.mark.parametrize(("ours", "standard", "datatype"), PUBLISHED)
def test_our_lists_are_the_published_ones(
    test_data: Path, ours: str, standard: str, datatype: str
) -> None:
    path = test_data / "istandaarden" / "codelijsten_3.2.csv"
    with path.open(encoding="utf-8", newline="") as file:
        published = {
            row["code"]: row["omschrijving"]
            for row in csv.DictReader(file, delimiter=";")
            if (row["standaard"], row["datatype"]) == (standard, datatype)
        }
    assert dict(code_list(ours)) == published


@pytest.mark.testdata
def test_our_gemeenten_are_those_of_cbs(test_data: Path) -> None:
    with (test_data / "cbs" / "gemeenten_2026.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert dict(gemeenten()) == {
        row["gemeentecode"].removeprefix("GM"): row["gemeentenaam"] for row in rows
    }


@pytest.mark.parametrize("law", LAWS)
def test_every_reason_that_ends_care_has_one_of_the_five_classes(law: Law) -> None:
    classes = ending_classes(law)
    assert set(reasons(law)) - set(classes) == {"20", "37"}
    assert set(classes) <= set(reasons(law))
    (grid,) = {
        tuple(variable.cells.classes)
        for variable in definition("Q20").variables
        if variable.cells is not None
    }
    assert set(classes.values()) == set(grid)
    assert len(grid) == 5


def test_there_are_342_gemeenten() -> None:
    assert len(gemeenten()) == 342
    assert gemeenten()["0642"] == "Zwijndrecht"
    assert gemeenten()["0531"] == "Hendrik-Ido-Ambacht"


def test_a_categorie_has_one_law_one_group_and_a_hulpvorm() -> None:
    found = categories()
    assert len(found) == len(code_list("jz020")) + len(code_list("wmo020"))
    assert {item.group for item in found.values()} == set(group_names()) == set(range(1, 9))
    assert (found["45"].law, found["45"].group, found["45"].hulpvorm) == ("JW", 4, "02")
    assert (found["02"].law, found["02"].group, found["02"].hulpvorm) == ("WMO", 1, "02")
    assert found.keys() >= STAY_CATEGORIES


def test_dutch_reasons_differ_by_law() -> None:
    assert "19" in reasons("WMO")
    assert "19" not in reasons("JW")
