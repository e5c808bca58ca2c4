# SPDX-License-Identifier: EUPL-1.2
"""The SQL of the pooled answer (``pooled``), from the protocol: who counts, where, and for what."""

STAY = ("15", "16", "17", "43", "44")
"""Categories with a bed (WMO020 and JZ020)."""

RECORDS = {
    "clienten": ("client", "client_id", "bezwaar_statistiek", "afgeschermd"),
    "adressen": (
        "adres",
        "adres_id", "client_id", "soort", "postcode", "huisnummer", "huisletter", "toevoeging",
        "gemeente", "geldig_van", "geldig_tot",
    ),
    "prestaties": (
        "prestatie", "client_id", "wet", "categorie", "periode_van", "bedrag_cent", "dc",
    ),
    "toewijzingen": (
        "toewijzing", "gemeente", "client_id", "wet", "toewijzing_nr", "toewijzingsdatum",
        "ingang", "verwijzer",
    ),
    "trajecten": (
        "levering", "gemeente", "client_id", "wet", "toewijzing_nr", "begin", "einde",
        "reden_einde",
    ),
}  # fmt: skip
"""Tables here, with the table of the record store and its columns."""

GROUPS = tuple(
    (number, wet, category)
    for number, wet, categories in (
        (1, "WMO", "01 02 03 06 07 08 09 10"),
        (2, "WMO", "11 12 13 14"),
        (3, "WMO", "04 05 15 16 17 18"),
        (4, "JW", "31 32 33 34 40 41 42 45 49 50"),
        (5, "JW", "51 52 53 54"),
        (6, "JW", "35 36 37 38 43 44"),
        (7, "JW", "46 55"),
        (8, "JW", "47 48"),
    )
    for category in categories.split()
)
"""Number, law and product category: the publication groups, written once more."""

AMOUNT_COLUMNS = "node VARCHAR, variable VARCHAR, slot INTEGER, netto BIGINT, cents BIGINT"

COUNT_COLUMNS = "node VARCHAR, variable VARCHAR, slot INTEGER, klasse INTEGER, aantal BIGINT"

LIVES = """
CREATE TABLE woont AS
SELECT node, client_id, postcode, huisnummer::VARCHAR AS huisnummer, huisletter, toevoeging,
       gemeente
FROM adressen
WHERE soort IN ('01', '03')
  AND coalesce(geldig_van::DATE <= $peildatum, TRUE)
  AND coalesce(geldig_tot::DATE >= $peildatum, TRUE)
QUALIFY row_number() OVER (
    PARTITION BY node, client_id ORDER BY soort, geldig_van DESC NULLS LAST, adres_id DESC) = 1
"""

PLACES = """
CREATE TABLE plek AS
WITH norm AS (
    SELECT w.node, w.client_id, w.gemeente, norm_postcode(postcode) AS pc6,
           norm_nummer(huisnummer) AS nummer,
           norm_letter(huisnummer, huisletter, toevoeging) AS letter,
           norm_toevoeging(huisnummer, huisletter, toevoeging) AS toev
    FROM woont w
    WHERE norm_postcode(postcode) <> '' AND norm_nummer(huisnummer) > 0)
SELECT n.node, n.client_id, n.gemeente, coalesce(a.slot, b.slot, c.slot) AS slot,
       pc6 || '|' || nummer || '|' || letter || '|' || toev AS tekst,
       coalesce(a.slot, b.slot, c.slot) IS NULL AS zoek
FROM norm n
LEFT JOIN openbaar_slot a USING (gemeente, pc6, nummer, letter, toev)
LEFT JOIN openbaar_slot b ON b.gemeente = n.gemeente AND b.pc6 = n.pc6 AND b.nummer = n.nummer
    AND b.letter = n.letter AND b.toev = ''
LEFT JOIN openbaar_slot c ON c.gemeente = n.gemeente AND c.pc6 = n.pc6 AND c.nummer = n.nummer
    AND c.letter = '' AND c.toev = ''
"""

INSTITUTIONS = """
CREATE TABLE instelling AS
WITH bed AS (
    SELECT DISTINCT node, client_id, 1 AS een FROM prestaties
    WHERE list_contains($bedden, categorie) AND periode_van::DATE BETWEEN $van AND $tot)
SELECT node, slot, if(zoek, tekst, '') AS huis
FROM plek LEFT JOIN bed USING (node, client_id)
WHERE slot IS NOT NULL
GROUP BY ALL HAVING count(*) > 8 OR count(een) > 3
"""
"""Who lives in one slot, of the list or, of an overflow slot, at one address in it."""

HOUSEHOLDS = """
CREATE TABLE plaats AS
SELECT plek.* FROM plek ANTI JOIN instelling
ON plek.node = instelling.node AND plek.slot = instelling.slot
   AND if(zoek, tekst, '') = instelling.huis
"""

