# SPDX-License-Identifier: EUPL-1.2
"""One quantity, several figures: households with care, in every answer of a round that has them.

Each question that counts them is a measurement with noise of its own, and tables of one answer
differ in how they came about, so a reader finds several values of one thing. The estimates already
combine them: the models weigh every released count by its variance. They are not all the same model
(``households``), and direct figures stay as opened. So every table says that the others exist, and
which has the smallest standard error, in the mean over its areas, of those at its level. Tiers of
cost begin at a first amount, so what they count is nearly the same thing: their tables get the
note, no note points to them, and where there are any it says that they are left out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ontschot.coordinator.results.build import localised
from ontschot.coordinator.results.document import Result, Table
from ontschot.protocol.catalogue.definitions import BlockDefinition, Definition
from ontschot.protocol.language import Text
from ontschot.protocol.results.table_ids import source_id

_BOTH_LAWS = ("JW", "WMO")


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """A table with a column of all households with care, and the mean of its standard errors."""

    question: str
    table: Table
    error: float
    is_exact: bool


def with_notes(published: Sequence[tuple[Definition, Result]]) -> list[Result]:
    """Return the answers, with a note at tables of what other answers of the round count as well.

    Notes of direct tables are replaced; to those of other tables the sentence is added, so these
    are to be new.
    """
    found = [one for known, result in published for one in _found(known, result)]
    notes = {id(one.table): note for one in found if (note := _note(one, found)) is not None}
    return [
        result.model_copy(
            update={"tables": tuple(_noted(table, notes.get(id(table))) for table in result.tables)}
        )
        for _, result in published
    ]


def _found(known: Definition, result: Result) -> Iterator[_Found]:
    blocks = {block.id: block for block in known.blocks}
    for table in result.tables:
        name = source_id(table.id)
        name = name if name in blocks else name.removeprefix("counts-")
        if name not in blocks or table.unit != "households" or not table.areas:
            continue
        key = _key(known, blocks[name])
        place = next((k for k, output in enumerate(table.outputs) if output.key == key), None)
        if place is not None:
            errors = [area.figures[place].standard_error for area in table.areas]
            variable = known.source(blocks[name].variable)
            is_exact = variable is None or variable.measure == "served"
            yield _Found(known.id, table, sum(errors) / len(errors), is_exact)


def _key(known: Definition, block: BlockDefinition) -> str | None:
    """Return the key of the column of all households with care, if a block has one."""
    variable = known.source(block.variable)
    if not block.thresholds or block.thresholds[0] != 1:
        return None
    if variable is None:
        code = next(code for code in known.codes if code.id == block.variable)
        return "atLeast1" if block.statistic == "bins" and code.is_number else None
    if tuple(sorted(variable.wetten)) != _BOTH_LAWS or variable.groups:
        return None
    return {"at-least": "count1", "bins": "atLeast1"}.get(block.statistic)


def _note(one: _Found, found: Sequence[_Found]) -> Text | None:
    """Return what stands at a table: who else counts this at its level, and which is nearest.

    None where no other question does.
    """
    same = [other for other in found if other.table.level == one.table.level]
    questions = sorted({other.question for other in same})
    if len(questions) < 2:
        return None
    rivals = [other for other in same if other.is_exact] or same
    best = min(rivals, key=lambda other: (other.error, other.question, other.table.id))
    parts = [_measured_apart(questions), _nearest(best, is_here=best is one)]
    if len(rivals) < len(same):
        parts.append(_TIERS)
    return Text(" ".join(part.nl for part in parts), " ".join(part.en for part in parts))


_TIERS = Text(
    "Tabellen met kostenklassen zijn daarbij niet meegeteld: daar telt een huishouden pas mee "
    "vanaf een eerste bedrag.",
    "Tables of tiers of cost are left out of that: there a household counts from a first amount "
    "on.",
)


def _measured_apart(questions: Sequence[str]) -> Text:
    nl = f"{', '.join(questions[:-1])} en {questions[-1]}"
    en = f"{', '.join(questions[:-1])} and {questions[-1]}"
    return Text(
        f"Hoeveel huishoudens hulp hebben, volgt in deze meetronde uit meer vragen: {nl}. Elke "
        "vraag is apart gemeten, met eigen ruis. Daarom verschillen de getallen.",
        f"How many households have care follows from several questions of this round: {en}. Each "
        "was measured by itself, with its own noise. That is why the figures differ.",
    )


def _nearest(best: _Found, *, is_here: bool) -> Text:
    if is_here:
        return Text(
            "Voor dit soort gebieden heeft deze tabel gemiddeld de kleinste marge.",
            "For areas of this kind this table has the smallest margin on average.",
        )
    title = best.table.title
    return Text(
        f"Gemiddeld de kleinste marge heeft {best.question}, tabel '{title.nl}'.",
        f"The smallest margin on average is that of {best.question}, table '{title.en}'.",
    )


def _noted(table: Table, note: Text | None) -> Table:
    kept = None if table.estimator == "direct" else table.note
    if note is None:
        return table.model_copy(update={"note": kept})
    nl, en = (f"{kept.nl} {note.nl}", f"{kept.en} {note.en}") if kept else (note.nl, note.en)
    return table.model_copy(update={"note": localised(Text(nl, en))})
