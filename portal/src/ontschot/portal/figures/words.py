# SPDX-License-Identifier: EUPL-1.2
"""The words in figures, and the sentences that stand below every one of them."""

from collections.abc import Mapping
from typing import Any

from ontschot.portal.answers import Answer, Area, Figure, Output, Table, Unit
from ontschot.portal.figures.classes import Measure
from ontschot.portal.kinds import KINDS, explanation, most_counted
from ontschot.portal.numbers import (
    QUANTITIES,
    amount,
    day,
    decimal,
    loss_decimal,
    period,
    plain_decimal,
    shown_interval,
)
from ontschot.protocol.language import Language, Text
from ontschot.protocol.results import Rate, rate_of

CBS_SOURCE = Text(
    "Gebieden: CBS en Kadaster, CC BY 4.0.", "Boundaries: CBS and Kadaster, CC BY 4.0."
)


def boundary_source(boundaries: Mapping[str, Any]) -> Text:
    """Return whose boundaries these are: the file's ``attribution``, else CBS and Kadaster.

    It is one text for both languages, or an object with ``nl`` and ``en``.
    """
    stated = boundaries.get("attribution")
    if isinstance(stated, Mapping):
        nl, en = (stated.get(language) for language in ("nl", "en"))
        if isinstance(nl, str) and isinstance(en, str) and nl and en:
            return Text(f"Gebieden: {nl}.", f"Boundaries: {en}.")
    if not isinstance(stated, str) or not stated:
        return CBS_SOURCE
    return Text(f"Gebieden: {stated}.", f"Boundaries: {stated}.")


HOW_CERTAIN = Text("Hoe zeker is het?", "How certain is it?")
HOW_CERTAIN_MORE = Text(
    "marge (95 %) als deel van het cijfer", "margin (95 %) as part of the figure"
)
BELOW_TEN = Text("minder dan 10", "fewer than 10")
UNCERTAIN = Text("te onzeker om te tonen", "too uncertain to show")
NO_FIGURE = Text("geen cijfer", "no figure")
UP_TO = Text("tot en met {}", "up to {}")
OVER_UP_TO = Text("meer dan {} tot en met {}", "over {}, up to {}")
MORE_THAN = Text("meer dan {}", "more than {}")
LESS_THAN = Text("minder dan {}", "less than {}")
BETWEEN = Text("{} tot {}", "{} to less than {}")
FROM_TO = Text("{} tot en met {}", "{} to {}")
TO = Text(" tot ", " to ")
AND_MORE = Text("{} of meer", "{} or more")
PER_100 = Text("per 100 adressen", "per 100 addresses")
PER_ADDRESS = Text("per adres", "per address")
COVERAGE = Text("Dekking", "Coverage")
PERIOD = Text("Periode", "Period")
MARGIN = Text("marge", "margin")
INTERVAL = Text("95 %-marge", "95 % margin")
DOT = Text("cijfer met marge (95 %)", "figure with margin (95 %)")
DOT_UNCERTAIN = Text(
    "alleen de marge: te onzeker of minder dan 10",
    "margin only: too uncertain or fewer than 10",
)


def percent(part: float) -> str:
    """Return a part of one as ``10 %``."""
    return f"{round(part * 100)} %"


def measure_name(unit: Unit, measure: Measure, language: Language) -> str:
    """Return what the classes of a map count: ``huishoudens per 100 adressen``."""
    name = QUANTITIES[unit].in_language(language)
    if measure == "value":
        return name
    per = PER_ADDRESS if unit == "euroCents" else PER_100
    return f"{name} {per.in_language(language)}"


def measure_number(value: float, step: float, unit: Unit, language: Language) -> str:
    """Return a limit of a class, with as many decimals as its rounding asks."""
    if unit in ("euroCents", "permille"):
        return amount(value, unit, language)
    return decimal(value, language, places=1 if step < 1 else 0)


