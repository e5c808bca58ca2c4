# SPDX-License-Identifier: EUPL-1.2
"""Area maps: which slot belongs to which PC6 cluster, buurt, wijk or gemeente.

A map is public, says for which universe it is, and is known by the hash of its canonical bytes;
anchors sign the list of maps that may be used. Overflow slots belong to their gemeente and to no
smaller area. Buurten without addresses have no area. A PC6 cluster holds pieces: the addresses of
one PC6 in one buurt, called ``BU06420105-3331AB``.

On the wire a map is canonical JSON: its areas, and ``runs``: area, length, area, length, ... over
all slots in order, -1 for no area. Slots are sorted by area, so a map is a few kilobytes per
thousand areas however many slots there are.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Self, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from ontschot.protocol import canonical
from ontschot.protocol.errors import MalformedMessage
from ontschot.protocol.universe.errors import MalformedAreaMap

FORMAT = "ontschot-areas/1"

Level: TypeAlias = Literal["gemeente", "wijk", "buurt", "pc6-cluster"]

LEVELS: tuple[Level, ...] = get_args(Level)
"""Coarse to fine."""

NO_AREA = -1
"""Area of a slot that belongs to none."""

CODES = {
    "gemeente": re.compile(r"GM[0-9]{4}"),
    "wijk": re.compile(r"WK[0-9]{4}[0-9A-Z]{2}"),
    "buurt": re.compile(r"BU[0-9]{4}[0-9A-Z]{4}"),
    "pc6-cluster": re.compile(r"BU[0-9]{4}[0-9A-Z]{4}-[1-9][0-9]{3}[A-Z]{2}"),
}
"""Form of what an area holds, per level: CBS codes (letters occur since 2022), or pieces of PC6."""

_LENGTHS = {"gemeente": 4, "wijk": 6, "buurt": 8, "pc6-cluster": 15}
_PREFIXES = {"gemeente": "GM", "wijk": "WK", "buurt": "BU", "pc6-cluster": "BU"}
_HASH = re.compile(r"[0-9a-f]{64}")
_MAX_NAME = 200
_MAX_SLOTS = 2**26
_FIELDS = {"areas", "format", "level", "minimum", "runs", "universe"}


def code_at(level: Level, code: str) -> str:
    """Return the code at ``level`` that holds ``code``: of a piece of PC6, a buurt or a wijk.

    Raises:
        ValueError: ``code`` is of no form of ``CODES``, or of a larger area than ``level``.
    """
    if not any(form.fullmatch(code) for form in CODES.values()):
        raise ValueError(code)
    if len(code) < 2 + _LENGTHS[level]:
        raise ValueError(code)
    return _PREFIXES[level] + code[2 : 2 + _LENGTHS[level]]


@dataclass(frozen=True, slots=True)
class Area:
    """One area: a CBS area, or several that are joined because one alone would be too small.

    ``holds`` are the codes inside (``CODES``), in order. A joined area is called after the first
    and the number of others: ``BU06420105+2``, ``BU06420105-3331AB+11``.
    """

    code: str
    name: str
    holds: tuple[str, ...]


def joined_code(holds: tuple[str, ...]) -> str:
    """Return the code of the area that holds these codes."""
    return holds[0] if len(holds) == 1 else f"{holds[0]}+{len(holds) - 1}"


@dataclass(frozen=True, eq=False)
class AreaMap:
    """From slots to areas, for one level and one smallest size.

    ``universe`` is the digest of the universe, ``minimum`` the least number of slots per area;
    ``areas`` are in order of code; ``run_areas`` int32[r] and ``run_lengths`` int64[r] give the
    area of each run of slots (``NO_AREA`` for none) and its length.
    """

    universe: str
    level: Level
    minimum: int
    areas: tuple[Area, ...]
    run_areas: NDArray[np.int32]
    run_lengths: NDArray[np.int64]

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the areas, in order."""
        return tuple(area.code for area in self.areas)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the areas, in order of their codes."""
        return tuple(area.name for area in self.areas)

    @property
    def slots(self) -> int:
        """The number of slots n, those without an area included."""
        return int(self.run_lengths.sum())

    @cached_property
    def index(self) -> NDArray[np.int32]:
        """The area of each slot, int32[n]; ``NO_AREA`` for none."""
        return np.repeat(self.run_areas, self.run_lengths)

    @cached_property
    def slots_per_area(self) -> NDArray[np.int64]:
        """The number of slots of each area, int64[areas]; overflow counts at level gemeente."""
        counts = np.zeros(len(self.areas), dtype=np.int64)
        inside = self.run_areas != NO_AREA
        np.add.at(counts, self.run_areas[inside], self.run_lengths[inside])
        return counts

    def sums(self, values: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Return the sum of ``values`` (uint64[n]) per area, modulo 2^64: uint64[areas].

        Raises:
            ValueError: ``values`` has another length than the map has slots.
        """
        if values.shape != (self.slots,):
            msg = f"{values.shape} values for {self.slots} slots"
            raise ValueError(msg)
        starts = np.cumsum(self.run_lengths) - self.run_lengths
        per_run = np.add.reduceat(values.astype(np.uint64, copy=False), starts)
        out = np.zeros(len(self.areas), dtype=np.uint64)
        inside = self.run_areas != NO_AREA
        np.add.at(out, self.run_areas[inside], per_run[inside])
        return out

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes, in hexadecimal: the name of the map."""
        return canonical.sha256(self.to_bytes())

    def to_bytes(self) -> bytes:
        """Return the canonical bytes."""
        runs = np.stack((self.run_areas.astype(np.int64), self.run_lengths), axis=1)
        document: canonical.Document = {
            "areas": [
                {"code": area.code, "holds": list(area.holds), "name": area.name}
                for area in self.areas
            ],
            "format": FORMAT,
            "level": self.level,
            "minimum": self.minimum,
            "runs": runs.ravel().tolist(),
            "universe": self.universe,
        }
        return canonical.encode(document)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return the map in ``data``.

        Raises:
            MalformedAreaMap: anything but the one form of an area map: another field, a code that
                is none, areas or runs out of order, an area with fewer slots than ``minimum``.
        """
        try:
            document = canonical.decode(data)
        except MalformedMessage as error:
            raise MalformedAreaMap("not canonical JSON") from error
        _require(set(document) == _FIELDS and document["format"] == FORMAT, "another format")
        level, minimum, universe = document["level"], document["minimum"], document["universe"]
        _require(level in LEVELS, "level")
        _require(_whole(minimum) and 1 <= minimum <= _MAX_SLOTS, "minimum")
        _require(isinstance(universe, str) and _HASH.fullmatch(universe) is not None, "universe")
        areas = _areas(level, document["areas"])
        found = cls(universe, level, minimum, areas, *_runs(document["runs"], len(areas)))
        smallest = int(found.slots_per_area.min())
        _require(smallest >= minimum, f"an area of {smallest} slots, the minimum is {minimum}")
        return found

    def require_universe(self, digest: str, slots: int) -> None:
        """Check that the map is for this universe.

        Raises:
            MalformedAreaMap: it is for another.
        """
        _require(self.universe == digest and self.slots == slots, "for another universe")


