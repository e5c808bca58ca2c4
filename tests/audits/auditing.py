# SPDX-License-Identifier: EUPL-1.2
"""The audit of one kind of release: thousands of releases in two worlds, and an adversary.

The adversary knows everything but whether the household is there: all other records, the
household's own, the mechanism, and its promised noise. Of noise that is normal, or nearly, the best
statistic is linear: each figure less what it would be without the household, weighed by how far the
household moves it over the variance (Neyman and Pearson's likelihood ratio of two normal laws).
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from audits.bounds import Bounds, Scores, bounds
from audits.kinds import Kind, Worlds, worlds_of
from audits.releasing import AS_BUILT, VIEWS, Mechanism, exact, sigmas, views
from ontschot.protocol.privacy.conversion import DELTA, epsilon_of
from ontschot.protocol.privacy.units import RHO_UNITS

Exact: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Claim:
    """What is claimed of one view: ``rho``, and the epsilon that follows at ``DELTA``."""

    rho: float
    epsilon: float


@dataclass(frozen=True, slots=True)
class Finding:
    """What an audit of one view found; ``releases`` of each world."""

    kind: str
    mechanism: str
    view: str
    releases: int
    claim: Claim
    found: Bounds

    @property
    def exceeded(self) -> bool:
        """Whether any lower bound lies above the claim: the mechanism is not what it says."""
        return (
            self.found.epsilon > self.claim.epsilon
            or self.found.rho > self.claim.rho
            or self.found.epsilon_of_mu > self.claim.epsilon
        )


def audit(kind: Kind, releases: int, mechanism: Mechanism = AS_BUILT) -> list[Finding]:
    """Return what each view of a kind shows, from so many releases of each world."""
    worlds = worlds_of(kind)
    without, with_it = scores(worlds, releases, mechanism)
    return [
        Finding(
            kind.name,
            mechanism.name,
            view,
            releases,
            claim_of(worlds, view),
            bounds(without[number], with_it[number], float(DELTA)),
        )
        for number, view in enumerate(VIEWS)
    ]


def claim_of(worlds: Worlds, view: str) -> Claim:
    """Return the claim: what is charged holds towards a helper, half of it towards outsiders."""
    units = worlds.charged if view != "opened" else -(-worlds.charged // 2)
    return Claim(units / RHO_UNITS, float(epsilon_of(units)))


def moves(worlds: Worlds, mechanism: Mechanism = AS_BUILT) -> tuple[Exact, Exact]:
    """Return the exact figures without the household, and how far it moves each (int64)."""
    before = exact(worlds.manifest, worlds.areas, worlds.without, mechanism)
    after = exact(worlds.manifest, worlds.areas, worlds.with_it, mechanism)
    return before, after - before


def scores(worlds: Worlds, releases: int, mechanism: Mechanism) -> tuple[Scores, Scores]:
    """Return the adversary's scores of both worlds, float64[views, releases]."""
    before, moved = moves(worlds, mechanism)
    weights = moved / sigmas(worlds.manifest, worlds.areas) ** 2
    both = []
    for vectors in (worlds.without, worlds.with_it):
        seen = [
            (views(worlds.manifest, worlds.areas, vectors, mechanism) - before) @ weights
            for _ in range(releases)
        ]
        both.append(np.array(seen).T)
    return both[0], both[1]
