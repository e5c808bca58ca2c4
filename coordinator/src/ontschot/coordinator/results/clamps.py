# SPDX-License-Identifier: EUPL-1.2
"""What one protected unit counts for at most, in words. Dutch first, B1."""

from typing import Final

from ontschot.coordinator.results.release import Block, Counted
from ontschot.protocol.amounts import euros
from ontschot.protocol.language import Text

UNITS: Final[dict[Counted, Text]] = {
    "households": Text("een huishouden", "a household"),
    "persons": Text("een persoon", "a person"),
}
"""The protected unit, singular with article."""

NO_CLAMP: Final = Text(
    "Hier is niets afgekapt: dit is een schatting van alle kosten.",
    "Nothing is cut off here: this is an estimate of all cost.",
)
"""Of estimates of cost."""


def clamp_text(cap_cents: int | None, unit: Text) -> Text:
    """Return the sentence about what one protected unit counts for at most.

    Args:
        cap_cents: limit of a sum in euro cents, or None for counts.
        unit: the protected unit, singular with article: ``Text("een huishouden", "a household")``.
    """
    if cap_cents is None:
        nl, en = "één keer", "once"
    else:
        amount = euros(cap_cents)
        nl, en = f"voor {amount.nl}", f"for {amount.en}"
    return Text(
        f"{unit.nl.capitalize()} telt hoogstens {nl} mee.",
        f"{unit.en.capitalize()} counts {en} at most.",
    )


def clamp_of(block: Block, counted: Counted) -> Text:
    """Return the sentence about what one protected unit counts for at most in one table."""
    if block.statistic == "sum":
        return per_provider_text(block.cap or 0)
    cents = (block.cap or 0) * block.quantum_cents if block.statistic == "capped" else None
    return clamp_text(cents, UNITS[counted])


def per_provider_text(times: int) -> Text:
    """Return the sentence about a household that every provider counts by itself."""
    return Text(
        f"Een huishouden telt bij elke aanbieder hoogstens {times} keer mee.",
        f"A household counts {times} times at most at each provider.",
    )
