# SPDX-License-Identifier: EUPL-1.2
"""What people read beside estimates. Dutch first, B1."""

from typing import Final

from ontschot.coordinator.estimates.households import MOST_EUROS
from ontschot.protocol.amounts import euros
from ontschot.protocol.language import Text

_MOST: Final = euros(100 * MOST_EUROS)

COMPOSITE: Final = Text(
    "Dit is een schatting. Wij combineren alle getallen met ruis van deze meetronde met openbare "
    "cijfers over de buurten. Kosten boven het maximum van een tabel tellen hier mee, geschat. De "
    "marge bij elk getal gaat ook daarover. Wij nemen aan dat één huishouden niet meer dan "
    f"{_MOST.nl} kost.",
    "This is an estimate. We combine all noised figures of this round with public figures about "
    "the neighbourhoods. Cost above the maximum of a table is included here, by estimate. The "
    "margin with each figure covers that as well. We assume that one household does not cost more "
    f"than {_MOST.en}.",
)
"""Note beside a composite table about cost."""

COUNTS: Final = Text(
    "Dit is een schatting. Wij combineren alle getallen met ruis van deze meetronde met openbare "
    "cijfers over de buurten.",
    "This is an estimate. We combine all noised figures of this round with public figures about "
    "the neighbourhoods.",
)
"""Note beside a composite table of counts."""

CONSISTENT: Final = Text(
    "Deze getallen zijn zo gemaakt dat kleine gebieden optellen tot grote. Er is geen andere "
    "informatie gebruikt dan de getallen met ruis.",
    "These figures were made so that small areas add up to large ones. Nothing else was used than "
    "the noised figures.",
)
"""Note beside a consistent table where areas of every level hold all slots."""

CONSISTENT_WITH_REST: Final = Text(
    "Deze getallen zijn zo gemaakt dat kleine gebieden optellen tot grote. Niet elk adres ligt in "
    "een klein gebied. Wat daar bij hoort, staat apart als rest: gebieden en rest zijn samen het "
    "geheel. De rest is geschat uit de getallen met ruis en uit het openbare aantal plaatsen voor "
    "zulke adressen. Andere informatie is niet gebruikt.",
    "These figures were made so that small areas add up to large ones. Not every address lies in a "
    "small area. What belongs to those stands apart as the rest: areas and rest together are the "
    "whole. The rest is estimated from the noised figures and from the public number of places for "
    "such addresses. No other information was used.",
)
"""Note beside a consistent table of areas that do not hold all slots."""

CONSISTENT_WITH_REST_BELOW: Final = Text(
    "Deze getallen zijn zo gemaakt dat kleine gebieden optellen tot grote. Niet elk adres ligt in "
    "een klein gebied. Wat daar bij hoort, telt hier mee, en staat bij de kleine gebieden apart "
    "als rest. Het is geschat uit de getallen met ruis en uit het openbare aantal plaatsen voor "
    "zulke adressen. Andere informatie is niet gebruikt.",
    "These figures were made so that small areas add up to large ones. Not every address lies in a "
    "small area. What belongs to those counts here, and stands apart as the rest at the small "
    "areas. It is estimated from the noised figures and from the public number of places for such "
    "addresses. No other information was used.",
)
"""Note beside a consistent table of areas that hold all slots, where those of others do not."""

COST: Final = Text("Kosten van hulp (schatting)", "Cost of care (estimate)")
TOTAL: Final = Text("Kosten", "Cost")
TIERS: Final = Text("Huishoudens per kostenklasse (schatting)", "Households per tier (estimate)")
AMOUNTS: Final = Text("Kosten per kostenklasse (schatting)", "Cost per tier (estimate)")
SHARES: Final = Text(
    "Deel van het geld voor de duurste huishoudens (schatting)",
    "Share of the money for the dearest households (estimate)",
)


def consistent(*, is_here: bool, is_anywhere: bool) -> Text:
    """Return the note beside a consistent table: there is a rest here, or at another level."""
    if is_here:
        return CONSISTENT_WITH_REST
    return CONSISTENT_WITH_REST_BELOW if is_anywhere else CONSISTENT


def estimated(title: Text) -> Text:
    """Return the title of a composite table beside a direct one."""
    return Text(f"{title.nl} (schatting)", f"{title.en} (estimate)")


def added_up(title: Text) -> Text:
    """Return the title of a consistent table beside a direct one."""
    return Text(f"{title.nl} (optellend)", f"{title.en} (adding up)")


def top_share(percent: int) -> Text:
    """Return the label of a share of the dearest households."""
    return Text(f"Duurste {percent} % van alle adressen", f"Dearest {percent} % of all addresses")
