# SPDX-License-Identifier: EUPL-1.2
"""What a provider of the demo has: the file it delivers, and the clients it must leave out."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from ontschot_demo.offers import Provider

COLUMNS = (
    "agb", "referentie", "vorige_referentie", "bsn", "geboortedatum", "geslacht", "postcode",
    "huisnummer", "huisletter", "toevoeging", "gemeentecode", "wet", "categorie", "productcode",
    "toewijzingsnummer", "toewijzingsdatum", "ingang", "begin", "einde", "reden_einde", "verwijzer",
    "periode_van", "periode_tot", "volume", "eenheid", "bedrag_cent", "dc",
)  # fmt: skip
"""Columns of the CSV intake, in order."""

OBJECTION_COLUMNS = ("bsn", "soort")

Line: TypeAlias = tuple[str, ...]
"""One line of the CSV intake: texts in the order of ``COLUMNS``."""

OBJECTION, SHIELDED = "bezwaar", "afgeschermd"
"""Why a client is left out of statistics: an objection, or a secret address."""


@dataclass(frozen=True, slots=True)
class ProviderFile:
    """The lines of one provider, in the order of its file.

    ``left_out`` are (BSN, ``OBJECTION`` or ``SHIELDED``); ``mistakes`` the kinds of the lines that
    an intake must refuse (``mistakes.KINDS``).
    """

    provider: Provider
    lines: tuple[Line, ...]
    left_out: tuple[tuple[str, str], ...]
    mistakes: tuple[str, ...]


def write_lines(path: Path, lines: Iterable[Line]) -> None:
    """Write a file for the CSV intake: UTF-8, ``;``, with header."""
    _write(path, (COLUMNS, *lines))


def write_left_out(path: Path, left_out: Iterable[tuple[str, str]]) -> None:
    """Write the clients that a provider must leave out: ``bsn;soort``."""
    _write(path, (OBJECTION_COLUMNS, *left_out))


def read_left_out(path: Path) -> tuple[tuple[str, str], ...]:
    """Return what ``write_left_out`` wrote."""
    rows = [line.split(";") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    return tuple((bsn, kind) for bsn, kind in rows)


def _write(path: Path, rows: Iterable[tuple[str, ...]]) -> None:
    path.write_text("\n".join((*map(";".join, rows), "")), encoding="utf-8", newline="")
