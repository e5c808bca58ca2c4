# SPDX-License-Identifier: EUPL-1.2
"""Which lines an intake refuses: the rules once more, as plain SQL, apart from the intake.

The truth needs to know which lines count, and must not take that from the program it judges; so
this is written from the rules (R: refused), in another language. DuckDB, all columns as texts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ontschot_demo.bsn import TEST_RANGE
from ontschot_demo.files import COLUMNS

_TOTAL = " + ".join(
    f"{weight} * substr(bsn, {place}, 1)::INTEGER"
    for place, weight in enumerate((9, 8, 7, 6, 5, 4, 3, 2, -1), start=1)
)
_REMAINDER = f"(({_TOTAL}) % 11)"
_JW = ", ".join(f"'{code}'" for code in (*range(31, 39), *range(40, 56)))
_WMO = ", ".join(f"'{code:02d}'" for code in range(1, 19))


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule for one line: ``broken`` is SQL, true where the line must be refused."""

    name: str
    broken: str


RULES = (
    Rule("bsn-form", "NOT regexp_full_match(bsn, '[0-9]{9}')"),
    Rule(
        "bsn-nobody",
        f"regexp_full_match(bsn, '[0-9]{{9}}') AND bsn NOT IN ('000000000', '999999999') AND NOT"
        f" ({_REMAINDER} = 1 OR ({_REMAINDER} = 0"
        f" AND bsn::INTEGER BETWEEN {TEST_RANGE[0]} AND {TEST_RANGE[1]}))",
    ),
    Rule(
        "birth-date",
        "geboortedatum <> '' AND coalesce(TRY_CAST(geboortedatum AS DATE)"
        " NOT BETWEEN DATE '1900-01-01' AND today(), TRUE)",
    ),
    Rule("gemeente", "gemeentecode NOT IN (SELECT code FROM gemeente)"),
    Rule(
        "category",
        f"NOT ((wet = 'JW' AND categorie IN ({_JW})) OR (wet = 'WMO' AND categorie IN ({_WMO})))",
    ),
    Rule("care-dates", "einde <> '' AND coalesce(einde::DATE < begin::DATE, TRUE)"),
    Rule(
        "early-start",
        "ingang <> '' AND coalesce(begin::DATE < ingang::DATE - 31, TRUE)",
    ),
    Rule(
        "period",
        "coalesce(TRY_CAST(periode_van AS DATE) > TRY_CAST(periode_tot AS DATE), TRUE)"
        " OR substr(periode_van, 1, 7) <> substr(periode_tot, 1, 7)",
    ),
    Rule("amount", "NOT regexp_full_match(bedrag_cent, '[0-9]{1,8}')"),
    Rule("volume", "NOT regexp_full_match(volume, '[0-9]{1,8}')"),
    Rule("direction", "dc NOT IN ('D', 'C')"),
)
"""Rules that look at one line; a double reference and a credit without debit look at the file."""


def load(
    connection: duckdb.DuckDBPyConnection, agb: str, path: Path, gemeenten: Iterable[str]
) -> None:
    """Put one provider's file in table ``regel``, made when it is not there.

    Its columns are those of the file, ``rij`` (from 1, in order of the file) and ``fout``: the name
    of the first broken rule, empty for a line that counts.

    Args:
        connection: an open DuckDB.
        agb: the provider's own AGB code.
        path: its file.
        gemeenten: codes of four digits that it delivers for.
    """
    connection.execute("CREATE OR REPLACE TEMP TABLE gemeente (code VARCHAR)")
    connection.executemany("INSERT INTO gemeente VALUES (?)", [[code] for code in gemeenten])
    types = ", ".join(f"'{column}': 'VARCHAR'" for column in COLUMNS)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE gelezen AS"  # noqa: S608  constants of this program
        " SELECT row_number() OVER () AS rij, * FROM read_csv(?, delim = ';',"
        f" header = true, quote = '', columns = {{{types}}}, force_not_null = {list(COLUMNS)},"
        " parallel = false)",
        [str(path)],
    )
    cases = " ".join(f"WHEN {rule.broken} THEN '{rule.name}'" for rule in RULES)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE beoordeeld AS"  # noqa: S608  constants of this program
        f" SELECT *, CASE WHEN agb <> ? THEN 'agb' {cases}"
        " WHEN referentie <> '' AND row_number() OVER (PARTITION BY referentie ORDER BY rij) > 1"
        " THEN 'duplicate' ELSE '' END AS fout FROM gelezen",
        [agb],
    )
    connection.execute(
        "UPDATE beoordeeld SET fout = 'orphan-credit' WHERE fout = '' AND dc = 'C'"
        " AND vorige_referentie NOT IN"
        " (SELECT referentie FROM beoordeeld WHERE fout = '' AND dc = 'D')"
    )
    connection.execute("CREATE TABLE IF NOT EXISTS regel AS SELECT * FROM beoordeeld LIMIT 0")
    connection.execute("INSERT INTO regel SELECT * FROM beoordeeld")
