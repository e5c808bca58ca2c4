# SPDX-License-Identifier: EUPL-1.2
"""Mechanisms that are broken on purpose, each in one way that an audit must find.

Draws come from seeds: what is found once is found in every run.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from audits.kinds import KINDS, Kind
from audits.releasing import HELPERS, Areas, Mechanism, Vectors, places
from audits.sources import Repeating, Scaled, Silent
from ontschot.node.helper.gates import Shares
from ontschot.node.noise import NoiseSource
from ontschot.protocol.documents.queries import Block
from ontschot.protocol.documents.releases import Manifest
from ontschot.protocol.gate import Party, area_sums

GROSS: Final = 200
"""Releases of each world in which a gross fault is found."""

CAPPED: Final = "comparison gate: capped sums"


@dataclass(frozen=True, slots=True)
class Fault:
    """A broken mechanism, on which kind it is tried, who must see it, and in how many releases.

    ``releases`` of each world are enough to find it.
    """

    mechanism: Mechanism
    kind: Kind
    view: str
    releases: int = GROSS


def at_each_provider(manifest: Manifest, areas: Areas, vectors: Vectors) -> tuple[Shares, Shares]:
    """Compute each provider's figures on its own and add them up: caps that see one provider.

    Shares as a gate gives them: uniform, and the rest.
    """
    random = np.random.default_rng(7)
    mine, theirs = {}, {}
    index = places(manifest, areas)
    for block in manifest.blocks:
        known = areas[block.area_map]
        rows = np.sum([_rows(block, each) for each in vectors[block.variable]], axis=0)
        figures = area_sums(rows.astype(np.uint64), index[block.id], len(known.codes))
        mine[block.id] = random.integers(0, 2**64, figures.shape, dtype=np.uint64)
        theirs[block.id] = figures - mine[block.id]
    return mine, theirs


def _rows(block: Block, values: NDArray[np.uint32]) -> NDArray[np.uint32]:
    if block.cap is not None:
        return np.minimum(values, np.uint32(block.cap))[None]
    reached = [values >= threshold for threshold in block.thresholds]
    if block.statistic == "bins":
        # Of nested conditions only the last one that holds counts.
        reached = [
            here & ~after for here, after in zip(reached, [*reached[1:], values < 0], strict=True)
        ]
    return np.array(reached).astype(np.uint32)


def _scaled(factor: float) -> Callable[[Party], NoiseSource]:
    # One source for each helper, which goes on from release to release.
    sources: Mapping[Party, NoiseSource] = {
        party: Scaled(factor, number) for number, party in enumerate(HELPERS)
    }
    return lambda party: sources[party]


def _alone() -> Callable[[Party], NoiseSource]:
    honest = _scaled(1.0)
    return lambda party: honest(party) if party == "A" else Silent()


def faults() -> tuple[Fault, ...]:
    """Return every fault, with its sources at their beginning."""
    by_name = {kind.name: kind for kind in KINDS}
    cells, capped = by_name["sum over cells, at three providers"], by_name[CAPPED]
    return (
        Fault(Mechanism("sigma is half of what is charged", _scaled(0.5)), cells, "helper A", 700),
        Fault(Mechanism("sigma is a quarter of what is charged", _scaled(0.25)), cells, "helper A"),
        Fault(
            Mechanism("the cap sees one provider at a time", _scaled(1.0), at_each_provider),
            capped,
            "helper A",
        ),
        Fault(Mechanism("helper B adds no noise", _alone()), cells, "helper A"),
        Fault(
            Mechanism("12 answers with fresh noise at one price", _scaled(1.0), repeats=12),
            cells,
            "helper A",
        ),
        Fault(Mechanism("noise from a fixed seed", lambda _party: Repeating(5)), cells, "opened"),
        Fault(
            Mechanism("sigma of a code is a quarter of what is charged", _scaled(0.25)),
            by_name["two gates in a chain: laws"],
            "helper A",
        ),
        Fault(
            Mechanism("a bin and a cap see one provider at a time", _scaled(1.0), at_each_provider),
            by_name["comparison gate: bins and a capped sum"],
            "helper A",
        ),
        Fault(
            Mechanism("a client counts at each provider", _scaled(1.0), at_each_provider),
            by_name["table gate over buckets: a household with four clients"],
            "helper A",
        ),
        Fault(
            Mechanism("nodes draw a quarter of the sigma that they state", _scaled(0.25)),
            by_name["sum over cells with noise of the nodes"],
            "both helpers",
        ),
    )
