# SPDX-License-Identifier: EUPL-1.2
"""Errors of planning and asking the questions of a round together.

::

    Misconfigured
    └── MalformedPlan       a plan file that cannot be read
    Refusal
    ├── PlanOverBudget      more than a year's account has left
    ├── NoUsableLevel       a question whose answer no area could use
    ├── QuestionNotInRound  a question that the round was not opened for
    └── NotOneBatch         files that are no batch of one round
"""

from ontschot.protocol.errors import Misconfigured, Refusal
from ontschot.protocol.language import Text


class MalformedPlan(Misconfigured):
    """A plan file that is not TOML, or has other fields; the detail names the place."""

    code = "malformed-plan"
    title = Text("Het plan is niet te lezen", "The plan cannot be read")
    remedy = Text("Verbeter de regel die genoemd is.", "Mend the line that is named.")


class PlanOverBudget(Refusal):
    """The questions would take more than an account has left."""

    code = "plan-over-budget"
    title = Text(
        "Er is te weinig privacybudget over voor deze vragen",
        "Too little of the privacy budget is left for these questions",
    )
    remedy = Text(
        "Vraag minder, of kies een lagere waarde voor 'rho' in het plan.",
        "Ask less, or choose a lower value of 'rho' in the plan.",
    )
    http_status = 409


class NoUsableLevel(Refusal):
    """No table of the question is expected to be usable at any area level, at this price."""

    code = "no-usable-level"
    title = Text(
        "Het antwoord op deze vraag wordt overal te onzeker",
        "The answer to this question will be too uncertain everywhere",
    )
    remedy = Text(
        "Geef deze vraag een groter deel van het budget, of laat haar weg uit het plan.",
        "Give this question a larger part of the budget, or leave it out of the plan.",
    )
    http_status = 422


class QuestionNotInRound(Refusal):
    """The round lacks a variable or an area map of the question."""

    code = "question-not-in-round"
    title = Text(
        "Deze meetronde is niet voor deze vraag geopend",
        "This round was not opened for this question",
    )
    remedy = Text(
        "Laat de vraag weg uit het plan, of open een meetronde met deze vraag.",
        "Leave the question out of the plan, or open a round with this question.",
    )
    http_status = 422


class NotOneBatch(Refusal):
    """Files of several rounds, or one question of the catalogue twice."""

    code = "not-one-batch"
    title = Text("Deze vragen horen niet bij elkaar", "These questions do not belong together")
    remedy = Text(
        "Neem vragen van één meetronde, en elke vraag één keer.",
        "Take questions of one round, and each question once.",
    )
    http_status = 422
