# SPDX-License-Identifier: EUPL-1.2
"""What the reading guide says of errors is what was measured, in both languages."""

import re
from collections.abc import Iterator

import pytest

from docs.sources import DOCS

PLACES = ("Zwijndrecht and Hendrik-Ido-Ambacht", "Voorbeeldstad")
LEVELS = (("gemeente", "all"), ("wijk", "all"), ("buurt", "250 or more"))
ROWS = {
    "huishoudens met hulp": ("Q06", ("households with care, all care",)),
    "huishoudens met hulp, één wet": (
        "Q06", ("households with care, Jeugdwet", "households with care, Wmo"),
    ),
    "kosten": ("Q01", ("cost, all care",)),
}  # fmt: skip
COLUMNS = {"direct": 3, "schatting": 5}
SLACK = 0.15
"""The guide rounds, and a new measurement that says the same need not change it."""


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def numbers(text: str) -> list[float]:
    return [float(found.replace(",", ".")) for found in re.findall(r"\d+(?:[.,]\d+)?", text)]


def guide(name: str) -> list[list[str]]:
    lines = (DOCS / name).read_text(encoding="utf-8").splitlines()
    return [row for line in lines if line.startswith("|") and len(row := cells(line)) == 5]


def measured(place: str, question: str, what: str, level: tuple[str, str], column: int) -> float:
    text = (DOCS / "utility.md").read_text(encoding="utf-8")
    section = text.split(f"### {question} ({place})\n")[1].split("\n###")[0]
    for line in section.splitlines():
        row = cells(line)
        if row[:3] == [what, *level]:
            return numbers(row[column])[0]
    raise AssertionError((place, question, what, level))


def claims() -> Iterator[tuple[str, str, int, int, list[float]]]:
    for what, kind, *figures in guide("cijfers-lezen.md"):
        if what not in ROWS:
            continue
        for level, figure in enumerate(figures):
            for place, part in enumerate(figure.split("/")):
                yield what, kind, level, place, numbers(part)


@pytest.mark.parametrize(("what", "kind", "level", "place", "said"), list(claims()))
def test_an_error_is_as_it_was_measured(
    what: str, kind: str, level: int, place: int, said: list[float]
) -> None:
    question, names = ROWS[what]
    for name in names:
        found = measured(PLACES[place], question, name, LEVELS[level], COLUMNS[kind])
        slack = max(0.5, SLACK * found)
        assert min(said) - slack <= found <= max(said) + slack


def test_both_languages_give_the_same_numbers() -> None:
    found = list(claims())
    assert len(found) == 6 * 3 * 2
    dutch = [numbers(" ".join(row[2:])) for row in guide("cijfers-lezen.md")[1:]]
    english = [numbers(" ".join(row[2:])) for row in guide("reading-figures.md")[1:]]
    assert dutch == english
