# SPDX-License-Identifier: EUPL-1.2
"""The provider's policy: what is not allowed is refused, and no file means nothing runs."""

from fractions import Fraction
from pathlib import Path

import pytest

from ontschot.node.provider.policy.model import (
    MalformedPolicy,
    NodeNoiseRule,
    NoPolicy,
    Policy,
    QuestionRule,
    Verdict,
    load_policy,
)
from ontschot.protocol.privacy.charge import household_price
from unit.protocol.documents.samples import BINS, CAPPED, QUERY

RULE = QuestionRule(
    decision="automatic", requesters=["gemeente"], levels=["gemeente", "wijk"], largest_rho="0.2"
)
PRICE = household_price((BINS, CAPPED))

FILE = """
[questions.Q13]
decision = "hold"
requesters = ["gemeente"]
levels = ["gemeente"]
largest_rho = "0.05"

[questions.Q01]
decision = "refuse"
"""


def verdict(**changes: object) -> Verdict:
    return Policy({"Q13": RULE.model_copy(update=changes)}).verdict(QUERY)


def test_what_is_allowed_is_decided_as_the_policy_says() -> None:
    assert verdict() == Verdict("automatic")
    assert verdict(decision="hold") == Verdict("hold")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"decision": "refuse"}, "policy-refuses-question"),
        ({"requesters": []}, "policy-requester-not-listed"),
        ({"requesters": ["gemeent"]}, "policy-requester-not-listed"),
        ({"levels": []}, "policy-level-not-listed"),
        ({"levels": ["gemeente", "buurt"]}, "policy-level-not-listed"),
        ({"largest_rho": "0"}, "policy-price-too-high"),
        ({"largest_rho": "0.166666666667"}, "policy-price-too-high"),
    ],
)
def test_everything_else_is_refused(changes: dict[str, object], code: str) -> None:
    assert verdict(**changes) == Verdict("refuse", code)


def test_the_price_is_compared_exactly() -> None:
    assert PRICE == 166_666_666_668
    assert verdict(largest_rho="0.166666666668") == Verdict("automatic")


def test_a_question_without_a_table_is_refused() -> None:
    assert Policy({}).verdict(QUERY) == Verdict("refuse", "policy-question-not-listed")
    assert Policy({"Q01": RULE}).verdict(QUERY).decision == "refuse"


def test_a_rule_without_anything_allows_nothing() -> None:
    assert Policy({"Q13": QuestionRule(decision="automatic")}).verdict(QUERY).decision == "refuse"


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(FILE, "utf-8")
    policy = load_policy(path)
    assert policy.rules["Q13"] == RULE.model_copy(
        update={"decision": "hold", "levels": ["gemeente"], "largest_rho": "0.05"}
    )
    assert policy.verdict(QUERY).code == "policy-level-not-listed"
    assert policy.rules["Q01"].decision == "refuse"


def test_without_a_file_nothing_runs(tmp_path: Path) -> None:
    with pytest.raises(NoPolicy):
        load_policy(tmp_path / "policy.toml")


def test_a_file_that_cannot_be_opened_is_no_permission(tmp_path: Path) -> None:
    with pytest.raises(MalformedPolicy):
        load_policy(tmp_path)


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("[questions", ""),
        ("", "questions"),
        ("[other]\nx = 1", "questions"),
        ("[questions.Q1]\ndecision = 'hold'", "Q1"),
        ("[questions.Q13]", "decision"),
        ("[questions.Q13]\ndecision = 'maybe'", "decision"),
        ("[questions.Q13]\ndecision = 'hold'\nlevel = []", "level"),
        ("[questions.Q13]\ndecision = 'hold'\nlevels = ['land']", "levels"),
        ("[questions.Q13]\ndecision = 'hold'\nlargest_rho = 1", "largest_rho"),
        ("[questions.Q13]\ndecision = 'hold'\nlargest_rho = '1e3'", "largest_rho"),
        ("[questions.Q13]\ndecision = 'hold'\nlargest_rho = '-1'", "largest_rho"),
        ("[questions.Q13]\ndecision = 'hold'\nlargest_rho = '٣'", "largest_rho"),
        ("[questions.Q13]\ndecision = 'hold'\n[more]\nx = 1", "more"),
    ],
)
def test_a_file_with_a_mistake_is_refused_with_its_place(
    tmp_path: Path, content: str, place: str
) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(content, "utf-8")
    with pytest.raises(MalformedPolicy) as caught:
        load_policy(path)
    assert place in caught.value.detail


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(MalformedPolicy):
        load_policy(path)


NOISE = """
[node_noise.referrals-gemeente]
rho = "0.0003"
"""


def test_noise_of_the_nodes_own_is_per_variable(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(FILE + NOISE, "utf-8")
    policy = load_policy(path)
    assert policy.noise_price("referrals-gemeente") == 300_000_000
    assert policy.noise_price("referrals-wijk") is None


@pytest.mark.parametrize("rho", ["0.000001", "1", "0.123456789012"])
def test_prices_of_noise_in_range(rho: str) -> None:
    assert NodeNoiseRule(rho=rho).units == int(Fraction(rho) * 10**12)


@pytest.mark.parametrize(
    "rho",
    ['"0"', '"-0.1"', '"0.0000009"', '"1.1"', '"1e-3"', '"0,001"', '" 0.1"', '"\u0661"', "0.001",
     '""', "true", "[]"],
)  # fmt: skip
def test_bad_prices_of_noise_are_refused_in_words(tmp_path: Path, rho: str) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(FILE + NOISE.replace('"0.0003"', rho), "utf-8")
    with pytest.raises(MalformedPolicy) as caught:
        load_policy(path)
    assert "node_noise.referrals-gemeente.rho" in caught.value.detail
    assert "0.000001" in caught.value.detail


@pytest.mark.parametrize("name", ["served", "referrals", "Referrals"])
def test_noise_on_what_is_no_variable_over_cells_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(FILE + NOISE.replace("referrals-gemeente", name), "utf-8")
    with pytest.raises(MalformedPolicy, match=f"node_noise.{name}"):
        load_policy(path)


@pytest.mark.parametrize("line", ["sigma = 3", "", 'rho = "0.1"\nquick = true'])
def test_other_fields_of_noise_are_refused(tmp_path: Path, line: str) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(FILE + NOISE.replace('rho = "0.0003"', line), "utf-8")
    with pytest.raises(MalformedPolicy):
        load_policy(path)
