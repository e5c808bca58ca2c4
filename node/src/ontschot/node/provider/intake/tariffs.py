# SPDX-License-Identifier: EUPL-1.2
"""Public maximum tariffs: a file that anybody can edit, and the bound it gives on an amount."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from ontschot.node.provider.intake.codes import categories, code_list
from ontschot.node.provider.intake.errors import TariffFileWrong

MINUTE, HOUR = "01", "04"
_MINUTES = 60
_COLUMNS = ["categorie", "productcode", "eenheid", "maximum_cent", "bron"]
_MAX_FILE_BYTES = 4 * 2**20


@dataclass(frozen=True, slots=True)
class Tariffs:
    """Maximum tariffs in euro cents per unit, by (categorie, productcode or empty, eenheid)."""

    maximum: Mapping[tuple[str, str, str], int]

    def is_above(
        self, categorie: str, productcode: str, eenheid: str, volume: int, cents: int, times: int
    ) -> bool:
        """Return whether ``cents`` for ``volume`` units is above ``times`` the public maximum.

        A tariff of the product goes before one of its categorie; minutes are compared with the
        tariff of an hour. Without a tariff, or without volume, nothing is above it. Exact: both
        sides are integers.
        """
        parts = _MINUTES if eenheid == MINUTE else 1
        unit = HOUR if eenheid == MINUTE else eenheid
        found = self.maximum.get((categorie, productcode, unit))
        if found is None:
            found = self.maximum.get((categorie, "", unit))
        return found is not None and volume > 0 and cents * parts > times * found * volume


def load_tariffs(path: Path | None = None) -> Tariffs:
    """Return the tariffs of the file at ``path``, or the ones that come with the program.

    Raises:
        TariffFileWrong: it cannot be read; the detail names the line.
    """
    try:
        if path is None:
            text = (files("ontschot.node.provider.intake.codes") / "tarieven.csv").read_text(
                encoding="utf-8"
            )
        elif path.stat().st_size > _MAX_FILE_BYTES:
            raise TariffFileWrong(f"{path.name}: too large")
        else:
            text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise TariffFileWrong(path.name if path else "") from None
    return _parse(text)


def _parse(text: str) -> Tariffs:
    reader = csv.reader(text.splitlines(), delimiter=";")
    if next(reader, None) != _COLUMNS:
        raise TariffFileWrong("line 1")
    found: dict[tuple[str, str, str], int] = {}
    for number, row in enumerate(reader, start=2):
        if not row:
            continue
        if len(row) != len(_COLUMNS) or tuple(row[:3]) in found or not _is_valid(row):
            raise TariffFileWrong(f"line {number}")
        found[row[0], row[1], row[2]] = int(row[3])
    return Tariffs(found)


def _is_valid(row: list[str]) -> bool:
    cents = row[3]
    return (
        row[0] in categories()
        and row[2] in code_list("eenheden")
        and cents.isascii()
        and cents.isdigit()
        and len(cents) <= 9
        and int(cents) > 0
    )
