# SPDX-License-Identifier: EUPL-1.2
import csv
from fractions import Fraction
from pathlib import Path

import pytest

from ontschot_demo.offers import OFFERS
from ontschot_demo.reference_figures import FIGURES, stay_shares, wmo_service_shares


@pytest.mark.testdata
def test_every_figure_is_as_published(test_data: Path) -> None:
    with (test_data / "cbs" / "referentiecijfers.csv").open(encoding="utf-8", newline="") as file:
        published = {
            (row["regio"], row["periode"], row["onderwerp"], row["klasse"], row["eenheid"]): row
            for row in csv.DictReader(file, delimiter=";")
        }
    for figure in FIGURES:
        row = published[figure.region, figure.period, figure.subject, figure.category, figure.unit]
        assert Fraction(row["waarde"]) == figure.value
        assert row["bron"] == figure.source


@pytest.mark.testdata
def test_tariffs_said_to_be_published_are(test_data: Path) -> None:
    name = "voorbeeldtarieven_2024_bollenstreek.csv"
    with (test_data / "istandaarden" / name).open(encoding="utf-8", newline="") as file:
        published = {
            (code, round(100 * float(row["tariefEuro"])))
            for row in csv.DictReader(file, delimiter=";")
            for code in row["productcode"].split("/")
        }
    codes = {code for code, _ in published}
    for found in OFFERS:
        if found.code in codes:
            assert (found.code, found.tariff) in published


@pytest.mark.testdata
def test_categories_and_units_are_those_of_the_standard(test_data: Path) -> None:
    path = test_data / "istandaarden" / "codelijsten_3.2.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    known = {(row["standaard"], row["datatype"], row["code"]) for row in rows}
    for found in OFFERS:
        standard = "iJw" if found.wet == "JW" else "iWmo"
        assert (standard, "LDT_ProductCategorie", found.category) in known
        assert (standard, "LDT_Eenheid", found.unit) in known


def test_shares_are_whole() -> None:
    assert sum(wmo_service_shares()) == pytest.approx(1)
    assert sum(stay_shares()) == pytest.approx(1)
    assert wmo_service_shares()[0] == pytest.approx(3725 / 6820)
