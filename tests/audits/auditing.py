# SPDX-License-Identifier: EUPL-1.2
"""The audit of one kind of release: thousands of releases in two worlds, and an adversary.

The adversary knows everything but whether the household is there: all other records, the
household's own, the mechanism, and its promised noise. Of noise that is normal, or nearly, the best
statistic is linear: each figure less what it would be without the household, weighed by how far the
household moves it over the variance (Neyman and Pearson's likelihood ratio of two normal laws).
"""

from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from audits import by_nodes
from audits.bounds import Bounds, Scores, bounds
from audits.kinds import Kind, Worlds, worlds_of
from audits.laws import Floats
from audits.releasing import AS_BUILT, VIEWS, Mechanism, Vectors, as_built, sigmas, views
from audits.sources import Silent
from ontschot.protocol.privacy.conversion import DELTA, epsilon_of
from ontschot.protocol.privacy.units import RHO_UNITS

Exact: TypeAlias = NDArray[np.int64]
Array = TypeVar("Array", Scores, Exact)


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


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Releases of one kind in both worlds, as each view's adversary scores them.

    ``without`` and ``with_it`` are float64[releases], by view; ``noise`` is the noise itself of
    some of them, int64[releases, figures], by view.
    """

    without: tuple[Scores, ...]
    with_it: tuple[Scores, ...]
    noise: tuple[Exact, ...]

    def and_more(self, other: "Sample") -> "Sample":
        """Return both samples as one."""
        return Sample(
            _longer(self.without, other.without),
            _longer(self.with_it, other.with_it),
            _longer(self.noise, other.noise),
        )


def audit(kind: Kind, releases: int, mechanism: Mechanism = AS_BUILT) -> list[Finding]:
    """Return what each view of a kind shows, from so many releases of each world."""
    return findings(kind, sample(kind, releases, mechanism), mechanism)


def findings(kind: Kind, seen: Sample, mechanism: Mechanism = AS_BUILT) -> list[Finding]:
    """Return what each view of a kind shows, from releases that were made."""
    worlds = worlds_of(kind)
    return [
        Finding(
            kind.name,
            mechanism.name,
            view,
            without.size,
            claim_of(worlds, view),
            bounds(without, with_it, float(DELTA)),
        )
        for view, without, with_it in zip(views_of(kind), seen.without, seen.with_it, strict=True)
    ]


def views_of(kind: Kind) -> tuple[str, ...]:
    """Return who looks at releases of a kind."""
    return by_nodes.VIEWS if kind.noise == "nodes" else VIEWS


def claim_of(worlds: Worlds, view: str) -> Claim:
    """Return the claim: what is charged holds towards a helper, half of it towards outsiders.

    Of noise of the nodes all of it, towards everybody: each charges for its own upload.
    """
    half = view == "opened" and worlds.manifest.noise == "helpers"
    units = -(-worlds.charged // 2) if half else worlds.charged
    return Claim(units / RHO_UNITS, float(epsilon_of(units)))


def moves(worlds: Worlds, mechanism: Mechanism = AS_BUILT) -> list[tuple[Exact, Exact]]:
    """Return by view the exact figures without the household, and how far it moves each (int64)."""
    silent = replace(mechanism, noise=lambda _party: Silent(), repeats=1)
    before, after = (shown(worlds, each, silent) for each in (worlds.without, worlds.with_it))
    return [
        (one.astype(np.int64), (other - one).astype(np.int64))
        for one, other in zip(before, after, strict=True)
    ]


def shown(worlds: Worlds, vectors: Vectors, mechanism: Mechanism) -> list[Floats]:
    """Return what one release shows, by view: float64[figures]."""
    if worlds.shifts:
        mechanism = replace(mechanism, compute=partial(as_built, shifts=worlds.shifts))
    make = by_nodes.views if worlds.manifest.noise == "nodes" else views
    return list(make(worlds.manifest, worlds.areas, vectors, mechanism))


def spreads(worlds: Worlds) -> list[Floats]:
    """Return the standard deviation that is promised of the noise of each figure, by view.

    Of an answer with noise of both helpers, that of one of them.
    """
    if worlds.manifest.noise == "nodes":
        return by_nodes.sigmas(worlds.manifest, worlds.without)
    return [sigmas(worlds.manifest, worlds.areas)] * len(VIEWS)


def sample(kind: Kind, releases: int, mechanism: Mechanism = AS_BUILT, *, kept: int = 0) -> Sample:
    """Return so many releases of each world; of the first ``kept`` of each, the noise too."""
    worlds = worlds_of(kind)
    moved = moves(worlds, mechanism)
    weights = [move / sigma**2 for (_, move), sigma in zip(moved, spreads(worlds), strict=True)]
    scores, noise = [], []
    for vectors, there in ((worlds.without, 0), (worlds.with_it, 1)):
        made = []
        for number in range(releases):
            off = [
                seen - before
                for seen, (before, _) in zip(shown(worlds, vectors, mechanism), moved, strict=True)
            ]
            made.append([float(one @ weight) for one, weight in zip(off, weights, strict=True)])
            if number < kept:
                pairs = zip(off, moved, strict=True)
                noise.append([one - there * move for one, (_, move) in pairs])
        scores.append(tuple(np.array(made).T))
    drawn = zip(*noise, strict=True) if kept else ((),) * len(moved)
    return Sample(
        scores[0],
        scores[1],
        tuple(np.array(one, dtype=np.float64).astype(np.int64) for one in drawn),
    )


def _longer(some: tuple[Array, ...], more: tuple[Array, ...]) -> tuple[Array, ...]:
    return tuple(
        np.concatenate([one, other]).astype(one.dtype)
        for one, other in zip(some, more, strict=True)
    )
