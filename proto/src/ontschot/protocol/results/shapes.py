# SPDX-License-Identifier: EUPL-1.2
"""What the files need of a result document, whoever read it; fields as in its JSON Schema.

Values are in the table's unit: households, persons or euro cents.
"""

from collections.abc import Sequence
from datetime import date
from typing import Literal, Protocol, TypeAlias

from ontschot.protocol.documents.rounds import Level

Unit: TypeAlias = Literal[
    "households", "persons", "allocations", "trajects", "euroCents", "permille"
]


class Localised(Protocol):
    """One text in Dutch and in English."""

    @property
    def nl(self) -> str:
        """Dutch."""

    @property
    def en(self) -> str:
        """English."""


class Shown(Protocol):
    """What people see of a figure; ``value`` is None when it is not shown as a number."""

    @property
    def value(self) -> int | None:
        """Rounded."""

    @property
    def low(self) -> int:
        """Lower end of the shown interval."""

    @property
    def high(self) -> int:
        """Upper end of it."""

    @property
    def text(self) -> Localised:
        """What stands in a table."""


class Figure(Protocol):
    """A noised value, signed, with its standard error and 95 % interval."""

    @property
    def value(self) -> int:
        """As opened."""

    @property
    def standard_error(self) -> float:
        """Of the noise."""

    @property
    def low(self) -> int:
        """Lower end of the interval."""

    @property
    def high(self) -> int:
        """Upper end of it."""

    @property
    def shown(self) -> Shown:
        """What people see."""


class Output(Protocol):
    """One outcome of a table."""

    @property
    def key(self) -> str:
        """Its name."""

    @property
    def label(self) -> Localised:
        """What it counts."""

    @property
    def derived(self) -> bool:
        """Whether it is a sum of others."""


class Area(Protocol):
    """One area, with a figure for every outcome of its table."""

    @property
    def code(self) -> str:
        """CBS code, or that of joined areas."""

    @property
    def name(self) -> str:
        """For people."""

    @property
    def slots(self) -> int:
        """Its addresses."""

    @property
    def members(self) -> Sequence[str]:
        """Codes of the areas it joins; empty for one."""

    @property
    def figures(self) -> Sequence[Figure]:
        """In the order of the outcomes."""


class Table(Protocol):
    """Areas of one level with their figures."""

    @property
    def id(self) -> str:
        """Its name."""

    @property
    def level(self) -> Level:
        """Gemeente, wijk or buurt."""

    @property
    def title(self) -> Localised:
        """What it is about."""

    @property
    def note(self) -> Localised | None:
        """What must stand beside it."""

    @property
    def noise(self) -> str | None:
        """Who added it: ``nodes``, or the helpers; None where figures were made from others."""

    @property
    def cap_cents(self) -> int | None:
        """What one unit counts for at most, in euro cents; None where nothing is cut off."""

    @property
    def estimator(self) -> str:
        """How its figures came about: direct, consistent or composite."""

    @property
    def unit(self) -> Unit:
        """Of all its values."""

    @property
    def outputs(self) -> Sequence[Output]:
        """Its outcomes."""

    @property
    def clamp(self) -> Localised | None:
        """What a unit counts for at most in this table; None: what the answer says."""

    @property
    def areas(self) -> Sequence[Area]:
        """Its areas."""

    @property
    def rest(self) -> Sequence[Area]:
        """What makes a table add up: what is in an area of the coarsest level and in none here."""


class Period(Protocol):
    """First and last day that the records are about."""

    @property
    def first_day(self) -> date:
        """Included."""

    @property
    def last_day(self) -> date:
        """Included."""


class Privacy(Protocol):
    """What is protected, and how well; exact decimals as text."""

    @property
    def protected_unit(self) -> Localised:
        """In words."""

    @property
    def rho(self) -> str:
        """Zero-concentrated differential privacy."""

    @property
    def epsilon(self) -> str:
        """At ``delta``."""

    @property
    def delta(self) -> str:
        """Of ``epsilon``."""


class Coverage(Protocol):
    """How many providers took part."""

    @property
    def participants(self) -> int:
        """Their number."""

    @property
    def text(self) -> Localised:
        """In words."""


class Provenance(Protocol):
    """What the answer is bound to."""

    @property
    def manifest_hash(self) -> str:
        """SHA-256, hexadecimal."""


class Result(Protocol):
    """A published answer."""

    @property
    def id(self) -> str:
        """Its name."""

    @property
    def question(self) -> str:
        """Of the catalogue."""

    @property
    def title(self) -> Localised:
        """Of the question."""

    @property
    def round(self) -> str:
        """Measurement round."""

    @property
    def period(self) -> Period:
        """Of the records."""

    @property
    def privacy(self) -> Privacy:
        """The promise."""

    @property
    def clamp(self) -> Localised:
        """What a unit counts for at most."""

    @property
    def coverage(self) -> Coverage:
        """Who took part."""

    @property
    def method(self) -> Localised:
        """In plain words."""

    @property
    def pilot(self) -> bool:
        """Whether one organisation may have two roles."""

    @property
    def remarks(self) -> Sequence[Localised]:
        """What a reader must know."""

    @property
    def provenance(self) -> Provenance:
        """The manifest."""

    @property
    def tables(self) -> Sequence[Table]:
        """All of them."""
