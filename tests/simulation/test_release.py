# SPDX-License-Identifier: EUPL-1.2
"""Whole releases over all parties, without sockets: exact when the noise is zero."""

import json
from pathlib import Path

import numpy as np
from sqlalchemy import select

from ontschot.coordinator.releases.schema import results
from simulation.federation import Federation

NODES = ("provider-1", "provider-2", "provider-3")


def test_the_number_of_providers_per_household_is_exact_without_noise(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    federation = Federation(tmp_path, NODES, {})
    flags = {n: (random.random(federation.slots) < 0.3).astype(np.uint32) for n in NODES}
    federation.vectors.update({(name, "served"): vector for name, vector in flags.items()})
    federation.open_round()
    federation.ask(federation.query("Q13"))
    federation.settle()

    with federation.engine.begin() as connection:
        document = connection.execute(select(results.c.document)).scalar_one()
    result = json.loads(document)
    totals = sum(flags.values())
    area = federation.maps["gemeente", 100]
    inside = area.index >= 0
    expected = [int(((totals == k) & inside).sum()) for k in (1, 2, 3, 4)]
    figures = result["tables"][0]["areas"][0]["figures"]
    assert [figure["value"] for figure in figures[:4]] == expected
