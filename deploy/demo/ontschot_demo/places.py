# SPDX-License-Identifier: EUPL-1.2
"""From the addresses in files to households and buurten, as plain SQL.

The rules are those of ``ontschot.protocol.universe`` (address and placing), written again in
another language, so that the truth does not lean on the program it judges. They are about ASCII.
"""

from pathlib import Path

import duckdb

from ontschot_demo.addresses import HEADER
from ontschot_demo.plans import Period

_MACROS = r"""
CREATE MACRO kaal(t) AS regexp_replace(upper(t), '[^0-9A-Z]', '', 'g');
CREATE MACRO zonder_nullen(t) AS
    CASE WHEN regexp_full_match(t, '0+') THEN '0' ELSE ltrim(t, '0') END;
CREATE MACRO norm_postcode(p) AS
    CASE WHEN regexp_full_match(kaal(p), '[1-9][0-9]{3}[A-Z]{2}')
          AND right(kaal(p), 2) NOT IN ('SA', 'SD', 'SS') THEN kaal(p) ELSE '' END;
CREATE MACRO voorste_cijfers(n) AS
    coalesce(TRY_CAST(regexp_extract(n, '^\s*([0-9]+)', 1) AS BIGINT), 0);
CREATE MACRO norm_nummer(n) AS
    CASE WHEN voorste_cijfers(n) <= 99999 THEN voorste_cijfers(n) ELSE 0 END;
CREATE MACRO eigen_letter(l) AS
    CASE WHEN regexp_full_match(kaal(l), '[A-Z]') THEN kaal(l) ELSE '' END;
CREATE MACRO rest(n, l, t) AS zonder_nullen(
    kaal(regexp_replace(n, '^\s*[0-9]+', ''))
    || CASE WHEN eigen_letter(l) = '' THEN kaal(l) ELSE '' END
    || kaal(t));
CREATE MACRO letter_in_rest(n, l, t) AS
    eigen_letter(l) = '' AND regexp_full_match(rest(n, l, t), '[A-Z]([0-9].*)?');
CREATE MACRO norm_letter(n, l, t) AS
    CASE WHEN letter_in_rest(n, l, t) THEN left(rest(n, l, t), 1) ELSE eigen_letter(l) END;
CREATE MACRO norm_toevoeging(n, l, t) AS left(
    CASE WHEN letter_in_rest(n, l, t) THEN zonder_nullen(substr(rest(n, l, t), 2))
         ELSE rest(n, l, t) END, 4);
"""
"""Postcode, number (0 for none), letter and addition in normal form."""

_ADDRESSES = """
CREATE TABLE adres AS
SELECT norm_postcode(postcode) AS pc6, norm_nummer(huisnummer) AS nummer,
       norm_letter(huisnummer, huisletter, toevoeging) AS letter,
       norm_toevoeging(huisnummer, huisletter, toevoeging) AS toev,
       min(buurtcode) AS buurt
FROM openbaar GROUP BY pc6, nummer, letter, toev
"""

_WRITTEN = """
CREATE TEMP TABLE geschreven AS
SELECT DISTINCT gemeentecode AS gemeente, postcode, huisnummer, huisletter, toevoeging,
       norm_postcode(postcode) AS pc6, norm_nummer(huisnummer) AS nummer,
       norm_letter(huisnummer, huisletter, toevoeging) AS letter,
       norm_toevoeging(huisnummer, huisletter, toevoeging) AS toev
FROM regel
"""

_PLACED = """
CREATE TEMP TABLE geplaatst AS
SELECT g.gemeente, g.postcode, g.huisnummer, g.huisletter, g.toevoeging,
       coalesce(a.buurt, b.buurt, c.buurt, '') AS buurt, g.pc6,
       g.gemeente || '|' || g.pc6 || '|' || g.nummer || '|' || CASE
           WHEN a.buurt IS NOT NULL THEN g.letter || '|' || g.toev
           WHEN b.buurt IS NOT NULL THEN g.letter || '|'
           WHEN c.buurt IS NOT NULL THEN '|'
           ELSE g.letter || '|' || g.toev || '|niet gevonden' END AS huishouden
FROM geschreven g
LEFT JOIN adres a ON a.pc6 = g.pc6 AND a.nummer = g.nummer AND a.letter = g.letter
    AND a.toev = g.toev AND substr(a.buurt, 3, 4) = g.gemeente
LEFT JOIN adres b ON b.pc6 = g.pc6 AND b.nummer = g.nummer AND b.letter = g.letter
    AND b.toev = '' AND substr(b.buurt, 3, 4) = g.gemeente
LEFT JOIN adres c ON c.pc6 = g.pc6 AND c.nummer = g.nummer AND c.letter = ''
    AND c.toev = '' AND substr(c.buurt, 3, 4) = g.gemeente
WHERE g.pc6 <> '' AND g.nummer > 0
"""

_DELIVERED = """
CREATE TABLE geleverd AS
SELECT p.gemeente, p.buurt, p.pc6, p.huishouden, r.agb, r.wet, r.categorie,
       sum(CASE r.dc WHEN 'D' THEN 1 ELSE -1 END * r.bedrag_cent::BIGINT)::BIGINT AS net
FROM regel r
JOIN geplaatst p ON p.gemeente = r.gemeentecode AND p.postcode = r.postcode
    AND p.huisnummer = r.huisnummer AND p.huisletter = r.huisletter
    AND p.toevoeging = r.toevoeging
WHERE r.fout = '' AND r.periode_van::DATE BETWEEN ? AND ?
  AND NOT EXISTS (SELECT 1 FROM niet_meetellen n WHERE n.agb = r.agb AND n.bsn = r.bsn)
GROUP BY ALL
"""


def read_addresses(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Make table ``adres`` of the public address file: normal form and buurt, each address once.

    Args:
        connection: an open DuckDB; gets the macros that normalise too.
        path: a file with columns as in ``addresses.HEADER``.
    """
    columns = HEADER.split(";")
    types = ", ".join(f"'{column}': 'VARCHAR'" for column in columns)
    connection.execute(
        "CREATE TEMP TABLE openbaar AS SELECT * FROM"  # noqa: S608  constants of this module
        " read_csv(?, delim = ';', header = true, quote = '',"
        f" columns = {{{types}}}, force_not_null = {columns})",
        [str(path)],
    )
    connection.execute(_MACROS)
    connection.execute(_ADDRESSES)


def find_households(connection: duckdb.DuckDBPyConnection, period: Period) -> None:
    """Make table ``geleverd`` of tables ``regel`` and ``niet_meetellen``.

    One row per household, provider, law and product category with a line that counts: ``gemeente``
    (four digits), ``buurt`` (empty when the address is in no public file), ``pc6``, ``huishouden``,
    ``agb``, ``wet``, ``categorie`` and ``net``, the net euro cents.
    """
    connection.execute(_WRITTEN)
    connection.execute(_PLACED)
    connection.execute(_DELIVERED, [period.first, period.last])
