# SPDX-License-Identifier: EUPL-1.2
"""Answers as the portal reads them, made by the coordinator's own code."""

from collections.abc import Sequence
from typing import Any

from numpy.typing import ArrayLike

from ontschot.coordinator.results import Area, Result, encode_result
from ontschot.portal.answers import Answer, read_answer
from unit.coordinator.results import samples

BUURTEN = [
    Area("BU06420101", "Centrum", 900),
    Area("BU06420102", "Oost", 600),
    Area("BU06420103+2", "West & Zuid", 410, ("BU06420103", "BU06420104")),
    Area("BU05310101", "Dorp", 1_200),
]
CODES = ("BU06420101", "BU06420102", "BU06420103", "BU06420104", "BU05310101", "BU05310102")


def boundaries(codes: Sequence[str] = CODES) -> dict[str, Any]:
    """Return square buurten, three in a row."""
    return samples.grid(codes)


def q01_result(quanta: ArrayLike = (9_000, 5_000, 4_500, 300)) -> Result:
    """Return Q01 for four areas; the last one is too uncertain."""
    return samples.q01(BUURTEN, quanta)


def read(result: Result) -> Answer:
    """Return a coordinator's result as the portal reads it."""
    return read_answer(encode_result(result))


def q01(quanta: ArrayLike = (9_000, 5_000, 4_500, 300)) -> Answer:
    """Return Q01 as the portal reads it."""
    return read(q01_result(quanta))


def q13() -> Answer:
    """Return Q13 as the portal reads it."""
    return read(samples.q13())
