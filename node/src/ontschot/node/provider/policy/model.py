# SPDX-License-Identifier: EUPL-1.2
"""Read the policy file and apply it.

The file is TOML, one table for each question that may be asked here::

    [questions.Q13]
    decision = "automatic"              # automatic, hold (a person decides) or refuse
    requesters = ["gemeente-voorbeeldstad"]
    levels = ["gemeente", "wijk"]
    largest_rho = "0.05"

A question without a table is refused. Without a file nothing runs.
"""

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from ontschot.protocol.documents.queries import Query
from ontschot.protocol.documents.rounds import Level
from ontschot.protocol.errors import Misconfigured
from ontschot.protocol.language import Text
from ontschot.protocol.privacy.units import RHO_UNITS

Decision = Literal["automatic", "hold", "refuse"]


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


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    questions: dict[Annotated[str, StringConstraints(pattern=r"^Q[0-9]{2}$")], QuestionRule]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The policy's word on one question; ``code`` says why it was refused."""

    decision: Decision
    code: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules, by question."""

    rules: dict[str, QuestionRule]

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
        price = sum(int(block.rho) for block in query.blocks)
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
        return Policy(_File.model_validate(content).questions)
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
