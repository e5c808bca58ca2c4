# SPDX-License-Identifier: EUPL-1.2
"""Which questions the demo asks, and at which price."""

import argparse

import pytest

from ontschot.protocol.catalogue.definitions import definition
from ontschot_demo.__main__ import _questions
from ontschot_demo.installing import QUESTIONS
from ontschot_demo.measuring import BUDGET, PRICES, prices
from ontschot_demo.output import TABLES

YEAR = 185_070_000_000


def test_the_demo_has_its_own_prices() -> None:
    assert prices(QUESTIONS) == PRICES
    assert prices(("Q13",)) == {"Q13": PRICES["Q13"]}


def test_other_questions_share_what_a_year_has() -> None:
    found = prices(tuple(TABLES))
    assert BUDGET - len(TABLES) < sum(found.values()) <= BUDGET < YEAR
    assert found["Q04"] > found["Q03"]


def test_questions_are_chosen_from_those_with_a_truth() -> None:
    assert _questions("Q02,Q04,Q02") == ("Q02", "Q04")
    with pytest.raises(argparse.ArgumentTypeError):
        _questions("Q02,Q22")


def test_the_tables_that_get_files_are_tables_of_the_questions() -> None:
    for question, tables in TABLES.items():
        direct = {name for name in tables if not name.startswith("estimate-")}
        assert direct <= {block.id for block in definition(question).blocks}
