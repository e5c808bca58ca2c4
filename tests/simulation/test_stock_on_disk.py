# SPDX-License-Identifier: EUPL-1.2
"""Gate keys do not pile up at a helper: those of a finished check of an upload are erased."""

from pathlib import Path

import pytest
from sqlalchemy import select

from ontschot.node.helper import schema
from ontschot.node.helper.batches import part_file
from ontschot.protocol.documents.releases import Manifest
from simulation.federation import HELPERS, Federation
from simulation.looking import manifests
from simulation.test_rosters import begin


def kept(federation: Federation, helper: str, batch: str) -> Path | None:
    return federation.at(helper, lambda desk: desk.kept(part_file(batch)))


def checks(federation: Federation, helper: str) -> list[Manifest]:
    table = schema.releases.c
    rows = federation.read(helper, lambda c: c.execute(select(table.document)).scalars().all())
    return [one for one in map(Manifest.parse, rows) if one.kind == "admit"]


@pytest.mark.parametrize("helper", HELPERS)
def test_keys_of_a_finished_check_are_erased_and_others_kept(
    admitted: Federation, helper: str
) -> None:
    done = checks(admitted, helper)
    assert done
    table = schema.batches.c
    for check in done:
        for gate in check.gates:
            assert kept(admitted, helper, gate.batch) is None
            query = select(table.status).where(table.set_id == gate.batch)
            assert admitted.read(helper, lambda c, q=query: c.execute(q).scalar_one()) == "erased"  # type: ignore[misc]
    # A question's keys may serve another over the same uploads: they go with the round.
    begin(admitted)
    admitted.settle()
    (manifest,) = manifests(admitted)
    assert len(admitted.answers()) == 1
    assert all(kept(admitted, helper, gate.batch) is not None for gate in manifest.gates)
