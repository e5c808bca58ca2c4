# SPDX-License-Identifier: EUPL-1.2
"""Dividing a budget over the questions of one round, in whole units of 1e-12 rho.

The default weights (``weights.json``) say what part of a budget a question gets beside others: more
for euros and small areas, which need little noise, and less for counts over large areas.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources

from ontschot.protocol.errors import Refusal
from ontschot.protocol.language import Text


class SharesTooLarge(Refusal):
    """The prices that a plan fixes leave nothing for the questions that share the rest."""

    code = "shares-too-large"
    title = Text("De vaste prijzen zijn samen te hoog", "The fixed prices are too high together")
    remedy = Text(
        "Verlaag een vaste prijs, of geef de meetronde meer budget.",
        "Lower a fixed price, or give the round a larger budget.",
    )
    http_status = 422


@cache
def _weights() -> tuple[Mapping[str, int], int]:
    text = resources.files(__package__).joinpath("weights.json").read_text("utf-8")
    table = json.loads(text)
    return table["questions"], table["other"]


def default_weight(question: str) -> int:
    """Return the weight of a question where a plan gives none."""
    known, other = _weights()
    return known.get(question, other)


def divide(
    total: int, weights: Mapping[str, int], fixed: Mapping[str, int] | None = None
) -> dict[str, int]:
    """Return the price of each question: its fixed one, or its part of what is left.

    Parts are rounded down, so the prices never add up to more than ``total``.

    Args:
        total: units of 1e-12 rho to divide.
        weights: positive weights of the questions that share what is left, by question.
        fixed: prices in the same units of other questions.

    Raises:
        SharesTooLarge: the fixed prices are above ``total``, or a part is less than one unit.
        ValueError: a weight or fixed price is not positive, or a question has both.
    """
    set_prices = dict(fixed or {})
    if any(value < 1 for value in (*weights.values(), *set_prices.values())):
        msg = "weights and prices are positive"
        raise ValueError(msg)
    if set(weights) & set(set_prices):
        msg = "a question has a weight or a price, not both"
        raise ValueError(msg)
    rest = total - sum(set_prices.values())
    whole = sum(weights.values())
    parts = {question: rest * weight // whole for question, weight in weights.items()}
    if rest < 0 or any(part < 1 for part in parts.values()):
        raise SharesTooLarge(f"{total} units")
    return set_prices | parts
