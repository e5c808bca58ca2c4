# SPDX-License-Identifier: EUPL-1.2
"""Which boundary feature shows which area's value."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from ontschot.protocol.results.errors import BadBoundaries


class _Coded(Protocol):
    @property
    def code(self) -> str: ...

    @property
    def members(self) -> Sequence[str]: ...


A = TypeVar("A", bound=_Coded)


def assign_features(areas: Sequence[A], codes: Sequence[str]) -> dict[str, A]:
    """Return which of a table's areas owns each boundary feature, by feature code.

    In this order: the area that has or lists the feature's own code; the area that has or lists the
    wijk, then the gemeente, whose CBS number begins the buurt's number.

    Raises:
        BadBoundaries: two areas list the same feature, or a code appears twice.
    """
    if len(set(codes)) != len(codes):
        raise BadBoundaries("two features with one id")
    listed: dict[str, A] = {}
    for area in areas:
        for member in area.members:
            if listed.setdefault(member, area) is not area:
                raise BadBoundaries(f"{member} belongs to two areas")
    by_code = {area.code: area for area in areas if not area.members}
    owners = ((code, _by_number(code, by_code | listed)) for code in codes)
    return {code: area for code, area in owners if area is not None}


def _by_number(code: str, areas: dict[str, A]) -> A | None:
    # CBS: buurt BU0642 01 01 lies in wijk WK0642 01 and in gemeente GM0642.
    number = code[2:]
    for candidate in (code, f"WK{number[:6]}", f"GM{number[:4]}"):
        if candidate in areas:
            return areas[candidate]
    return None
