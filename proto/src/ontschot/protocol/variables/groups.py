# SPDX-License-Identifier: EUPL-1.2
"""The eight publication groups: which kinds of care are published together.

They follow the product categories of iJw (JZ020) and iWmo (WMO020), release 3.2, which do not
overlap. Groups marked confidential are not split below the gemeente: so few households have this
care that even the kind of care says much about them.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal, TypeAlias

from ontschot.protocol.language import Text

Wet: TypeAlias = Literal["JW", "WMO"]
"""The law: Jeugdwet or Wet maatschappelijke ondersteuning."""


@dataclass(frozen=True, slots=True)
class PublicationGroup:
    """One group: its number from 1, its law, its product categories and its name."""

    number: int
    wet: Wet
    categories: tuple[str, ...]
    name: Text
    confidential: bool


@cache
def publication_groups() -> tuple[PublicationGroup, ...]:
    """Return the groups, by number."""
    text = resources.files(__package__).joinpath("publication_groups.json").read_text("utf-8")
    return tuple(
        PublicationGroup(
            group["number"],
            group["wet"],
            tuple(group["categories"]),
            Text(group["name"]["nl"], group["name"]["en"]),
            group["confidential"],
        )
        for group in json.loads(text)["groups"]
    )


def group_of(wet: Wet, category: str) -> int | None:
    """Return the number of the group that holds a product category; None for an unknown code."""
    return next(
        (g.number for g in publication_groups() if g.wet == wet and category in g.categories), None
    )
