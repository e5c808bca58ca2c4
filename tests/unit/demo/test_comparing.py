# SPDX-License-Identifier: EUPL-1.2
"""The truth beside each answer, of a few households that are counted by hand."""

import io
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from ontschot.protocol.language import Text
from ontschot_demo.comparing import compare
from ontschot_demo.report import Answers, Report
from ontschot_demo.screen import print_report
from ontschot_demo.truth import Truth
from unit.demo.samples import Areas, answer, line, table, truth_of

CITY: Areas = {"GM9901": ["GM9901"]}
FIRST, SECOND, THIRD = "BU99010101", "BU99010102", "BU99010201"
BUURTEN: Areas = {code: [code] for code in (FIRST, SECOND, THIRD)}

# Where a household may live: two in the first buurt, one in each of the others, one in no file.
ONE = {"huisnummer": "1"}
TWO = {"huisnummer": "2"}
SPOT = {"huisnummer": "2", "huisletter": "A"}
NEXT = {"postcode": "1995AB", "huisnummer": "7", "toevoeging": "1"}
FAR = {"postcode": "1996CC", "huisnummer": "7"}
NOWHERE = {"postcode": "1999ZZ", "huisnummer": "3"}

SPREAD = (
    line(1, bedrag_cent="30000", **ONE),
    line(2, agb="99010002", bedrag_cent="70000", **ONE),
    line(3, bedrag_cent="99999", **TWO),
    line(4, bedrag_cent="60000000", **SPOT),
    line(5, bedrag_cent="9999", **NEXT),
    line(6, bedrag_cent="10000", **FAR),
    line(7, bedrag_cent="500000", **NOWHERE),
)
"""€ 1,000 at two providers; € 999.99; € 600,000; € 99.99; € 100; and € 5,000 outside every area."""


def _truths(tables: list[Answers]) -> list[list[list[int | None]]]:
    """Return the truth of each table, outcome and area."""
    return [[[row.truth for row in group.rows] for group in one.groups] for one in tables]


def _only(question: str, truth: Truth, *tables: dict[str, Any]) -> list[list[list[int | None]]]:
    return _truths(list(compare(question, answer(question, *tables), truth)))


def test_totals_are_cut_off_per_household_and_estimates_are_not(tmp_path: Path) -> None:
    # Q01 cuts off at € 150,000 in a gemeente and at € 20,000 in a buurt.
    money: dict[str, Any] = {"unit": "euroCents", "capCents": 1}
    with truth_of(tmp_path, *SPREAD) as truth:
        found = compare(
            "Q01",
            answer(
                "Q01",
                table("sum-gemeente", CITY, **money, statistic="capped"),
                table("sum-buurt", BUURTEN, **money, statistic="capped"),
                table("estimate-sum-buurt", BUURTEN, **money, statistic="total"),
                table("estimate-sum-gemeente", CITY, **money, statistic="total"),
            ),
            truth,
        )
        assert _truths(list(found)) == [
            [[15_000_000 + 100_000 + 99_999 + 9_999 + 10_000 + 500_000]],
            [[60_000_000 + 100_000 + 99_999 + 9_999 + 10_000 + 500_000]],
            [[2_000_000 + 100_000 + 99_999, 9_999, 10_000]],
            [[60_000_000 + 100_000 + 99_999, 9_999, 10_000]],
        ]


def test_an_estimate_stands_behind_its_own_table_and_made_to_add_up_is_left_out(
    tmp_path: Path,
) -> None:
    tables = [
        table(name, CITY, statistic="at-least")
        for name in ("all-gemeente", "jw-gemeente", "estimate-jw-gemeente", "estimate-all-gemeente")
    ]
    tables.append(table("consistent-all-gemeente", CITY, estimator="consistent"))
    for one in tables:
        one["title"] = {"nl": one["id"], "en": one["id"]}
    with truth_of(tmp_path, *SPREAD) as truth:
        found = [one.title.nl for one in compare("Q06", answer("Q06", *tables), truth)]
    assert [title.split(" ")[0] for title in found] == [
        "all-gemeente", "estimate-all-gemeente", "jw-gemeente", "estimate-jw-gemeente",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cents", "bins"),
    [
        ("1999999", [0, 0, 0]),
        ("2000000", [1, 0, 0]),
        ("7499999", [1, 0, 0]),
        ("7500000", [0, 1, 0]),
        ("14999999", [0, 1, 0]),
        ("15000000", [0, 0, 1]),
        ("99999999", [0, 0, 1]),
    ],
)
def test_a_bin_holds_its_lower_edge_and_not_its_upper(
    tmp_path: Path, cents: str, bins: list[int]
) -> None:
    # From € 20,000, € 75,000 and € 150,000 on; behind them stand "from the first on" and so on.
    with truth_of(tmp_path, line(1, bedrag_cent=cents), line(2, bedrag_cent="1", **TWO)) as truth:
        found = _only("Q01", truth, table("above-cap", CITY, outputs=3, derived=2))
    derived = [sum(bins), sum(bins[1:])]
    assert found == [[[number] for number in bins + derived]]


