# SPDX-License-Identifier: EUPL-1.2
"""The catalogue as data: every definition is sound, in both languages, and plans to its price."""

import json

import pytest
from pydantic import ValidationError

from ontschot.protocol.catalogue.definitions import (
    Definition,
    UnknownQuestion,
    definition,
    definitions,
)
from ontschot.protocol.catalogue.planning import plan_blocks, require_price
from ontschot.protocol.privacy.units import parse_sigma, rho_of
from ontschot.protocol.release.gates import MAX_RING_BITS, ring_bits
from ontschot.protocol.universe import COUNTS_MINIMUM, EUROS_MINIMUM
from simulation.making import LEVELS

MAPS = {key: f"{number:064x}" for number, key in enumerate(LEVELS)}
EVERY = sorted(definitions())


@pytest.mark.parametrize("name", EVERY)
def test_a_definition_is_sound(name: str) -> None:
    known = definition(name)
    assert known.id == name
    assert known.title.nl != known.title.en
    assert known.question.nl.endswith("?")
    for variable in known.variables:
        assert ring_bits(1000, variable.node_cap) <= MAX_RING_BITS
    for block in known.blocks:
        minimum = EUROS_MINIMUM if block.statistic == "capped" else COUNTS_MINIMUM
        assert block.minimum >= minimum
        assert (block.level, block.minimum) in MAPS


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("rho", [10**8, 10**10, 185_070_000_000])
def test_its_blocks_cost_what_was_asked_and_no_more(name: str, rho: int) -> None:
    known = definition(name)
    blocks = plan_blocks(known, MAPS, rho, household_providers=3)
    for planned, block in zip(blocks, known.blocks, strict=True):
        require_price(planned)
        share = rho * block.share // 100
        assert share * (1 - 1e-8) <= int(planned.rho) <= share
        assert rho_of(parse_sigma(planned.sigma), int(planned.l2_squared)) == int(planned.rho)
    assert sum(int(planned.rho) for planned in blocks) <= rho


def test_an_unknown_question_is_refused() -> None:
    with pytest.raises(UnknownQuestion):
        definition("Q99")


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body["blocks"][0].update(share=1),
        lambda body: body["blocks"][0].update(variable="other"),
        lambda body: body["blocks"][0].update(cap=10**7, statistic="capped", thresholds=[]),
        lambda body: body["variables"].clear(),
        lambda body: body.update(unit="person"),
        lambda body: body.update(extra=1),
        lambda body: body["title"].pop("en"),
    ],
)
def test_an_unsound_definition_is_refused(change: object) -> None:
    body = json.loads(definition("Q13").to_bytes())
    assert callable(change)
    change(body)
    with pytest.raises(ValidationError):
        Definition.model_validate_json(json.dumps(body))
