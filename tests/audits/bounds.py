# SPDX-License-Identifier: EUPL-1.2
"""Lower confidence bounds on privacy loss, from what an adversary gets right about two worlds.

An adversary scores each release; "the household is there" is said above a threshold. Of n releases
of each world, Clopper and Pearson (Biometrika 26, 1934) bound how often that is said truly and
falsely. Three conclusions follow:

* **epsilon** at a delta, from the definition alone: P1(E) <= e^epsilon P0(E) + delta for the event
  and its complement (Jagielski, Ullman, Oprea, "Auditing Differentially Private Machine Learning",
  NeurIPS 2020, arXiv 2006.07709). No assumption, and weak: n releases never show more than log n.
* **rho**, from zCDP alone: by the data processing inequality D_alpha of the answer "yes" or "no" is
  at most alpha rho for every alpha (Bun, Steinke, arXiv 1605.02065, Definition 1.1, Lemma 2.2). No
  assumption either, and much stronger where rho is below 1.
* **mu** of Gaussian differential privacy, from the trade-off curve of two normal laws: mu >=
  Phi^-1(true) - Phi^-1(false) (Nasr et al., "Tight Auditing of Differentially Private Machine
  Learning", USENIX Security 2023, arXiv 2302.07956, section 4). It takes for granted that the
  mechanism has such a curve, as a discrete Gaussian has to within a percent from sigma 2 on, and
  is nearly tight. Epsilon follows by Dong, Roth, Su (arXiv 1905.02383, Corollary 2.13).

Thresholds are chosen on releases that are not counted afterwards, so bounds hold as they stand.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, inf, log
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

Scores: TypeAlias = NDArray[np.float64]

CHANCE: Final = 1e-9
"""How often one interval's end may be wrong. An audit of one view has three bounds of two ends; the
default suite has fewer than a hundred such audits of a right mechanism, so it finds a fault where
there is none less than once in a million."""

TRAINING: Final = 0.25
"""The part of the releases on which thresholds are chosen."""

_CANDIDATES: Final = np.linspace(0.01, 0.99, 49)
_ORDERS: Final = 1 + np.geomspace(1e-4, 1e3, 120)


@dataclass(frozen=True, slots=True)
class Told:
    """Bounds on how often "there" is said: at most ``false`` without, at least ``true`` with."""

    false: float
    true: float


@dataclass(frozen=True, slots=True)
class Bounds:
    """Lower bounds at confidence ``1 - CHANCE``: epsilon at ``delta``, rho, and mu."""

    epsilon: float
    rho: float
    mu: float
    delta: float

    @property
    def epsilon_of_mu(self) -> float:
        """The epsilon at ``delta`` of Gaussian differential privacy with ``mu``."""
        return gaussian_epsilon(self.mu, self.delta)


def bounds(without: Scores, with_it: Scores, delta: float) -> Bounds:
    """Return lower bounds from the scores of releases of both worlds, in random order."""
    cut = int(TRAINING * without.size)
    train, test = (without[:cut], with_it[:cut]), (without[cut:], with_it[cut:])

    def best(measure: Callable[[Told], float]) -> float:
        candidates = np.quantile(np.concatenate(train), _CANDIDATES)
        gained = [measure(_told(*train, threshold)) for threshold in candidates]
        return measure(_told(*test, candidates[int(np.argmax(gained))]))

    return Bounds(
        epsilon=max(0.0, best(lambda told: epsilon_bound(told, delta))),
        rho=max(0.0, best(rho_bound)),
        mu=max(0.0, best(mu_bound)),
        delta=delta,
    )


def epsilon_bound(told: Told, delta: float) -> float:
    """Return the least epsilon that the definition leaves, of the event and of its complement."""
    return max(
        _log_ratio(told.true - delta, told.false),
        _log_ratio(1 - told.false - delta, 1 - told.true),
    )


def rho_bound(told: Told) -> float:
    """Return the largest D_alpha / alpha of the two answers, over many orders and both ways."""
    if told.true <= told.false:
        return -inf
    return max(
        _renyi_rate(told.true, told.false),
        _renyi_rate(1 - told.false, 1 - told.true),
    )


def mu_bound(told: Told) -> float:
    """Return the mu of the two normal laws that are told apart so well."""
    return float(stats.norm.ppf(told.true) - stats.norm.ppf(told.false))


def gaussian_epsilon(mu: float, delta: float) -> float:
    """Return the exact epsilon at ``delta`` of N(0, 1) and N(mu, 1)."""

    def over(epsilon: float) -> float:
        first = float(stats.norm.cdf(mu / 2 - epsilon / mu))
        second = float(stats.norm.logcdf(-mu / 2 - epsilon / mu))
        return first - exp(min(epsilon + second, 0.0)) - delta

    if mu <= 0 or over(0.0) <= 0:
        return 0.0
    return float(optimize.brentq(over, 0.0, mu * (mu + 20)))


def _told(without: Scores, with_it: Scores, threshold: float) -> Told:
    return Told(
        false=most(int(np.sum(without > threshold)), without.size),
        true=least(int(np.sum(with_it > threshold)), with_it.size),
    )


def least(seen: int, of: int) -> float:
    """Return Clopper and Pearson's lower bound on a probability."""
    return float(stats.beta.ppf(CHANCE, seen, of - seen + 1)) if seen else 0.0


def most(seen: int, of: int) -> float:
    """Return Clopper and Pearson's upper bound on a probability."""
    return float(stats.beta.isf(CHANCE, seen + 1, of - seen)) if seen < of else 1.0


def _log_ratio(large: float, small: float) -> float:
    if large <= 0:
        return -inf
    return log(large / small) if small > 0 else inf


def _renyi_rate(p: float, q: float) -> float:
    # D_alpha(p || q) / alpha of two coins, in logarithms: large orders overflow otherwise.
    with np.errstate(divide="ignore"):
        heads = _ORDERS * np.log(p) + (1 - _ORDERS) * np.log(q)
        tails = _ORDERS * np.log1p(-p) + (1 - _ORDERS) * np.log1p(-q)
    rates = np.logaddexp(heads, tails) / (_ORDERS - 1) / _ORDERS
    return float(np.max(rates))
