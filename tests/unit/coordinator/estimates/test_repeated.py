# SPDX-License-Identifier: EUPL-1.2
"""One quantity with several figures: every table says so, and which one is nearest."""

from dataclasses import replace
from fractions import Fraction

from ontschot.coordinator.estimates.repeated import with_notes
from ontschot.coordinator.results import Area, Result, build_result
from ontschot.protocol.catalogue.definitions import definition
from ontschot.protocol.language import Text
from unit.coordinator.results.samples import METADATA, bins_block

TIERS = tuple(Text(f"klasse {k}", f"tier {k}") for k in range(9))


def answer(question: str, sigma: int) -> Result:
    """Return a direct answer of one table that counts all households with care."""
    metadata = replace(METADATA, question=question, result_id=question)
    block = replace(bins_block([[9, 8, 7, 6, 5]] * 2), sigma=Fraction(sigma))
    if question == "Q06":
        count = bins_block([[9, 8, 7, 6, 5]] * 2).sums[:, :1]
        block = replace(
            block,
            id="all-gemeente",
            statistic="at-least",
            labels=(Text("Huishoudens", "Households"),),
            cumulative_labels=(),
            sums=count,
        )
    if question == "Q09":
        sums = bins_block([[9, 8, 7, 6, 5]] * 2).sums[:, [0] * 9]
        block = replace(block, id="tiers-gemeente", labels=TIERS, cumulative_labels=(), sums=sums)
    return build_result(metadata, [block])


def notes(*answers: Result) -> list[str | None]:
    """Return the Dutch notes of the first tables."""
    noted = with_notes([(definition(one.question), one) for one in answers])
    return [one.tables[0].note.nl if one.tables[0].note else None for one in noted]


def test_each_table_names_the_questions_and_the_nearest_one() -> None:
    q06, q13 = notes(answer("Q06", 20), answer("Q13", 4))
    assert q06 is not None
    assert q13 is not None
    assert "uit meer vragen: Q06 en Q13." in q06
    # Five bins of 4 are nearer than one count of 20.
    assert q06.endswith(
        "Gemiddeld de kleinste marge heeft Q13, tabel 'Huishoudens naar aantal aanbieders'."
    )
    assert q13.endswith("Voor dit soort gebieden heeft deze tabel gemiddeld de kleinste marge.")


def test_tiers_are_told_of_the_others_and_are_pointed_at_by_none() -> None:
    # The tiers have the smallest margin, and every note says that they are not among the compared.
    for note in notes(answer("Q06", 90), answer("Q09", 1), answer("Q13", 80)):
        assert note is not None
        assert "uit meer vragen: Q06, Q09 en Q13." in note
        assert note.endswith(
            " Tabellen met kostenklassen zijn daarbij niet meegeteld: daar telt een huishouden pas "
            "mee vanaf een eerste bedrag."
        )
    q06, q09, q13 = notes(answer("Q06", 90), answer("Q09", 1), answer("Q13", 80))
    assert "heeft deze tabel gemiddeld de kleinste marge." in (q06 or "")
    assert "Gemiddeld de kleinste marge heeft Q06" in (q09 or "")
    assert "Gemiddeld de kleinste marge heeft Q06" in (q13 or "")


def test_tiers_among_themselves_are_compared() -> None:
    known = definition("Q09")
    like = known.model_copy(update={"id": "Q99"})
    q09, q99 = with_notes([(known, answer("Q09", 1)), (like, answer("Q09", 5))])
    for result, end in (
        (q09, "Voor dit soort gebieden heeft deze tabel gemiddeld de kleinste marge."),
        (q99, "heeft Q09, tabel 'Huishoudens naar aantal aanbieders'."),
    ):
        note = result.tables[0].note
        assert note is not None
        assert note.nl.endswith(end)


def test_a_quantity_of_one_question_needs_no_words() -> None:
    assert notes(answer("Q13", 4)) == [None]


def test_a_note_goes_when_the_other_answer_does() -> None:
    known = definition("Q13")
    noted = with_notes([(known, answer("Q13", 4)), (definition("Q06"), answer("Q06", 5))])[0]
    assert noted.tables[0].note is not None
    (again,) = with_notes([(known, noted)])
    assert again.tables[0].note is None
    assert again == answer("Q13", 4)


def test_other_levels_are_no_rivals() -> None:
    area = (Area("WK064201", "Wijk 01", 2_300),)
    metadata = replace(METADATA, question="Q13", result_id="q13")
    wijk = build_result(metadata, [bins_block([[90, 8, 7, 6, 5]], area, Fraction(90))])
    assert notes(wijk, answer("Q06", 1)) == [None, None]
    # A question with tables at both levels is named at that of its rival alone.
    both = answer("Q13", 4)
    both = both.model_copy(update={"tables": (*both.tables, *wijk.tables)})
    noted, _ = with_notes(
        [(definition("Q13"), both), (definition("Q06"), answer("Q06", 1))],
    )
    assert [table.note is None for table in noted.tables] == [False, True]
