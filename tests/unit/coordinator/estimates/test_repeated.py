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
    assert q06.endswith("De kleinste marge heeft Q13, tabel 'Huishoudens naar aantal aanbieders'.")
    assert q13.endswith("Voor dit soort gebieden heeft deze tabel de kleinste marge.")


def test_tiers_are_told_of_the_others_and_are_pointed_at_by_none() -> None:
    q06, q09 = notes(answer("Q06", 90), answer("Q09", 1))
    assert q06 is not None
    assert q06.endswith("deze tabel de kleinste marge.")
    assert q09 is not None
    assert "De kleinste marge heeft Q06" in q09


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
    note, _ = notes(wijk, answer("Q06", 1))
    assert note is not None
    assert note.endswith("deze tabel de kleinste marge.")
