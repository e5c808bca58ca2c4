# SPDX-License-Identifier: EUPL-1.2
"""A query is what the catalogue says, over the round's own maps and variables, at its own price."""

from typing import Any

import pytest

from ontschot.protocol.catalogue.definitions import UnknownQuestion, definition
from ontschot.protocol.catalogue.planning import NotTheDefinition, plan_blocks, require_definition
from ontschot.protocol.documents.queries import Query
from ontschot.protocol.documents.rounds import AreaMapReference, Round
from simulation.making import LEVELS
from unit.protocol.documents.samples import QUERY, ROUND

MAPS = {key: f"{number:064x}" for number, key in enumerate(LEVELS)}
NAME = "Q01"


def a_round(**changes: Any) -> Round:
    references = [
        AreaMapReference(level=level, minimum=minimum, hash=digest)
        for (level, minimum), digest in MAPS.items()
    ]
    variables = list(definition(NAME).variables)
    fields = {"area_maps": references, "variables": variables}
    return ROUND.model_copy(update=fields | changes)


def a_query(**changes: Any) -> Query:
    known = definition(NAME)
    blocks = plan_blocks(known, MAPS, 10**10, household_providers=3)
    fields = {"question": NAME, "definition": known.digest, "blocks": blocks}
    return QUERY.model_copy(update=fields | changes)


def with_block(number: int, **changes: Any) -> Query:
    blocks = list(a_query().blocks)
    blocks[number] = blocks[number].model_copy(update=changes)
    return a_query(blocks=blocks)


def test_what_is_planned_is_the_definition() -> None:
    assert require_definition(a_query(), a_round(), household_providers=3) == definition(NAME)


def test_any_price_may_be_asked() -> None:
    for rho in (10**6, 10**11):
        blocks = plan_blocks(definition(NAME), MAPS, rho, household_providers=3)
        require_definition(a_query(blocks=blocks), a_round(), household_providers=3)


@pytest.mark.parametrize(
    "query",
    [
        a_query(definition="0" * 64),
        a_query(blocks=a_query().blocks[:-1]),
        a_query(blocks=list(reversed(a_query().blocks))),
        with_block(0, id="other"),
        with_block(0, variable="served"),
        with_block(0, level="buurt"),
        with_block(0, area_map=MAPS["buurt", 250]),
        with_block(1, cap=751),
        with_block(1, cap=751, l2_squared=str(751**2)),
        with_block(0, sigma="1/1"),
        with_block(0, rho="1"),
        with_block(0, l2_squared="1"),
        with_block(3, thresholds=[500]),
        with_block(3, statistic="at-least"),
    ],
    ids=range(14),
)
def test_any_difference_is_refused(query: Query) -> None:
    with pytest.raises(NotTheDefinition):
        require_definition(query, a_round(), household_providers=3)


def test_the_round_must_offer_the_same_variables_and_maps() -> None:
    cheaper = [one.model_copy(update={"node_cap": 1}) for one in definition(NAME).variables]
    with pytest.raises(NotTheDefinition):
        require_definition(a_query(), a_round(variables=cheaper), household_providers=3)
    with pytest.raises(NotTheDefinition):
        require_definition(a_query(), a_round(variables=[]), household_providers=3)
    with pytest.raises(NotTheDefinition):
        require_definition(
            a_query(), a_round(area_maps=a_round().area_maps[:3]), household_providers=3
        )


def test_a_question_of_another_catalogue_is_refused() -> None:
    with pytest.raises(UnknownQuestion):
        require_definition(a_query(question="Q98"), a_round(), household_providers=3)
