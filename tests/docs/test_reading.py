# SPDX-License-Identifier: EUPL-1.2
"""What the reading guide says of errors is what was measured, in both languages.

Where this fails after a new measurement, the guide is stale: the message says what it tells and
what was measured.
"""

import re
from collections.abc import Iterator

import pytest

from docs.sources import DOCS

PLACES = ("Zwijndrecht and Hendrik-Ido-Ambacht", "Voorbeeldstad")
GEMEENTE, WIJK, BUURT = ("gemeente", "all"), ("wijk", "all"), ("buurt", "250 or more")
LEVELS = (GEMEENTE, WIJK, BUURT)
ROWS = {
    "huishoudens met hulp": ("Q06", ("households with care, all care",)),
    "huishoudens met hulp, één wet": (
        "Q06", ("households with care, Jeugdwet", "households with care, Wmo"),
    ),
    "kosten": ("Q01", ("cost, all care",)),
}  # fmt: skip
COLUMNS = {"direct": 3, "schatting": 5}
DIRECT, COMPOSITE = COLUMNS.values()
MEDIAN, TENTH, COVERED = 0, 1, 2
SLACK = 0.15
"""The guide rounds, and a new measurement that says the same need not change it."""

N = r"(\d+(?:[.,]\d+)?)"
TIERS = ("€100", "€1,000", "€5,000", "€10,000", "€25,000")


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def numbers(text: str) -> list[float]:
    return [float(found.replace(",", ".")) for found in re.findall(r"\d+(?:[.,]\d+)?", text)]


def guide(name: str) -> list[list[str]]:
    lines = (DOCS / name).read_text(encoding="utf-8").splitlines()
    return [row for line in lines if line.startswith("|") and len(row := cells(line)) == 5]


def rows(place: str, question: str) -> list[list[str]]:
    text = (DOCS / "utility.md").read_text(encoding="utf-8")
    section = text.split(f"### {question} ({place})\n")[1].split("\n###")[0]
    return [cells(line) for line in section.splitlines() if line.startswith("|")]


def measured(
    place: str, question: str, what: str, level: tuple[str, str], column: int, which: int = MEDIAN
) -> float:
    for row in rows(place, question):
        if row[:3] == [what, *level]:
            return numbers(row[column])[which]
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
        # The guide rounds to whole per cents, and below one to tenths.
        slack = 0.1 if found < 1 and min(said) != 1 else max(0.5, 0.05 * found)
        assert min(said) - slack <= found <= max(said) + slack, found


def test_both_languages_give_the_same_numbers() -> None:
    found = list(claims())
    assert len(found) == 6 * 3 * 2
    dutch = [numbers(" ".join(row[2:])) for row in guide("cijfers-lezen.md")[1:]]
    english = [numbers(" ".join(row[2:])) for row in guide("reading-figures.md")[1:]]
    assert dutch == english


def each(question: str, what: str, level: tuple[str, str], column: int, which: int) -> list[float]:
    """Return one figure of both places."""
    return [measured(place, question, what, level, column, which) for place in PLACES]


def over(figures: list[float]) -> list[float]:
    return [min(figures), max(figures)]


def groups(place: str) -> list[float]:
    """Return the least and the largest error of a group's cost per gemeente."""
    names = [f"cost, group {number}" for number in range(1, 9)]
    return over([measured(place, "Q02", name, GEMEENTE, DIRECT) for name in names])


def tails(place: str) -> list[float]:
    """Return the least and the largest error of so much or more, up to 25,000 euros."""
    names = [f"households, all care: {start} or more" for start in TIERS]
    return over([measured(place, "Q09", name, GEMEENTE, COMPOSITE) for name in names])


def covered() -> list[float]:
    """Return how seldom and how often intervals of a class hold the truth, over both places."""
    return over(
        [
            numbers(row[COMPOSITE])[-1]
            for place in PLACES
            for row in rows(place, "Q09")
            if row[2] == "all" and not row[0].startswith("share")
        ]
    )


def worst() -> list[float]:
    """Return the median error of cost per buurt under the distribution where it is largest."""
    text = (DOCS / "utility.md").read_text(encoding="utf-8").split("## Targets")[1]
    start = "| cost, all care, per buurt of 250 or more: median relative error |"
    found = [cells(line)[2:] for line in text.splitlines() if line.startswith(start)]
    return [max(numbers(cell)[0] for cell in row) for row in found]


def cost_tenths() -> list[float]:
    levels = [each("Q01", "cost, all care", level, COMPOSITE, TENTH) for level in LEVELS]
    return [figure for level in levels for figure in level]


