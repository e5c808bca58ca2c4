# SPDX-License-Identifier: EUPL-1.2
"""Costs per kind of care, per law and per piece of a buurt: exact without noise, at their price."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ontschot.protocol.catalogue.definitions import definition
from ontschot.protocol.documents.queries import Block
from simulation.federation import HELPERS, SIZES, Federation
from simulation.looking import added, budgets, manifests, price_of

NODES = tuple(f"provider-{number}" for number in range(1, 4))
ASKED = ("Q02", "Q03", "Q04")
SIZES_OF_STREETS = SIZES | {"BU99010202": 600}


@pytest.fixture(scope="module", params=ASKED)
def federation(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    question: str = request.param
    made = Federation(
        tmp_path_factory.mktemp(question),
        NODES,
        {},
        questions=(question,),
        max_nodes=3,
        sizes=SIZES_OF_STREETS,
    )
    random = np.random.default_rng(4)
    for node in NODES:
        for variable in definition(question).variables:
            here = random.random(made.slots) < 0.2
            amounts = random.integers(1, variable.node_cap + 1, made.slots)
            made.vectors[node, variable.id] = (here * amounts).astype(np.uint32)
    made.open_round()
    before = budgets(made)
    made.ask(made.query(question))
    made.settle()
    yield question, made, before
    made.close()


def plain(made: Federation, block: Block) -> NDArray[np.int64]:
    """Return the figures of a block by adding up and capping in the clear."""
    total = np.sum([made.vectors[node, block.variable] for node in NODES], axis=0, dtype=np.int64)
    each = np.minimum(total, block.cap or 0)
    if block.cap is None:
        each = (total >= block.thresholds[0]).astype(np.int64)
    index = made.maps[block.level, 250].index
    return np.bincount(index[index >= 0], each[index >= 0]).astype(np.int64)


def test_without_noise_every_table_is_the_plain_join(federation: Any) -> None:
    question, made, _ = federation
    (answer,) = made.answers().values()
    blocks = made.question(question).blocks
    assert [table["id"] for table in answer["tables"]] == [block.id for block in blocks]
    for table, block in zip(answer["tables"], blocks, strict=True):
        found = [area["figures"][0]["value"] // table["quantumCents"] for area in table["areas"]]
        assert found == plain(made, block).tolist(), block.id
        assert max(found) > 0


def test_it_costs_its_price_and_one_admission_per_upload(federation: Any) -> None:
    question, made, before = federation
    (manifest,) = manifests(made)
    price = price_of(manifest)
    uploads = len(definition(question).variables)
    spent = added(before, budgets(made))
    admission = price_of(manifests(made, "admit")[0])
    for name in NODES:
        assert spent[name] == (0, price + uploads * admission)
    for name in HELPERS:
        assert spent[name] == (0, price + len(NODES) * uploads * admission)


def test_the_answer_carries_the_remarks_of_its_question(federation: Any) -> None:
    question, made, _ = federation
    (answer,) = made.answers().values()
    stated = [remark.model_dump() for remark in definition(question).remarks]
    assert stated
    assert answer["remarks"] == stated


def test_titles_and_limits_tell_the_tables_apart(federation: Any) -> None:
    question, made, _ = federation
    (answer,) = made.answers().values()
    titles = [(table["title"]["nl"], table["level"]) for table in answer["tables"]]
    assert len(set(titles)) == len(titles)
    if question == "Q02":
        assert titles[0] == ("Hulp thuis", "gemeente")
        assert titles[-1][0] == "Jeugdbescherming en jeugdreclassering, huishoudens met hoge kosten"
        assert answer["tables"][5]["capCents"] == 10_000_000
        assert answer["clamp"]["nl"] == (
            "Een huishouden telt per soort hulp hoogstens voor € 15.000 tot € 100.000 mee. "
            "Het maximum staat bij elke tabel."
        )
    if question == "Q03":
        assert titles[:2] == [("Jeugdwet", "gemeente"), ("Wmo", "gemeente")]
    if question == "Q04":
        assert {level for _, level in titles} == {"pc6-cluster", "gemeente"}
        assert answer["clamp"]["nl"] == "Een huishouden telt hoogstens voor € 25.000 mee."
        assert all("(buurt BU" in area["name"] for area in answer["tables"][0]["areas"])
