# SPDX-License-Identifier: EUPL-1.2
"""The result document: what is published of a release, as JSON with camelCase keys.

``schema`` names the version. Numbers are integers in the table's unit, except the standard error;
privacy parameters are decimal strings, rounded up at the twelfth decimal. The file
``ontschot-result-1.schema.json`` beside this module is its JSON Schema (2020-12).
"""

import json
from datetime import date, datetime
from importlib.resources import files
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.alias_generators import to_camel

from ontschot.coordinator.results.errors import MalformedResult, NoSuchTable
from ontschot.coordinator.results.presentation import Kind, Unit
from ontschot.coordinator.results.release import NoiseMode
from ontschot.protocol.documents.queries import Statistic
from ontschot.protocol.documents.rounds import Level
from ontschot.protocol.universe.areas import LEVELS

Estimator: TypeAlias = Literal["direct", "consistent", "composite"]
"""How the figures of a table came about: ``direct`` as opened, with the noise in them;
``consistent`` made to add up over levels by weighted least squares; ``composite`` small-area
estimates, a mixed model that combines the released figures of a round with public numbers."""

SCHEMA_ID: Literal["ontschot-result-1"] = "ontschot-result-1"
_SCHEMA_FILE = "ontschot-result-1.schema.json"

DecimalText = Annotated[str, Field(pattern=r"^[0-9]+(\.[0-9]{1,12})?$")]
"""An exact privacy parameter: never a float on the wire."""


class _Part(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True
    )


class Localised(_Part):
    """One text in Dutch and in English."""

    nl: str
    en: str


class Shown(_Part):
    """What people see of a figure; the raw figure stands beside it.

    Values are in the table's unit; ``value`` is null when ``kind`` says that it is not shown.
    """

    kind: Kind
    value: int | None
    low: int
    high: int
    text: Localised


class Figure(_Part):
    """One noised value with its uncertainty, in the table's unit.

    ``value`` is signed. ``low`` and ``high`` are its 95 % interval rounded outward to integers.
    In a direct or consistent table the interval is about the noise alone; in a composite one it is
    about everything that the model does not know, what is above the clamps included.
    """

    value: int
    standard_error: float
    low: int
    high: int
    shown: Shown


class Output(_Part):
    """One column: an output of the block, or derived from outputs of the same block."""

    key: Annotated[str, Field(pattern=r"^[a-z][A-Za-z0-9]*$")]
    label: Localised
    derived: bool


class AreaRow(_Part):
    """One area with its figures, in the order of the table's outputs."""

    code: str
    name: str
    slots: int
    members: tuple[str, ...]
    figures: tuple[Figure, ...]


class Table(_Part):
    """Areas of one level with their figures: a block of the release, or estimates made from it.

    ``sigmaPerHelper`` is in the unit of the noise: quanta of ``quantumCents`` for sums. Estimates
    have neither noise of their own nor a clamp: ``estimator`` and ``note`` say what they are, and
    ``basis`` names the answers that they were made from. ``sigmaPerHelper`` is 0 where providers
    added the noise (``noise`` is ``nodes``); ``providersWithNoise`` is how many did.

    ``clamp`` says in words what one protected unit counts for at most in this very table: that of
    the answer is about all of them. ``rest`` is what makes a ``consistent`` table add up: for each
    area of the coarsest level, by its code and name, what is in no area of this level. It is empty
    where areas hold all slots, and in other tables.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: Localised
    level: Level
    estimator: Estimator
    note: Localised | None
    basis: tuple[str, ...]
    statistic: Statistic | Literal["total", "share"]
    unit: Unit
    noise: NoiseMode | None
    sigma_per_helper: DecimalText | None
    providers_with_noise: int | None
    quantum_cents: int | None
    cap_cents: int | None
    clamp: Localised | None = None
    outputs: tuple[Output, ...]
    areas: tuple[AreaRow, ...]
    rest: tuple[AreaRow, ...] = ()

    @model_validator(mode="after")
    def _rows_fit(self) -> Self:
        rows = (*self.areas, *self.rest)
        if any(len(area.figures) != len(self.outputs) for area in rows):
            msg = "an area has another number of figures than the table has outputs"
            raise ValueError(msg)
        if self.rest and self.estimator != "consistent":
            msg = "only tables that add up have a rest"
            raise ValueError(msg)
        if (self.estimator == "direct") != (self.noise is not None):
            msg = "direct figures have their noise, and only they"
            raise ValueError(msg)
        return self


class Period(_Part):
    """First and last day that the records are about."""

    first_day: date
    last_day: date


class Privacy(_Part):
    """The promise: what is protected, and how well.

    ``rho`` is the zCDP loss at one helper's view; ``epsilon`` is that rho at ``delta``.
    """

    protected_unit: Localised
    rho: DecimalText
    epsilon: DecimalText
    delta: DecimalText
    mechanism: Literal["discrete-gaussian"]


class Coverage(_Part):
    """How many providers took part, and which share of care that is."""

    participants: int
    text: Localised


class Signature(_Part):
    """A helper's signature over the manifest hash (Ed25519, hexadecimal)."""

    helper: Literal["A", "B"]
    organisation: str
    signature: str


class Provenance(_Part):
    """What binds the result to what was approved and committed."""

    manifest_hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    signatures: tuple[Signature, ...]


class Result(_Part):
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
    tables: tuple[Table, ...]

    def table(self, name: str | None = None) -> Table:
        """Return the table called ``name``, or the first table of the finest level.

        Raises:
            NoSuchTable: no table has that name.
        """
        if name is None:
            return max(self.tables, key=lambda table: LEVELS.index(table.level))
        for table in self.tables:
            if table.id == name:
                return table
        raise NoSuchTable("the result has other tables")


def encode_result(result: Result) -> bytes:
    """Return the document as UTF-8 JSON; the same result always gives the same bytes."""
    document = result.model_dump(mode="json", by_alias=True)
    return (json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def decode_result(data: bytes) -> Result:
    """Return the result in ``data``.

    Raises:
        MalformedResult: it is no result document of this version.
    """
    try:
        return Result.model_validate_json(data, strict=True)
    except (ValidationError, ValueError, RecursionError) as error:
        raise MalformedResult("not of the form " + SCHEMA_ID) from error


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a result document, made from the classes above."""
    schema = Result.model_json_schema(by_alias=True, mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID, **schema}


def shipped_schema() -> bytes:
    """Return the JSON Schema file that is shipped with this package."""
    return files("ontschot.coordinator.results").joinpath(_SCHEMA_FILE).read_bytes()