def share(which: int) -> list[float]:
    return each("Q09", "share of the dearest 3 %", GEMEENTE, COMPOSITE, which)


def from_100_000() -> list[float]:
    name = "households, all care: €100,000 or more"
    return each("Q09", name, GEMEENTE, COMPOSITE, MEDIAN)


def both_laws(level: tuple[str, str], column: int) -> list[float]:
    return each("Q12", "households with care: both laws", level, column, MEDIAN)


def providers(number: int, level: tuple[str, str]) -> list[float]:
    return each("Q13", f"households, all care: providers {number}", level, DIRECT, MEDIAN)


SAID = {
    "cost, one area in ten": (
        rf"{N} % / {N} % bij een gemeente, {N} % / {N} % bij een wijk, en {N} % / {N} % bij een",
        rf"{N}% / {N}% for a gemeente, {N}% / {N}% for a wijk, and {N}% / {N}% for a buurt",
        cost_tenths,
    ),
    "cost per buurt, very skewed": (
        rf"in de helft van de gevallen meer dan {N} à {N} %",
        rf"for a buurt in half of the cases more than {N} to {N}%",
        worst,
    ),
    "cost per kind of care": (
        rf"{N} tot {N} % naast de echte kosten \(Voorbeeldstad: {N} tot {N} %\)",
        rf"{N} to {N}% off the real cost \(Voorbeeldstad: {N} to {N}%\)",
        lambda: groups(PLACES[0]) + groups(PLACES[1]),
    ),
    "the dearest 3 %": (
        rf"{N} punt ernaast \(Voorbeeldstad: {N} punt\)",
        rf"{N} points off in the measurement \(Voorbeeldstad: {N} points\)",
        lambda: share(MEDIAN),
    ),
    "the dearest 3 %, one in ten": (
        rf"één op de tien gevallen meer dan {N} \({N}\) punten",
        rf"one case in ten more than {N} \({N}\) points",
        lambda: share(TENTH),
    ),
    "classes up to 25,000": (
        rf"{N} à {N} % ernaast \(Voorbeeldstad: tot {N} %\)",
        rf"{N} to {N}% off there \(Voorbeeldstad: up to {N}%\)",
        lambda: tails(PLACES[0]) + tails(PLACES[1])[1:],
    ),
    "classes above 100,000": (
        rf"weinig gezinnen: {N} % \({N} %\)",
        rf"few families: {N}% \({N}%\)",
        from_100_000,
    ),
    "margins of classes": (
        rf"per klasse, {N} tot {N} van de 100 keer",
        rf"per class, {N} to {N} of 100 times",
        covered,
    ),
    "both laws, gemeente": (
        rf"per gemeente {N} % naast \(Voorbeeldstad: {N} %\)",
        rf"{N}% off per gemeente \(Voorbeeldstad: {N}%\)",
        lambda: both_laws(GEMEENTE, COMPOSITE),
    ),
    "both laws, wijk": (
        rf"{N} %\), per wijk {N} % \({N} %\)\. Direct is dat per wijk {N} % \({N} %\)",
        rf"{N}%\), and {N}% \({N}%\) per wijk\. Direct that is {N}% \({N}%\) per wijk",
        lambda: (
            both_laws(GEMEENTE, COMPOSITE)[1:]
            + both_laws(WIJK, COMPOSITE)
            + both_laws(WIJK, DIRECT)
        ),
    ),
    "two providers": (
        rf"Twee aanbieders: per gemeente {N} % \({N} %\), per wijk {N} % \({N} %\)",
        rf"Two providers: {N}% \({N}%\) per gemeente, {N}% \({N}%\) per wijk",
        lambda: providers(2, GEMEENTE) + providers(2, WIJK),
    ),
    "three providers": (
        rf"Drie aanbieders: per wijk {N} % \({N} %\)",
        rf"Three providers: {N}% \({N}%\) per wijk",
        lambda: providers(3, WIJK),
    ),
}  # fmt: skip
"""Sentences of the guide with figures, in Dutch and English, and where the figures come from."""


def said(name: str, pattern: str) -> list[float]:
    text = " ".join((DOCS / name).read_text(encoding="utf-8").split())
    (found,) = re.findall(pattern, text)
    return [float(one.replace(",", ".")) for one in found]


@pytest.mark.parametrize("name", SAID)
def test_a_sentence_with_figures_says_what_was_measured(name: str) -> None:
    dutch, english, source = SAID[name]
    figures, found = said("cijfers-lezen.md", dutch), source()
    assert said("reading-figures.md", english) == figures
    assert len(figures) == len(found)
    for one, real in zip(figures, found, strict=True):
        assert abs(one - real) <= max(0.5, SLACK * real), (figures, found)
