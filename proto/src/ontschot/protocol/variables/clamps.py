# SPDX-License-Identifier: EUPL-1.2
"""The clamps: the most that one household counts for, in a year.

They come from public tariffs and law, never from the data (``clamps.json``): a ggz stay costs
EUR 195.91 a day, EUR 71,500 a year; a gezinshuis EUR 59,700; four hours of youth mental health care
a week EUR 23,200. What a household costs above its clamp is cut off and said so.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources

from ontschot.protocol.universe.areas import Level
from ontschot.protocol.variables.groups import Wet

_CENTS = 100


@dataclass(frozen=True, slots=True)
class Clamps:
    """Clamps in euro cents per household per year.

    ``groups`` by number of the publication group, ``wetten`` by law, ``total`` over all care by
    level of the areas.
    """

    groups: dict[int, int]
    wetten: dict[Wet, int]
    total: dict[Level, int]


@cache
def clamps() -> Clamps:
    """Return the default clamps."""
    text = resources.files(__package__).joinpath("clamps.json").read_text("utf-8")
    table = json.loads(text)
    return Clamps(
        {int(number): euros * _CENTS for number, euros in table["groups"].items()},
        {wet: euros * _CENTS for wet, euros in table["wetten"].items()},
        {level: euros * _CENTS for level, euros in table["total"].items()},
    )
