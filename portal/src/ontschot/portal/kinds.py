# SPDX-License-Identifier: EUPL-1.2
"""The three kinds of figures: what each is called, what it is, and what it can and cannot bear.

The words are those of ``docs/glossary.md``; the whole account is ``docs/cijfers-lezen.md``.
"""

from dataclasses import dataclass

from ontschot.portal.answers import Answer, Estimator, Table
from ontschot.protocol.language import Language, Text
from ontschot.protocol.results.table_ids import source_id


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of figures: its name, what it is in one sentence, and what it can bear."""

    name: Text
    what: Text
    bears: Text


KINDS: dict[Estimator, Kind] = {
    "direct": Kind(
        Text("direct", "direct"),
        Text(
            "Dit is het getal zoals het uit de berekening komt, met ruis.",
            "This is the number as it comes out of the computation, with noise.",
        ),
        Text(
            "Goed om te controleren, en om twee meetrondes te vergelijken. "
            "De marge gaat alleen over ruis. "
            "Kosten tellen mee tot een maximum per huishouden. "
            "Wat daarboven komt, zit niet in het cijfer en niet in de marge.",
            "Good for checking, and for comparing two rounds. "
            "The margin is about noise alone. "
            "Cost counts up to a maximum per household. "
            "What is above it is neither in the figure nor in the margin.",
        ),
    ),
    "consistent": Kind(
        Text("optellend", "adding up"),
        Text(
            "Dit zijn de directe getallen, zo gemaakt dat kleine gebieden optellen tot grote.",
            "These are the direct numbers, made so that small areas add up to large ones.",
        ),
        Text(
            "Goed voor een tabel waarin de delen samen het geheel zijn. "
            "Over één klein gebied weet u er niet veel meer door.",
            "Good for a table whose parts make the whole. "
            "You hardly learn more about one small area.",
        ),
    ),
    "composite": Kind(
        Text("schatting", "estimate"),
        Text(
            "Dit is een schatting uit alle cijfers van de meetronde en openbare cijfers.",
            "This is an estimate from all figures of the round and public figures.",
        ),
        Text(
            "Goed om te zien waar veel en weinig hulp is. "
            "Kosten boven het maximum zijn erbij geschat. "
            "Een schatting trekt uitzonderingen naar het gewone toe. "
            "Beoordeel er daarom niet één buurt mee.",
            "Good for seeing where there is much and little care. "
            "Cost above the maximum is added by estimate. "
            "An estimate pulls exceptions towards the ordinary. "
            "So do not judge one neighbourhood by it.",
        ),
    ),
}


def other_kinds(answer: Answer, table: Table) -> list[Table]:
    """Return the tables of the same figures and areas that are of another kind, one for each."""
    core = source_id(table.id)
    related = [
        other
        for other in answer.tables
        if other.level == table.level
        and other.estimator != table.estimator
        and (source_id(other.id).endswith(core) or core.endswith(source_id(other.id)))
    ]
    # Of one direct table there may be several estimates: the one in its own unit comes first.
    related.sort(key=lambda other: other.unit != table.unit)
    first = {other.estimator: other for other in reversed(related)}
    return [first[kind] for kind in KINDS if kind in first]


def most_counted(answer: Answer, table: Table, language: Language) -> str:
    """Return what a protected unit counts for at most in this very table."""
    return (table.clamp or answer.clamp).of(language)


def explanation(table: Table, language: Language) -> str:
    """Return what the figures of a table are, and what must stand beside them."""
    what = KINDS[table.estimator].what.in_language(language)
    if table.note is None:
        return what
    # The note of a table that was made from others says what it is; that of a direct one does not.
    note = table.note.of(language)
    return f"{what} {note}" if table.estimator == "direct" else note
