# SPDX-License-Identifier: EUPL-1.2
"""Before saying yes a person reads what this node's own noise costs, in privacy and accuracy."""

import re

import pytest

from ontschot.node.cli.own_noise import noise_lines
from ontschot.node.provider.policy.model import NodeNoiseRule, Policy
from ontschot.protocol.catalogue.definitions import definition
from ontschot.protocol.catalogue.planning import plan_blocks
from ontschot.protocol.documents.queries import Query
from ontschot.protocol.privacy.conversion import epsilon_text
from ontschot.protocol.release.node_noise import noise_for
from unit.protocol.documents.samples import QUERY

MAPS = {
    (level, minimum): "0" * 64 for level in ("gemeente", "wijk", "buurt") for minimum in (100, 250)
}


def asked(question: str) -> Query:
    blocks = plan_blocks(definition(question), MAPS, 10**10, household_providers=3)  # type: ignore[arg-type]
    return QUERY.model_copy(update={"question": question, "blocks": blocks})


def lines(question: str, **rho: str) -> list[str]:
    rules = {name.replace("_", "-"): NodeNoiseRule(rho=value) for name, value in rho.items()}
    return list(noise_lines(Policy({}, rules), asked(question), 12))


@pytest.fixture(autouse=True)
def _in_dutch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ONTSCHOT_LANG", raising=False)


def test_nothing_is_said_where_helpers_add_the_noise() -> None:
    assert lines("Q22") == []
    assert lines("Q13", referrals_wijk="0.0003") == []
    assert lines("Q17", referrals_wijk="0.0003") == []


def test_enough_noise_says_what_it_costs_and_what_the_margin_becomes() -> None:
    price, margin = lines("Q22", referrals_gemeente="0.0003")
    assert price.startswith("referrers-gemeente: uw node voegt zelf ruis toe")
    assert f"epsilon {epsilon_text(int(noise_for(3 * 10**8, 2).rho))}" in price
    # sigma 2 / sqrt(2 * 0.0003) = 81.65, of 12 nodes; helpers: 6 / sqrt(2 * 0.003) = 77.46 each.
    assert [int(found) for found in re.findall(r"± (\d+)", margin)] == [554, 215]


def test_too_little_noise_says_that_helpers_add_theirs() -> None:
    _, margin = lines("Q22", referrals_wijk="0.01")
    assert margin.startswith("Uw ruis is kleiner dan de vraag nodig heeft")