AMOUNTS = """
INSERT INTO bedrag
WITH per_client AS (
    SELECT node, client_id, sum(if(dc = 'D', bedrag_cent, -bedrag_cent)) AS netto,
           sum(if(dc = 'D', 1, -1)) > 0 AS geholpen
    FROM prestaties JOIN clienten USING (node, client_id)
    WHERE bezwaar_statistiek = 0 AND afgeschermd = 0 AND list_contains($wetten, wet)
      AND (len($groepen) = 0 OR EXISTS (
          SELECT 1 FROM groep WHERE list_contains($groepen, nummer)
          AND groep.wet = prestaties.wet AND groep.categorie = prestaties.categorie))
      AND periode_van::DATE BETWEEN $van AND $tot
    GROUP BY ALL)
SELECT node, $variable, slot, sum(if($flag, geholpen::INT, netto))::BIGINT AS waarde,
       least(greatest(waarde, 0), $cap)
FROM per_client JOIN plaats USING (node, client_id)
GROUP BY ALL
"""


CLASSED = {
    "verwijzer": """
        SELECT node, client_id,
               coalesce(nullif(list_position($codes, verwijzer), 0), len($codes)) AS klasse
        FROM toewijzingen
        WHERE list_contains($wetten, wet)
          AND coalesce(ingang, toewijzingsdatum)::DATE BETWEEN $van AND $tot""",
    "duur": """
        SELECT node, client_id, list_position($codes, CASE
            WHEN dagen <= 91 THEN '0-91' WHEN dagen <= 182 THEN '92-182'
            WHEN dagen <= 365 THEN '183-365' WHEN dagen <= 730 THEN '366-730'
            WHEN dagen <= 1095 THEN '731-1095' WHEN dagen <= 1460 THEN '1096-1460'
            ELSE '1461-plus' END) AS klasse
        FROM (SELECT *, date_diff('day', begin::DATE, einde::DATE) AS dagen FROM trajecten)
        WHERE list_contains($wetten, wet) AND einde::DATE BETWEEN $van AND $tot""",
    "wachttijd": """
        SELECT node, client_id, list_position($codes, CASE
            WHEN dagen <= 14 THEN '0-14' WHEN dagen <= 42 THEN '15-42'
            WHEN dagen <= 70 THEN '43-70' ELSE '71-plus' END) AS klasse
        FROM (
            SELECT *, date_diff('day', toewijzingsdatum::DATE, begin::DATE) AS dagen
            FROM trajecten JOIN toewijzingen USING (node, gemeente, wet, toewijzing_nr, client_id))
        WHERE list_contains($wetten, wet) AND begin::DATE BETWEEN $van AND $tot AND dagen >= 0""",
    "reden": """
        SELECT node, client_id, list_position($codes, CASE
            WHEN reden_einde = if(wet = 'JW', '31', '19') THEN 'volgens-plan'
            WHEN reden_einde = if(wet = 'JW', '32', '21') THEN 'client'
            WHEN reden_einde = if(wet = 'JW', '33', '22') THEN 'aanbieder'
            WHEN reden_einde = if(wet = 'JW', '34', '23') THEN 'overleg'
            WHEN reden_einde IN ('02', '36', '38', '39', if(wet = 'JW', '35', '31'))
                THEN 'omstandigheden' END) AS klasse
        FROM trajecten
        WHERE list_contains($wetten, wet) AND einde::DATE BETWEEN $van AND $tot AND klasse > 0""",
}
"""What counts in which class, from 1; by what cells are classed by."""

COUNTS = """
INSERT INTO toegewezen
SELECT node, $variable, slot, klasse, count(*)
FROM ({classed}) JOIN clienten USING (node, client_id) JOIN plaats USING (node, client_id)
WHERE bezwaar_statistiek = 0 AND afgeschermd = 0
GROUP BY ALL
"""


CODED = {
    "kinds": """
        SELECT slot, count(*) AS waarde FROM totaal
        WHERE variable LIKE 'served-group-%' AND quanta > 0 GROUP BY slot""",
    "laws": """
        SELECT slot, max(if(variable = 'served-jw' AND quanta > 0, 1, 0))
                     + max(if(variable = 'served-wmo' AND quanta > 0, 2, 0)) AS waarde
        FROM totaal GROUP BY slot""",
    "several-and-youth": """
        SELECT veel.slot, 3 AS waarde
        FROM totaal veel JOIN totaal jeugd USING (slot)
        WHERE veel.variable = 'served' AND veel.quanta >= 2
          AND jeugd.variable = 'served-jw' AND jeugd.quanta >= 1""",
}
"""The codes of the catalogue, each as a query over the totals."""