def test_a_total_at_the_edge_of_a_tier_is_of_all_providers_together(tmp_path: Path) -> None:
    # Tiers from € 100, € 1,000, € 5,000, ... and € 500,000 on.
    with truth_of(tmp_path, *SPREAD) as truth:
        tiers = _only("Q09", truth, table("tiers-gemeente", CITY, outputs=9, derived=8))
    bins = [2, 1, 1, 0, 0, 0, 0, 0, 1]
    from_each = [5, 3, 2, 1, 1, 1, 1, 1]
    assert tiers == [[[number] for number in bins + from_each]]


def test_households_above_a_cap_of_one_kind_of_care(tmp_path: Path) -> None:
    # Help at home (Wmo): from € 15,000 on. Other care of the same household does not count.
    with truth_of(
        tmp_path,
        line(1, wet="WMO", categorie="01", bedrag_cent="1499999"),
        line(2, wet="WMO", categorie="11", bedrag_cent="1499999"),
        line(3, wet="WMO", categorie="02", bedrag_cent="1500000", **TWO),
        line(4, bedrag_cent="9900000", **FAR),
    ) as truth:
        capped: dict[str, Any] = {"statistic": "capped", "unit": "euroCents", "capCents": 1}
        found = _only(
            "Q02",
            truth,
            table("group-1-above", CITY, statistic="at-least"),
            table("group-1-gemeente", CITY, **capped),
            table("group-2-gemeente", CITY, **capped),
            table("group-3-gemeente", CITY, **capped),
            table("group-4-gemeente", CITY, **capped),
        )
    # Youth care without stay is cut off at € 25,000.
    assert found == [[[1]], [[1_499_999 + 1_500_000]], [[1_499_999]], [[0]], [[2_500_000]]]


def test_households_are_counted_per_area_and_law(tmp_path: Path) -> None:
    wmo = {"wet": "WMO", "categorie": "01"}
    buurten: Areas = {FIRST: [FIRST], f"{SECOND}+1": [SECOND, THIRD], "BU99010301": []}
    with truth_of(
        tmp_path,
        line(1, **ONE),
        line(2, **ONE, **wmo),
        line(3, **TWO, **wmo),
        line(4, **NEXT),
        line(5, **FAR, **wmo),
        line(6, **NOWHERE),
    ) as truth:
        found = _only(
            "Q06",
            truth,
            *(table(f"{law}-gemeente", CITY, statistic="at-least") for law in ("all", "jw", "wmo")),
            *(table(f"{law}-buurt", buurten, statistic="at-least") for law in ("all", "jw", "wmo")),
            table("estimate-jw-buurt", buurten, statistic="at-least"),
        )
    # A household in no public file counts in its gemeente and in no buurt; nobody lives in the
    # last. The estimate stands behind its own table.
    gemeente = [[[5]], [[3]], [[3]]]
    assert found == [*gemeente, [[2, 2, 0]], *[[[1, 1, 0]]] * 2, [[2, 1, 0]]]


