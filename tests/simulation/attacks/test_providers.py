# SPDX-License-Identifier: EUPL-1.2
"""What a provider may put in its upload, and how little it gets for it."""

from pathlib import Path

import numpy as np
from sqlalchemy import select

from ontschot.coordinator.releases.schema import uploads
from ontschot.node.helper import schema
from simulation.conftest import LATE, NODES
from simulation.federation import COORDINATOR, HELPERS, Federation
from simulation.looking import manifests, published_bins, true_bins

LISTED = tuple(node for node in NODES if node != LATE)
EVIL = "provider-1"


def upload(federation: Federation) -> None:
    """The provider replaces its upload."""
    role = federation.roles[EVIL]
    federation.at(EVIL, role.renew_all)  # type: ignore[union-attr]
    federation.settle()


def release(federation: Federation) -> None:
    federation.clock.advance(hours=1)
    federation.tick()


def test_a_tag_on_one_household_moves_a_figure_by_one_at_most(admitted: Federation) -> None:
    """The gate turns any total into one count: a large value is no way to mark a household."""
    honest = true_bins(admitted, LISTED)
    flags = admitted.vectors[EVIL, "served"].copy()
    flags[int(np.flatnonzero(flags == 0)[0])] = 1 << 20
    admitted.vectors[EVIL, "served"] = flags
    upload(admitted)
    release(admitted)
    (answer,) = admitted.answers().values()
    assert EVIL in manifests(admitted)[-1].nodes
    moved = np.abs(np.array(published_bins(answer)) - honest)
    assert moved.max() <= 1
    assert moved.sum() <= 2


def test_shares_out_of_range_are_not_admitted_and_never_listed(tmp_path: Path) -> None:
    """Four thousand addresses: in a village, noise would hide that all of them are wrong."""
    folder = tmp_path / "federation"
    folder.mkdir()
    nodes = NODES[:4]
    federation = Federation(folder, nodes, {}, sizes={"BU99010101": 4_000})
    random = np.random.default_rng(5)
    for node in nodes:
        flags = (random.random(federation.slots) < 0.3).astype(np.uint32)
        federation.vectors[node, "served"] = flags
    garbage = random.integers(0, 1 << 32, federation.slots, dtype=np.uint32)
    federation.vectors[EVIL, "served"] = garbage
    federation.open_round()
    federation.ask(federation.query("Q13"))
    federation.settle()
    for party, table in ((COORDINATOR, uploads), *((one, schema.uploads) for one in HELPERS)):
        column = table.c.state if table is uploads else table.c.status
        query = select(column).where(table.c.node == EVIL)
        assert federation.read(party, lambda c, q=query: c.execute(q).scalar_one()) == "rejected"  # type: ignore[misc]
    release(federation)
    rest = tuple(node for node in nodes if node != EVIL)
    assert manifests(federation)[-1].nodes == sorted(rest)
    (answer,) = federation.answers().values()
    assert published_bins(answer) == true_bins(federation, rest)
    federation.close()