def figure_sentence(
    area: Area, figure: Figure, unit: Unit, measure: Measure, language: Language
) -> str:
    """Return all there is to say about one area: name, value, margin, and the rate."""
    says_it = unit in ("euroCents", "permille")
    unit_name = "" if says_it else f" {QUANTITIES[unit].in_language(language)}"
    interval = f"{INTERVAL.in_language(language)}: {shown_interval(figure, unit, language)}"
    shown = figure.shown.text.of(language)
    sentence = f"{area.name}: {shown}{unit_name if figure.shown.value is not None else ''}"
    rate = rate_of(figure, area.slots, unit)
    if measure == "rate" and rate is not None:
        name = measure_name(unit, "rate", language)
        number = measure_number(rate.value, 0.1, unit, language)
        name = name if unit != "euroCents" else PER_ADDRESS.in_language(language)
        return f"{sentence} ({interval}); {number} {name} ({rate_interval(rate, unit, language)})"
    return f"{sentence} ({interval})"


def rate_interval(rate: Rate, unit: Unit, language: Language) -> str:
    """Return the interval of a rate as it stands behind it: ``9,1 tot 9,5``."""
    ends = (measure_number(end, 0.1, unit, language) for end in (rate.low, rate.high))
    return TO.in_language(language).join(ends)


def figure_title(answer: Answer, table: Table, output: Output | None, language: Language) -> str:
    """Return the answer's title, with what tells this figure from others of the same answer.

    That is the outcome, if the table has several, and the table, if its level has several. What
    can be left out then is: the answer's title where an outcome follows, or where the table's own
    begins with it.
    """
    title, name = answer.title.of(language), table.title.of(language)
    titles = {other.title.of(language) for other in answer.tables if other.level == table.level}
    if output is not None and len(table.outputs) > 1:
        return f"{title if len(titles) == 1 else name}: {output.label.of(language)}"
    if len(titles) == 1:
        return title
    return name if name.startswith(title) else f"{title}: {name}"


def subtitle(answer: Answer, language: Language) -> str:
    """Return the question in plain words, with its period."""
    when = period(answer.period.first_day, answer.period.last_day, language)
    return f"{answer.wording.of(language)} {PERIOD.in_language(language)}: {when}."


def source_line(answer: Answer, table: Table, boundaries: Text | None, language: Language) -> str:
    """Return of what kind the figures are, and where they come from."""
    kind = KINDS[table.estimator].name
    count = answer.coverage.participants
    published = day(answer.published_at, language)
    line = Text(
        f"Soort cijfers: {kind.nl}. Bron: {count} zorgaanbieders, meetronde {answer.round}, "
        f"gepubliceerd op {published}.",
        f"Kind of figures: {kind.en}. Source: {count} care providers, round {answer.round}, "
        f"published on {published}.",
    ).in_language(language)
    coverage = (
        f"{Text('Dekking', 'Coverage').in_language(language)}: {answer.coverage.text.of(language)}."
    )
    parts = [line, coverage.replace("..", ".")]
    if boundaries is not None:
        parts.append(boundaries.in_language(language))
    return " ".join(parts)


def privacy_line(answer: Answer, table: Table, language: Language) -> str:
    """Return what is protected, how well, and what a unit counts for at most in the table."""
    privacy = answer.privacy
    epsilon, delta = loss_decimal(privacy.epsilon, language), plain_decimal(privacy.delta, language)
    unit = privacy.protected_unit.of(language)
    loss = f"(epsilon {epsilon}, delta {delta})"
    line = Text(
        f"Privacy: elk cijfer bevat ruis. Beschermd is {unit} {loss}.",
        f"Privacy: every figure holds noise. Protected is {unit} {loss}.",
    ).in_language(language)
    return f"{line} {most_counted(answer, table, language)}"


def note(answer: Answer, table: Table, language: Language) -> str:
    """Return what a file of its own says beside what there is to see: the note of its table.

    Kind, unit, round, coverage, protected unit, epsilon, maximum, and method.
    """
    unit = Text("Eenheid", "Unit").in_language(language)
    when = period(answer.period.first_day, answer.period.last_day, language)
    parts = [
        explanation(table, language),
        f"{unit}: {QUANTITIES[table.unit].in_language(language)}.",
        f"{PERIOD.in_language(language)}: {when}.",
        source_line(answer, table, None, language),
        privacy_line(answer, table, language),
        answer.method.of(language),
    ]
    return " ".join(parts)
