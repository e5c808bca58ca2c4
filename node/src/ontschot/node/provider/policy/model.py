# SPDX-License-Identifier: EUPL-1.2
"""Read the policy file and apply it.

The file is TOML, one table for each question that may be asked here::

    [questions.Q13]
    decision = "automatic"              # automatic, hold (a person decides) or refuse
    requesters = ["gemeente-voorbeeldstad"]
    levels = ["gemeente", "wijk"]
    largest_rho = "0.05"

A question without a table is refused. Without a file nothing runs.

And one table for each variable over cells to which this node adds noise itself, before an upload
leaves (protocol section 9; without a table the helpers add the noise)::

    [node_noise.referrals-gemeente]
    rho = "0.0003"                      # what each upload of it costs, once
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
)

from ontschot.protocol.catalogue.definitions import definitions
from ontschot.protocol.documents.base import Identifier
from ontschot.protocol.documents.queries import Query
from ontschot.protocol.documents.rounds import Level
from ontschot.protocol.errors import Misconfigured
from ontschot.protocol.language import Text, tr
from ontschot.protocol.privacy.charge import household_price
from ontschot.protocol.privacy.units import RHO_UNITS, rho_text
from ontschot.protocol.release.node_noise import LEAST_RHO, MOST_RHO

Decision = Literal["automatic", "hold", "refuse"]

_RHO: Final = re.compile(r"[0-9](\.[0-9]{1,12})?")


class NoPolicy(Misconfigured):
    """There is no policy file, so nothing runs."""

    code = "no-policy"
    title = Text("Er is geen beleidsbestand", "There is no policy file")
    remedy = Text(
        "Maak een beleidsbestand. Zonder bestand beantwoordt deze node geen enkele vraag.",
        "Write a policy file. Without one this node answers no question.",
    )


class MalformedPolicy(Misconfigured):
    """The policy file cannot be read."""

    code = "malformed-policy"
    title = Text("Het beleidsbestand is niet te lezen", "The policy file cannot be read")
    remedy = Text("Verbeter de regel die genoemd is.", "Mend the line that is named.")


class QuestionRule(BaseModel):
    """What the policy says about one question."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    decision: Decision
    requesters: list[str] = Field(default_factory=list)
    levels: list[Level] = Field(default_factory=list)
    largest_rho: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,6}(\.[0-9]{1,12})?$")] = "0"


class NodeNoiseRule(BaseModel):
    """With how much noise of this node's own one variable leaves: ``rho`` is what that costs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rho: str

    @field_validator("rho", mode="before")
    @classmethod
    def _in_range(cls, rho: object) -> str:
        is_number = isinstance(rho, str) and _RHO.fullmatch(rho) is not None
        if not is_number or not LEAST_RHO <= Decimal(str(rho)) * RHO_UNITS <= MOST_RHO:
            least, most = rho_text(LEAST_RHO), rho_text(MOST_RHO)
            raise ValueError(
                tr(
                    f"schrijf een getal van {least} tot en met {most}, tussen aanhalingstekens",
                    f"write a number from {least} to {most}, between quotation marks",
                )
            )
        return str(rho)

    @property
    def units(self) -> int:
        """Rho in units of 1e-12."""
        return int(Decimal(self.rho) * RHO_UNITS)


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    node_noise: dict[Identifier, NodeNoiseRule] = Field(default_factory=dict)
    questions: dict[Annotated[str, StringConstraints(pattern=r"^Q[0-9]{2}$")], QuestionRule]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The policy's word on one question; ``code`` says why it was refused."""

    decision: Decision
    code: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules, by question; and by variable, the noise that this node adds itself."""

    rules: dict[str, QuestionRule]
    node_noise: Mapping[str, NodeNoiseRule] = field(default_factory=dict)

    def noise_price(self, variable: str) -> int | None:
        """Return the price of this node's own noise on an upload, in units of 1e-12 rho.

        None: it adds none, and the helpers do.
        """
        rule = self.node_noise.get(variable)
        return None if rule is None else rule.units

    def verdict(self, query: Query) -> Verdict:
        """Return what to do with an approved question. What is not allowed is refused."""
        rule = self.rules.get(query.question)
        if rule is None:
            return Verdict("refuse", "policy-question-not-listed")
        if rule.decision == "refuse":
            return Verdict("refuse", "policy-refuses-question")
        if query.requester not in rule.requesters:
            return Verdict("refuse", "policy-requester-not-listed")
        if not {block.level for block in query.blocks} <= set(rule.levels):
            return Verdict("refuse", "policy-level-not-listed")
        price = household_price(query.blocks)
        if price > Decimal(rule.largest_rho) * RHO_UNITS:
            return Verdict("refuse", "policy-price-too-high")
        return Verdict(rule.decision)


def load_policy(path: Path) -> Policy:
    """Return the policy in a file.

    Raises:
        NoPolicy: there is no such file.
        MalformedPolicy: not readable, not TOML, or not these fields; the detail names the place.
    """
    try:
        content = tomllib.loads(path.read_text("utf-8"))
        found = _File.model_validate(content)
        _require_cells(found.node_noise)
        return Policy(found.questions, found.node_noise)
    except FileNotFoundError as error:
        raise NoPolicy(str(path)) from error
    except OSError as error:
        raise MalformedPolicy(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MalformedPolicy(str(error)) from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise MalformedPolicy(f"{place}: {first['msg']}") from error


def _require_cells(rules: Mapping[str, NodeNoiseRule]) -> None:
    # A name that nothing has would be a promise that is never kept.
    known = {
        variable.id
        for question in definitions().values()
        for variable in question.variables
        if variable.cells is not None
    }
    for name in rules:
        if name not in known:
            raise MalformedPolicy(
                f"node_noise.{name}: "
                + tr("geen telling in cellen van de catalogus", "no variable over cells")
            )
