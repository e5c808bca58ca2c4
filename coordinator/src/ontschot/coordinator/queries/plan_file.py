# SPDX-License-Identifier: EUPL-1.2
"""The plan of a round: which questions, and how the budget is divided over them.

The file is TOML, as the policy file is: people write it by hand, with a reason in a comment beside
a number, and a price is a text, so that no digit is lost::

    round = "nulmeting-2024"
    requester = "gemeente-voorbeeldstad"
    purpose = "Nulmeting"
    legal_basis = "Jeugdwet 7.4; Wmo 2015 5.4"
    rho = "0.18"                # of the year's budget; without it: all that is left

    [questions.Q01]             # the weight of the catalogue
    [questions.Q06]
    weight = 50                 # a larger part
    [questions.Q13]
    rho = "0.01"                # this price, whatever the others get
"""

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from ontschot.coordinator.queries.errors import MalformedPlan
from ontschot.protocol.catalogue.dividing import default_weight
from ontschot.protocol.documents.base import Identifier, Line
from ontschot.protocol.privacy.units import RHO_UNITS

RhoText = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,6}(\.[0-9]{1,12})?$")]


class Share(BaseModel):
    """What one question gets: a weight beside the others, or a price of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    weight: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    rho: RhoText | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if self.weight is not None and self.rho is not None:
            msg = "a weight or a rho, not both"
            raise ValueError(msg)
        return self


class Plan(BaseModel):
    """A plan as it was written; ``rho`` without a value is all that the accounts have left."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    round: Identifier
    requester: Identifier
    purpose: Line
    legal_basis: Line
    days: Annotated[int, Field(ge=1, le=366)] = 30
    rho: RhoText | None = None
    questions: Annotated[
        dict[Annotated[str, StringConstraints(pattern=r"^Q[0-9]{2}$")], Share],
        Field(min_length=1),
    ]

    @property
    def total(self) -> int | None:
        """The budget of the plan in units of 1e-12 rho."""
        return None if self.rho is None else units(self.rho)

    @property
    def weights(self) -> dict[str, int]:
        """The weight of each question that has no price of its own."""
        return {
            name: share.weight or default_weight(name)
            for name, share in self.questions.items()
            if share.rho is None
        }

    @property
    def prices(self) -> dict[str, int]:
        """The price of each question that has its own, in units of 1e-12 rho."""
        return {
            name: units(share.rho)
            for name, share in self.questions.items()
            if share.rho is not None
        }


def units(rho: str) -> int:
    """Return a rho as it is written, in whole units of 1e-12."""
    return int(Decimal(rho) * RHO_UNITS)


def load_plan(path: Path) -> Plan:
    """Return the plan in a file.

    Raises:
        MalformedPlan: not readable, not TOML, or not these fields; the detail names the place.
    """
    try:
        return Plan.model_validate(tomllib.loads(path.read_text("utf-8")))
    except OSError as error:
        raise MalformedPlan(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MalformedPlan(str(error)) from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise MalformedPlan(f"{place}: {first['msg']}") from error
