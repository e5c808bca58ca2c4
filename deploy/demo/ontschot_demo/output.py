# SPDX-License-Identifier: EUPL-1.2
"""Write the published answers as files: JSON, CSV, GeoJSON and maps, by the portal's exporter."""

import contextlib
import csv
import io
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from ontschot.portal.cli import export
from ontschot_demo.installing import Federation
from ontschot_demo.report import Answers

TABLES = {
    "Q01": ("estimate-sum-wijk", "estimate-sum-buurt", "sum-buurt"),
    "Q02": ("group-1-wijk", "group-4-wijk"),
    "Q03": ("jw-wijk", "wmo-wijk"),
    "Q04": ("sum-cluster", "served-cluster"),
    "Q06": ("estimate-all-buurt", "estimate-jw-buurt", "estimate-wmo-buurt"),
    "Q09": ("tiers-gemeente",),
    "Q13": ("providers-wijk",),
}
"""The tables that get files of their own, with a map where there is one, by question."""

COMPARISON = "vergelijking.csv"
"""Every answer with the truth beside it: there is such a file for made-up people only."""


def write_answers(
    federation: Federation,
    answers: Mapping[str, Mapping[str, Any]],
    folder: Path,
    written: Callable[[], None],
) -> None:
    """Write the files of each answer, as ``ontschot-portal export`` does.

    ``written`` is called after each table.
    """
    for question, answer in answers.items():
        for table in TABLES[question]:
            with contextlib.redirect_stdout(io.StringIO()):
                export(
                    answer["id"],
                    coordinator=federation.coordinator.rest_url,
                    output=folder / question / table,
                    table=table,
                )
            written()


def write_comparison(tables: Iterable[Answers], file: Path) -> None:
    """Write every answer and the truth as CSV (``;``, euros in whole euros)."""
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
        writer.writerow(
            ("vraag", "tabel", "uitkomst", "gebied", "antwoord", "laag", "hoog", "echt", "klopt")
        )
        for table in tables:
            cents = 100 if table.unit == "euros" else 1
            for group in table.groups:
                for row in group.rows:
                    shown = row.shown // cents if isinstance(row.shown, int) else row.shown.nl
                    truth = "" if row.truth is None else row.truth // cents
                    writer.writerow(
                        (
                            *(text.nl for text in (table.question, table.title, group.outcome)),
                            *(row.area, shown, row.low // cents, row.high // cents, truth),
                            {True: "ja", False: "nee", None: ""}[row.holds],
                        )
                    )
