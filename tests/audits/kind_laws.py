# SPDX-License-Identifier: EUPL-1.2
"""The noise of each kind of release, as it left, against the exact law that its blocks promise."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce

import numpy as np

from audits.auditing import spreads, views_of
from audits.kinds import PROVIDERS, Kind, worlds_of
from audits.laws import Ints, Law, worst


@dataclass(frozen=True, slots=True)
class Fit:
    """How well the draws of one view fit: the least p-value, times how many laws were tested."""

    kind: str
    view: str
    laws: int
    draws: int
    p: float


def fits(kind: Kind, noise: Sequence[Ints]) -> list[Fit]:
    """Return the fit of each view; ``noise`` is int64[releases, figures] by view."""
    # The noise of an answer is made of parts, and each part has the scale of the last view.
    scales = spreads(worlds_of(kind))[-1]
    found = []
    for view, drawn in zip(views_of(kind), noise, strict=True):
        parts = 1 if view != "opened" else PROVIDERS if kind.noise == "nodes" else 2
        of_figure = scales[: drawn.shape[1]]
        each = [
            worst(drawn[:, of_figure == scale].reshape(-1), _law(Fraction(float(scale)), parts))
            for scale in np.unique(of_figure)
        ]
        found.append(Fit(kind.name, view, len(each), drawn.size, min(1.0, min(each) * len(each))))
    return found


def _law(scale: Fraction, parts: int) -> Law:
    return reduce(Law.plus, [Law.gaussian(scale)] * parts)
