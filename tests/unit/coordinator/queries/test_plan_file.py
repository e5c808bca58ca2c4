# SPDX-License-Identifier: EUPL-1.2
"""The plan of a round as people write it: exact numbers, and a place for every mistake."""

from pathlib import Path

import pytest

from ontschot.coordinator.queries.errors import MalformedPlan
from ontschot.coordinator.queries.plan_file import load_plan

GOOD = """
round = "nulmeting-2024"
requester = "gemeente-test"
purpose = "Nulmeting"
legal_basis = "Jeugdwet 7.4"
rho = "0.18507"

[questions.Q01]
[questions.Q06]
weight = 7
[questions.Q13]
rho = "0.000000000001"
"""


def test_a_plan_is_read_exactly(tmp_path: Path) -> None:
    file = tmp_path / "plan.toml"
    file.write_text(GOOD, "utf-8")
    plan = load_plan(file)
    assert (plan.round, plan.days, plan.total) == ("nulmeting-2024", 30, 185_070_000_000)
    assert plan.weights == {"Q01": 45, "Q06": 7}
    assert plan.prices == {"Q13": 1}
    file.write_text(GOOD.replace('rho = "0.18507"\n', ""), "utf-8")
    assert load_plan(file).total is None


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("[questions.Q01]", "[questions.Q1]", "questions"),
        ("weight = 7", "weight = 0", "questions.Q06.weight"),
        ("weight = 7", "weight = 0.5", "questions.Q06.weight"),
        ("weight = 7", 'weight = 7\nrho = "0.1"', "questions.Q06"),
        ("weight = 7", "share = 7", "questions.Q06.share"),
        ('rho = "0.18507"', "rho = 0.18507", "rho"),
        ('rho = "0.18507"', 'rho = "-1"', "rho"),
        ('round = "nulmeting-2024"', "", "round"),
        ('purpose = "Nulmeting"', 'purpose = ""', "purpose"),
        ("round =", "round", "line"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, old: str, new: str, place: str) -> None:
    assert old in GOOD
    file = tmp_path / "plan.toml"
    file.write_text(GOOD.replace(old, new, 1), "utf-8")
    with pytest.raises(MalformedPlan, match=place):
        load_plan(file)


def test_a_file_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(MalformedPlan, match="No such file"):
        load_plan(tmp_path / "none.toml")
    (tmp_path / "plan.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(MalformedPlan):
        load_plan(tmp_path / "plan.toml")
