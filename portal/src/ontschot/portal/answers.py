# SPDX-License-Identifier: EUPL-1.2
"""A published answer as the portal reads it: result documents of version ``ontschot-result-1``.

A tolerant reader: it takes what the pages need and ignores the rest, so that a coordinator may add
fields without breaking portals. What is missing or of another type is an error.
"""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from ontschot.portal.errors import AnswerNotFound, UnreadableAnswer
from ontschot.protocol.language import Language

Level = Literal["gemeente", "wijk", "buurt", "pc6-cluster"]
Unit = Literal["households", "persons", "allocations", "trajects", "euroCents", "permille"]

Estimator = Literal["direct", "consistent", "composite"]

LEVELS: tuple[Level, ...] = ("gemeente", "wijk", "buurt", "pc6-cluster")
"""Coarse to fine."""


class _Part(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True
    )


class Localised(_Part):
    """One text in Dutch and in English."""

    nl: str
    en: str

    def of(self, language: Language) -> str:
        """Return the text in ``language``."""
        return self.en if language == "en" else self.nl


class Shown(_Part):
    """What people see of a figure; ``value`` is None when it is not shown as a number."""

    kind: Literal["value", "belowTen", "uncertain"]
    value: int | None
    low: int
    high: int
    text: Localised


class Figure(_Part):
    """A noised value, signed, with its standard error and 95 % interval, in the table's unit."""

    value: int
    standard_error: float
    low: int
    high: int
    shown: Shown


class Output(_Part):
    """One outcome of a table."""

    key: str
    label: Localised
    derived: bool


class Area(_Part):
    """One area with a figure for every outcome; ``slots`` are its addresses."""

    code: str
    name: str
    slots: int
    members: tuple[str, ...]
    figures: tuple[Figure, ...]


class Table(_Part):
    """Areas of one level with their figures.

    ``clamp`` says what a unit counts for at most in this table; ``rest`` is what lies in none of
    its areas, for each area of the coarsest level.
    """

    id: str
    title: Localised
    level: Level
    estimator: Estimator
    note: Localised | None
    statistic: str
    unit: Unit
    noise: Literal["full", "half", "nodes"] | None
    cap_cents: int | None
    clamp: Localised | None = None
    outputs: tuple[Output, ...]
    areas: tuple[Area, ...]
    rest: tuple[Area, ...] = ()

    @property
    def only_measure(self) -> Literal["value"] | None:
        """The one way to show its figures, where per address means nothing."""
        return "value" if self.unit == "permille" else None

    @property
    def part_shown(self) -> float:
        """The part of the areas whose first outcome is shown as a number, 0 to 1."""
        shown = [area.figures[0].shown.value is not None for area in self.areas]
        return sum(shown) / len(shown) if shown else 0.0

    def output(self, key: str | None = None) -> int:
        """Return the position of the outcome called ``key``, or of the first one.

        Raises:
            AnswerNotFound: there is no such outcome.
        """
        for position, output in enumerate(self.outputs):
            if key in (None, output.key):
                return position
        raise AnswerNotFound


class Period(_Part):
    """First and last day that the records are about."""

    first_day: date
    last_day: date


class Privacy(_Part):
    """What is protected, and how well."""

    protected_unit: Localised
    rho: str
    epsilon: str
    delta: str


class Coverage(_Part):
    """How many providers took part."""

    participants: int
    text: Localised


class Signature(_Part):
    """A helper's signature over the manifest hash."""

    helper: str
    organisation: str
    signature: str


class Provenance(_Part):
    """What the answer is bound to."""

    manifest_hash: str
    signatures: tuple[Signature, ...]


class Answer(_Part):
    """A published answer."""

    schema_: Annotated[Literal["ontschot-result-1"], Field(alias="schema")]
    id: str
    question: str
    title: Localised
    wording: Localised
    round: str
    period: Period
    published_at: datetime
    purpose: Localised
    privacy: Privacy
    clamp: Localised
    coverage: Coverage
    method: Localised
    pilot: bool
    remarks: tuple[Localised, ...]
    provenance: Provenance
    tables: Annotated[tuple[Table, ...], Field(min_length=1)]

    def table(self, name: str | None = None) -> Table:
        """Return the table called ``name``, or the one to begin with.

        An estimate with a number to show, where the answer has one: it is what a map is for, and
        readers then meet the same kind at every question. Of those, or else of all, the first of
        the finest level where half of the areas or more have a number; if there is none, the first
        of the level with the largest part shown. A table of one area only comes last: it makes no
        map.

        Raises:
            AnswerNotFound: there is no such table.
        """
        if name is None:
            return max(self.tables, key=_tells)
        for table in self.tables:
            if table.id == name:
                return table
        raise AnswerNotFound


def _tells(table: Table) -> tuple[bool, bool, float, int]:
    part = table.part_shown
    estimated = table.estimator == "composite" and part > 0
    return len(table.areas) > 1, estimated, min(part, 0.5), LEVELS.index(table.level)


class AnswerItem(_Part):
    """One line of the list of published answers."""

    id: str
    question: str
    title: Localised
    round: str
    published_at: datetime


class AnswerList(_Part):
    """Published answers, newest first."""

    items: tuple[AnswerItem, ...]


def read_answer(data: bytes) -> Answer:
    """Return the answer in ``data``.

    Raises:
        UnreadableAnswer: it is no result document of this version.
    """
    try:
        return Answer.model_validate_json(data)
    except (ValidationError, ValueError, RecursionError) as error:
        raise UnreadableAnswer from error


def read_list(data: bytes) -> tuple[AnswerItem, ...]:
    """Return the list in ``data``.

    Raises:
        UnreadableAnswer: it is no list of answers.
    """
    try:
        return AnswerList.model_validate_json(data).items
    except (ValidationError, ValueError, RecursionError) as error:
        raise UnreadableAnswer from error
