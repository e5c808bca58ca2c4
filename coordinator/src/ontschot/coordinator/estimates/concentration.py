# SPDX-License-Identifier: EUPL-1.2
"""How unequally cost is spread over households: the concentration curve and the top shares.

The share of the dearest q of all N households is L = S(t) / T: S(t) is what households of t euros
or more cost together, T what all cost, and t is such that q N households are at t or above. All
three come from the fitted model with their joint covariance; moving t moves S by t for every
household, so the error of L is that of (S(t) - t (N(t) - q N)) / T: the usual linearisation of a
Lorenz ordinate (Beach and Davidson 1983).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ontschot.coordinator.estimates.households import cost_amounts
from ontschot.coordinator.estimates.mixed import MixedModel
from ontschot.coordinator.estimates.observations import Floats, Target


@dataclass(frozen=True, slots=True)
class TopShare:
    """The share of all cost that goes to the dearest households.

    ``part`` of all addresses; ``share`` of the cost and its ``standard_error``, 0 to 1; from
    ``least_euros`` on a household is among them.
    """

    part: float
    share: float
    standard_error: float
    least_euros: float


def top_shares(
    model: MixedModel, cover: Floats, slots: Floats, parts: Sequence[float]
) -> list[TopShare]:
    """Return the shares of the dearest ``parts`` (each in 0 to 1) in one area.

    Args:
        model: fitted on types of ``cost_types``.
        cover: float64[atoms], 1 where the area holds the atom.
        slots: float64[atoms].
        parts: of all addresses.
    """
    amounts = cost_amounts()
    area = cover[None, :]
    each = model.predict([Target(row, area) for row in np.eye(len(amounts))]).values
    numbers = np.maximum(each, 0.0)
    found = []
    for part in parts:
        wanted = part * float(cover @ slots)
        at_least = _part_of_types(numbers, wanted)
        threshold = float(np.interp(wanted, np.cumsum(numbers[::-1]), amounts[::-1]))
        found.append(_share(model, area, at_least, threshold, part, wanted))
    return found


def _part_of_types(numbers: Floats, wanted: float) -> Floats:
    """Return which part of each type, from the dearest down, makes up ``wanted`` households."""
    above = np.cumsum(numbers[::-1])[::-1] - numbers
    with np.errstate(divide="ignore", invalid="ignore"):
        taken = np.where(numbers > 0, (wanted - above) / numbers, 0.0)
    return np.clip(taken, 0.0, 1.0)


def _share(
    model: MixedModel, area: Floats, taken: Floats, threshold: float, part: float, wanted: float
) -> TopShare:
    amounts = cost_amounts()
    result = model.predict(
        [Target(taken * amounts, area), Target(taken, area), Target(amounts, area)]
    )
    cost, number, total = result.values
    top = cost - threshold * (number - wanted)
    share = top / total
    gradient = np.array([1.0, -threshold, -share]) / total
    error = float(np.sqrt(max(0.0, gradient @ result.covariance @ gradient)))
    return TopShare(part, float(np.clip(share, 0.0, 1.0)), error, threshold)