def _areas(level: Level, value: Any) -> tuple[Area, ...]:
    _require(isinstance(value, list) and len(value) > 0, "areas")
    areas = tuple(_area(level, item) for item in value)
    codes = [area.code for area in areas]
    _require(codes == sorted(set(codes)), "areas not in order")
    held = [code for area in areas for code in area.holds]
    _require(len(held) == len(set(held)), "one code in two areas")
    return areas


def _area(level: Level, value: Any) -> Area:
    _require(isinstance(value, dict) and set(value) == {"code", "holds", "name"}, "area")
    name, holds = value["name"], value["holds"]
    _require(isinstance(name, str) and 1 <= len(name) <= _MAX_NAME, "name of an area")
    _require(isinstance(holds, list) and len(holds) > 0, "what an area holds")
    known = all(isinstance(code, str) and CODES[level].fullmatch(code) for code in holds)
    _require(known and holds == sorted(set(holds)), "codes that an area holds")
    _require(value["code"] == joined_code(tuple(holds)), "code of an area")
    return Area(value["code"], name, tuple(holds))


def _runs(value: Any, areas: int) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    whole = isinstance(value, list) and all(map(_whole, value))
    _require(whole and len(value) > 0 and len(value) % 2 == 0, "runs")
    _require(all(abs(number) <= _MAX_SLOTS for number in value), "runs")
    pairs = np.array(value, dtype=np.int64).reshape(-1, 2)
    run_areas, lengths = pairs[:, 0], pairs[:, 1]
    _require(bool((lengths >= 1).all()) and int(lengths.sum()) <= _MAX_SLOTS, "lengths of runs")
    _require(bool((run_areas[1:] != run_areas[:-1]).all()), "a run that is cut in two")
    used = np.unique(run_areas[run_areas != NO_AREA])
    _require(np.array_equal(used, np.arange(areas)), "areas without slots, or slots without area")
    return run_areas.astype(np.int32), lengths


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _require(good: bool, what: str) -> None:  # noqa: FBT001  reads as a sentence where it is called
    if not good:
        raise MalformedAreaMap(what)