def test_pieces_of_a_buurt_are_joined(tmp_path: Path) -> None:
    pieces: Areas = {
        f"{FIRST}-1995AA": [f"{FIRST}-1995AA"],
        f"{SECOND}-1995AB+1": [f"{SECOND}-1995AB", f"{THIRD}-1996CC"],
    }
    capped: dict[str, Any] = {"statistic": "capped", "unit": "euroCents", "capCents": 1}
    with truth_of(tmp_path, *SPREAD) as truth:
        found = _only(
            "Q04",
            truth,
            table("sum-cluster", pieces, **capped),
            table("estimate-sum-cluster", pieces, **capped | {"statistic": "total"}),
            table("served-cluster", pieces, statistic="at-least"),
            table("above-cap", CITY, statistic="at-least"),
        )
    # Cut off at € 25,000; a household outside every piece is in none, and above no cap.
    assert found == [
        [[2_500_000 + 100_000 + 99_999, 19_999]],
        [[60_000_000 + 100_000 + 99_999, 19_999]],
        [[3, 2]],
        [[1]],
    ]


def test_numbers_of_providers(tmp_path: Path) -> None:
    lines = [line(k, agb=f"9901000{k}", **ONE) for k in range(1, 7)]
    lines += [line(k, agb=f"9901000{k}", **NOWHERE) for k in (7, 8)]
    lines += [line(9, agb="99010001", **TWO), line(10, agb="99010001", **FAR)]
    lines += [line(11, agb="99010001", categorie="44", **FAR)]
    wijken: Areas = {"WK990101": ["WK990101"], "WK990102": ["WK990102"]}
    with truth_of(tmp_path, *lines) as truth:
        found = _only(
            "Q13",
            truth,
            table("providers-gemeente", CITY, outputs=5, derived=4),
            table("providers-wijk", wijken, outputs=5, derived=4),
        )
    # One household with six, one with two, two with one; the one with two is in no wijk.
    assert found == [
        [[2], [1], [0], [0], [1], [4], [2], [1], [1]],
        [[1, 1], [0, 0], [0, 0], [0, 0], [1, 0], [2, 1], [1, 0], [1, 0], [1, 0]],
    ]


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(5, 5, "ja"), (0, 5, "ja"), (5, 10, "ja"), (6, 10, "nee"), (0, 4, "nee")],
)
def test_an_interval_without_the_truth_is_shown_as_such(
    tmp_path: Path, low: int, high: int, verdict: str
) -> None:
    """Also of a figure that is hidden: its interval is shown all the same."""
    lines = [line(k, **at) for k, at in enumerate((ONE, TWO, SPOT, NEXT, FAR), start=1)]
    one = table("all-gemeente", CITY, shown=(7, low, high), statistic="at-least")
    hidden = table("jw-gemeente", CITY, shown=(7, low, high), statistic="at-least")
    shown = hidden["areas"][0]["figures"][0]["shown"]
    hidden["areas"][0]["figures"][0]["shown"] = shown | {"value": None}
    with truth_of(tmp_path, *lines) as truth:
        tables = tuple(compare("Q06", answer("Q06", one, hidden), truth))
    assert [row.truth for found in tables for row in found.rows] == [5, 5]
    assert [row.shown for found in tables for row in found.rows] == [7, Text("x", "x")]
    target = io.StringIO()
    report = Report(Text("t", "t"), tables, ())
    print_report(report, Console(file=target, width=80), "nl")
    printed = [text.split() for text in target.getvalue().splitlines() if "naam GM9901" in text]
    assert [words[-1] for words in printed] == [verdict, verdict]
    held = {"ja": 2, "nee": 0}[verdict]
    assert f"Bij {held} van de 2 antwoorden" in target.getvalue()


def test_titles_say_level_and_cap(tmp_path: Path) -> None:
    tables = [
        table("sum-gemeente", CITY, statistic="capped", unit="euroCents", capCents=15_000_000),
        table("above-cap", CITY, outputs=3, derived=2),
        table("above-cap", CITY, outputs=3, derived=2, level="pc6-cluster"),
    ]
    with truth_of(tmp_path, *SPREAD) as truth:
        found = list(compare("Q01", answer("Q01", *tables), truth))
    assert found[0].title == Text(
        "Tabel per gemeente, tot € 150.000 elk", "Table by gemeente, up to €150,000 each"
    )
    assert found[1].title.nl == "Tabel per gemeente"
    assert found[2].title == Text("Tabel per stukje buurt", "Table by piece of a buurt")
    assert [one.unit for one in found] == ["euros", "households", "households"]
    assert found[0].question == Text("Q01 Vraag", "Q01 Question")
