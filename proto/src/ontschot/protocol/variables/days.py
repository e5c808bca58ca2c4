# SPDX-License-Identifier: EUPL-1.2
"""Classes of days: a class says itself which numbers of days it holds.

So the signed definition decides how days are classed, and no table of this version of the program
can change that: ``15-42`` holds 15 up to and including 42 days, ``71-plus`` holds 71 and more.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from ontschot.protocol.variables.errors import MalformedVariable

_RANGE: Final = re.compile(r"(0|[1-9][0-9]{0,4})-(0|[1-9][0-9]{0,4}|plus)")


def first_days(classes: Sequence[str]) -> tuple[int, ...]:
    """Return the least number of days of each class; each ends where the next begins.

    Raises:
        MalformedVariable: a code is no range of days; or the classes leave out or repeat a day, do
            not begin at 0, or do not hold all that is longer.
    """
    found = []
    for code in classes:
        match = _RANGE.fullmatch(code)
        if match is None:
            raise MalformedVariable("a class that is no range of days")
        last = None if match[2] == "plus" else int(match[2])
        found.append((int(match[1]), last))
    ends = [last for _, last in found]
    begins = all(
        last is not None and first <= last and last + 1 == after
        for (first, last), (after, _) in pairwise(found)
    )
    if not found or found[0][0] != 0 or ends[-1] is not None or not begins:
        raise MalformedVariable("classes of days that are not one after the other")
    return tuple(first for first, _ in found)
