# SPDX-License-Identifier: EUPL-1.2
"""A result as CSV, for spreadsheets.

A row that is taken out of its file still says what it is: each carries the kind of its figure, the
unit, the interval, the protected unit, epsilon, the clamp of its table, the note, the coverage, the
round and the method.
"""

import csv
import io
from collections.abc import Iterator

from ontschot.protocol.results.shapes import Area, Figure, Output, Result, Table
from ontschot.protocol.results.words import UNITS, rest_name

CSV_COLUMNS = (
    "resultaat", "vraag", "titel", "meetronde", "periode_van", "periode_tot",
    "tabel", "tabel_titel", "soort", "niveau", "gebied", "naam", "adressen",
    "uitkomst", "omschrijving", "afgeleid", "eenheid",
    "waarde", "standaardfout", "laag_95", "hoog_95", "getoond", "getoond_laag", "getoond_hoog",
    "beschermde_eenheid", "rho", "epsilon", "delta", "ruis",
    "maximum", "maximum_euro",
    "aanbieders", "dekking", "proef", "methode", "toelichting", "opmerkingen", "manifest",
)  # fmt: skip

_ESTIMATOR = {"direct": "direct", "consistent": "optellend", "composite": "schatting"}
_NODES_NOISE, _HELPERS_NOISE = "van elke aanbieder", "van de helpers"
_PER_UNIT = {"euroCents": 100, "permille": 10}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def to_csv(result: Result) -> str:
    """Return all tables of ``result`` as CSV: ``;``, decimal comma, one row for each figure.

    Sums are in euros, shares in per cent. Texts that a spreadsheet would run as a formula get an
    apostrophe in front (OWASP, CSV injection); numbers are written by this module and are never
    texts.
    """
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    for table in result.tables:
        rows = [(area, area.name) for area in table.areas]
        rows += [(area, rest_name(area.name, table.level).nl) for area in table.rest]
        for area, name in rows:
            for output, figure in zip(table.outputs, area.figures, strict=True):
                writer.writerow(_csv_row(result, table, (area, name), output, figure))
    return target.getvalue()


def _csv_row(
    result: Result, table: Table, named: tuple[Area, str], output: Output, figure: Figure
) -> list[str]:
    def number(value: float) -> str:
        return _number(value / _PER_UNIT.get(table.unit, 1))

    area, name = named
    shown = figure.shown
    return [
        *_text(result.id, result.question, result.title.nl, result.round),
        result.period.first_day.isoformat(), result.period.last_day.isoformat(),
        *_text(table.id, table.title.nl, _ESTIMATOR.get(table.estimator, table.estimator)),
        *_text(table.level, area.code, name), str(area.slots),
        *_text(output.key, output.label.nl), "ja" if output.derived else "nee",
        UNITS[table.unit].nl,
        number(figure.value), number(figure.standard_error),
        number(figure.low), number(figure.high),
        shown.text.nl if shown.value is None else number(shown.value),
        number(shown.low), number(shown.high),
        *_text(result.privacy.protected_unit.nl),
        *(_comma(p) for p in (result.privacy.rho, result.privacy.epsilon, result.privacy.delta)),
        _noise(table), *_text((table.clamp or result.clamp).nl),
        "" if table.cap_cents is None else _number(table.cap_cents / 100),
        str(result.coverage.participants),
        *_text(result.coverage.text.nl), "ja" if result.pilot else "nee",
        *_text(result.method.nl, table.note.nl if table.note else "", remarks_of(result)),
        *_text(result.provenance.manifest_hash),
    ]  # fmt: skip


def _noise(table: Table) -> str:
    # What was made from other figures has no noise of its own.
    if table.noise is None:
        return ""
    return _NODES_NOISE if table.noise == "nodes" else _HELPERS_NOISE


def remarks_of(result: Result) -> str:
    """Return all remarks in one line of Dutch."""
    return " ".join(remark.nl for remark in result.remarks)


def _text(*cells: str) -> Iterator[str]:
    for cell in cells:
        yield f"'{cell}" if cell.startswith(_FORMULA) else cell


def _number(value: float) -> str:
    return _comma(f"{value:.3f}".rstrip("0").rstrip("."))


def _comma(decimal: str) -> str:
    return decimal.replace(".", ",")
