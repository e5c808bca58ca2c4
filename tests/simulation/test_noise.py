# SPDX-License-Identifier: EUPL-1.2
"""What a whole federation publishes is the exact answer plus what both helpers drew, to the unit.

Real noise, all letters, ledgers and disks. The audits in ``tests/audits`` draw thousands of times
by the helpers' functions alone; this is what ties them to the running system.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from audits.releasing import sigmas
from audits.sources import Remembering
from ontschot.protocol.documents.queries import Block
from ontschot.protocol.documents.releases import Manifest
from ontschot.protocol.gate import area_sums
from ontschot.protocol.privacy.units import parse_sigma
from ontschot.protocol.release.cells import cell_count
from ontschot.protocol.release.halves import combine
from ontschot.protocol.release.tables import tables
from simulation.federation import HELPERS, Federation
from simulation.looking import manifests
from simulation.recording import published_halves, stored_halves

pytestmark = pytest.mark.statistical

NODES = tuple(f"provider-{number}" for number in range(1, 4))
QUESTIONS = ("Q01", "Q06", "Q13", "Q22")
KINDS = ("gate", "sum")
RHO = 2 * 10**9
"""Little enough for forty questions within the year's cap."""


@pytest.fixture(scope="module")
def _loaded(tmp_path_factory: pytest.TempPathFactory) -> Federation:
    federation = Federation(tmp_path_factory.mktemp("noise"), NODES, {}, questions=QUESTIONS)
    random = np.random.default_rng(11)
    for variable in federation.round().variables:
        grid, most = variable.cells, variable.node_cap
        known = federation.maps[grid.level, grid.minimum] if grid else None
        size = cell_count(grid, known) if grid and known else federation.slots
        for node in NODES:
            values = random.integers(0, most + 1 if grid is None else 50, size)
            federation.vectors[node, variable.id] = values.astype(np.uint32)
    federation.open_round()
    federation.close()
    return federation


@pytest.fixture
def federation(_loaded: Federation, tmp_path: Path) -> Iterator[Federation]:
    """Three providers, four questions, and helpers that remember their real noise."""
    copied = _loaded.copy(tmp_path / "federation")
    for helper in HELPERS:
        copied.noise[helper] = Remembering()
        copied.start(helper)
    yield copied
    copied.close()


def true_figures(federation: Federation, block: Block) -> NDArray[np.int64]:
    """Return a block's figures (int64[outputs, areas]) from the vectors themselves."""
    vectors = [federation.vectors[node, block.variable] for node in NODES]
    totals = np.sum(vectors, axis=0, dtype=np.int64)
    known = {item.digest: item for item in federation.maps.values()}[block.area_map]
    if block.statistic == "sum":
        return totals.reshape(block.outputs, -1)
    if block.cap is not None:
        rows = np.minimum(totals, block.cap)[None]
    else:
        ends = [*block.thresholds[1:], 2**40]
        closed = [end if block.statistic == "bins" else 2**40 for end in ends]
        pairs = zip(block.thresholds, closed, strict=True)
        rows = np.array([(totals >= low) & (totals < end) for low, end in pairs])
    return area_sums(rows.astype(np.uint64), known.index, len(known.codes)).astype(np.int64)


def drawn(federation: Federation, helper: str, manifest: Manifest) -> NDArray[np.int64]:
    """Return what a helper drew for a release: its last draws, at the scales of the manifest."""
    source = federation.noise[helper]
    assert isinstance(source, Remembering)
    taken = source.take()[-len(manifest.blocks) :]
    assert [scale for scale, _ in taken] == [parse_sigma(one.sigma) for one in manifest.blocks]
    return np.concatenate([draws for _, draws in taken])


def check_release(federation: Federation, question: str, number: int) -> None:
    """Ask a question and compare what is published with the exact answer and both draws."""
    before = {one.digest for kind in KINDS for one in manifests(federation, kind)}
    asked = federation.question(question, RHO, purpose=f"toets {number}")
    federation.ask(federation.approved(asked))
    federation.settle()
    (manifest,) = (
        one for kind in KINDS for one in manifests(federation, kind) if one.digest not in before
    )
    maps = {item.digest: item for item in federation.maps.values()}
    halves = published_halves(federation, manifest)
    assert halves == stored_halves(federation, manifest)
    answer = combine(tables(manifest, maps), *(halves[helper] for helper in HELPERS))
    noise = [drawn(federation, helper, manifest) for helper in HELPERS]
    exact = np.concatenate([true_figures(federation, one).reshape(-1) for one in manifest.blocks])
    found = np.concatenate([figures.reshape(-1) for figures in answer])
    assert np.array_equal(found, exact + noise[0] + noise[1])
    assert not np.array_equal(noise[0], noise[1])
    for side in noise:
        assert np.all(np.abs(side) < 12 * (1 + sigmas(manifest, maps)))
        assert np.any(side)


@pytest.mark.parametrize("question", ["Q01", "Q22"])
def test_an_answer_is_exact_but_for_what_both_helpers_drew(
    federation: Federation, question: str
) -> None:
    check_release(federation, question, 0)


@pytest.mark.slow
def test_tens_of_answers_are_exact_but_for_what_both_helpers_drew(federation: Federation) -> None:
    for number in range(40):
        check_release(federation, QUESTIONS[number % len(QUESTIONS)], number)
