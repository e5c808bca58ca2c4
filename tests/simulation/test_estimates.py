# SPDX-License-Identifier: EUPL-1.2
"""Estimates beside published answers: made from them alone, made anew when another comes."""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine, select, update

from ontschot.coordinator.estimates.refreshing import refresh
from ontschot.coordinator.releases.schema import results
from ontschot.coordinator.results.document import decode_result
from simulation.conftest import NODES
from simulation.federation import COORDINATOR, Federation
from simulation.recording import RecordingNoise

SIZES = {f"BU9901{wijk:02}{buurt:02}": 260 for wijk in (1, 2) for buurt in (1, 2, 3)}


@pytest.fixture(scope="module")
def federation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Federation]:
    """Q01 and Q13 were answered in one round, by helpers with real noise."""
    made = Federation(
        tmp_path_factory.mktemp("estimates"),
        NODES,
        {},
        questions=("Q01", "Q13"),
        sizes=SIZES,
        noise={name: RecordingNoise(seed) for seed, name in enumerate(("helper-a", "helper-b"))},
    )
    random = np.random.default_rng(5)
    for node in NODES:
        served = random.random(made.slots) < 0.03
        euros = np.minimum(random.lognormal(4.0, 1.1, made.slots), 4_000).astype(np.uint32)
        made.vectors[node, "served"] = served.astype(np.uint32)
        made.vectors[node, "euros"] = np.where(served, euros, 0).astype(np.uint32)
    made.open_round()
    made.ask(made.query("Q01"))
    made.settle()
    yield made
    made.close()


def engine(federation: Federation) -> Engine:
    return federation.engines[COORDINATOR]


def documents(federation: Federation) -> dict[str, dict[str, Any]]:
    with engine(federation).begin() as connection:
        rows = connection.execute(select(results.c.question, results.c.document)).all()
    return {row.question: json.loads(row.document) for row in rows}


def of(document: dict[str, Any], estimator: str) -> dict[str, Any]:
    return {t["id"]: t for t in document["tables"] if t["estimator"] == estimator}


def test_estimates_come_beside_the_figures_and_follow_the_round(federation: Federation) -> None:
    before = documents(federation)["Q01"]
    assert of(before, "composite") == {}

    assert refresh(engine(federation), federation.clock) == 1
    first = documents(federation)["Q01"]
    assert of(first, "direct") == of(before, "direct")
    composite = of(first, "composite")
    assert set(composite) == {f"estimate-sum-{level}" for level in ("gemeente", "wijk", "buurt")}
    for table in composite.values():
        assert table["noise"] is None
        assert table["basis"] == [first["id"]]
        assert "€ 1.000.000" in table["note"]["nl"]
        assert all(figure["low"] >= 0 for area in table["areas"] for figure in area["figures"])

    # Nothing new: nothing to do.
    assert refresh(engine(federation), federation.clock) == 0

    federation.ask(federation.query("Q13"))
    federation.settle()
    assert refresh(engine(federation), federation.clock) == 2
    second = documents(federation)
    assert of(second["Q01"], "direct") == of(before, "direct")
    renewed = of(second["Q01"], "composite")["estimate-sum-buurt"]
    assert renewed["basis"] == sorted([second["Q01"]["id"], second["Q13"]["id"]])
    assert renewed["areas"] != composite["estimate-sum-buurt"]["areas"]
    consistent = of(second["Q13"], "consistent")
    assert set(consistent) == {"consistent-providers-gemeente", "consistent-providers-wijk"}
    _require_sums(consistent)


def _require_sums(consistent: dict[str, Any]) -> None:
    """Wijken and what is in no wijk add up to their gemeente, but for rounding to units."""
    (gemeente,) = consistent["consistent-providers-gemeente"]["areas"]
    assert consistent["consistent-providers-gemeente"]["rest"] == []
    wijken = consistent["consistent-providers-wijk"]["areas"]
    (rest,) = consistent["consistent-providers-wijk"]["rest"]
    assert (rest["code"], rest["slots"]) == (gemeente["code"], 64)
    for k, figure in enumerate(gemeente["figures"]):
        parts = [wijk["figures"][k]["value"] for wijk in (*wijken, rest)]
        assert min(parts) >= 0
        assert abs(sum(parts) - figure["value"]) <= len(parts)
        assert rest["figures"][k]["high"] <= 64


def test_answers_that_changed_meanwhile_are_left_for_the_next_look(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = "ontschot.coordinator.estimates.refreshing"
    with engine(federation).begin() as connection:
        connection.execute(update(results).values(estimated_from=None))
        name = connection.execute(select(results.c.id).limit(1)).scalar_one()
    improve = __import__(module, fromlist=["improve"]).improve

    def meanwhile(models: Any) -> Any:
        with engine(federation).begin() as connection:
            old = select(results.c.document).where(results.c.id == name)
            document = connection.execute(old).scalar_one() + b" "
            where = results.c.id == name
            connection.execute(update(results).where(where).values(document=document))
        return improve(models)

    monkeypatch.setattr(f"{module}.improve", meanwhile)
    assert refresh(engine(federation), federation.clock) == len(documents(federation)) - 1
    monkeypatch.undo()
    assert refresh(engine(federation), federation.clock) == len(documents(federation))


def test_an_answer_whose_slot_has_not_come_is_not_used(federation: Federation) -> None:
    with engine(federation).begin() as connection:
        rows = connection.execute(select(results.c.id, results.c.published_at)).all()
        connection.execute(update(results).values(estimated_from=None, published_at="2999-01-01"))
    assert refresh(engine(federation), federation.clock) == 0
    with engine(federation).begin() as connection:
        for row in rows:
            connection.execute(
                update(results).where(results.c.id == row.id).values(published_at=row.published_at)
            )
    assert refresh(engine(federation), federation.clock) == len(rows)
    for document in documents(federation).values():
        decode_result(json.dumps(document).encode())
