# SPDX-License-Identifier: EUPL-1.2
"""The pooled answer that no party can make: all record stores side by side in one DuckDB.

Independent of the product's vectors: record stores and public files are read as they lie on disk,
and who counts, where they live, what a household gets, the cap of one provider, the sum over
providers, thresholds, caps and areas are SQL, written from the protocol (section 2) and the
placing rules. Addresses are brought to normal form by the demo's SQL, which the demo's truth uses
too. One thing is the product's own: rounding a clipped amount to quanta, since the coins are each
node's secret; ``test_federation`` bounds how far those are from the amounts.

Cells are counted per household and class likewise; thinning households above the cap uses each
node's own coins.

Tables: ``bedrag`` (per node, variable and slot: netto, and cents between 0 and the cap of one
provider), ``afgerond`` (the same with quanta), ``totaal`` (per variable and slot, over all nodes),
``gebied`` (the code of each slot per map), ``toegewezen`` (per node, variable, slot and class the
number of allocations or trajecten) and ``uitgedund`` (the same, thinned). Slots without care have
no row.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeAlias

import duckdb
import numpy as np
from numpy.typing import NDArray

from ontschot.node.provider.vectors.cells import thin
from ontschot.node.provider.vectors.rounding import RoundingKey, round_to_quanta
from ontschot.protocol.documents.queries import Block
from ontschot.protocol.documents.rounds import VariableDocument
from ontschot.protocol.keys.private_files import read_private
from ontschot.protocol.variables import Variable
from ontschot_demo.places import read_addresses
from processes.measured import Measured, rows

Row: TypeAlias = tuple[Any, ...]

STAY = ("15", "16", "17", "43", "44")
"""Categories with a bed (WMO020 and JZ020)."""

_RECORDS = {
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

_AMOUNT_COLUMNS = "node VARCHAR, variable VARCHAR, slot INTEGER, netto BIGINT, cents BIGINT"

_COUNT_COLUMNS = "node VARCHAR, variable VARCHAR, slot INTEGER, klasse INTEGER, aantal BIGINT"

_LIVES = """
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

_INSTITUTIONS = """
CREATE TABLE instelling AS
WITH bed AS (
    SELECT DISTINCT node, client_id, 1 AS een FROM prestaties
    WHERE list_contains($bedden, categorie) AND periode_van::DATE BETWEEN $van AND $tot)
SELECT node, postcode, huisnummer, huisletter, toevoeging
FROM woont LEFT JOIN bed USING (node, client_id)
GROUP BY ALL HAVING count(*) > 8 OR count(een) > 3
"""

_PLACES = """
CREATE TABLE plaats AS
WITH norm AS (
    SELECT w.node, w.client_id, w.gemeente, norm_postcode(postcode) AS pc6,
           norm_nummer(huisnummer) AS nummer,
           norm_letter(huisnummer, huisletter, toevoeging) AS letter,
           norm_toevoeging(huisnummer, huisletter, toevoeging) AS toev
    FROM woont w ANTI JOIN instelling
        USING (node, postcode, huisnummer, huisletter, toevoeging)
    WHERE norm_postcode(postcode) <> '' AND norm_nummer(huisnummer) > 0)
SELECT n.node, n.client_id, n.gemeente, coalesce(a.slot, b.slot, c.slot) AS slot,
       pc6 || '|' || nummer || '|' || letter || '|' || toev AS tekst
FROM norm n
LEFT JOIN openbaar_slot a USING (gemeente, pc6, nummer, letter, toev)
LEFT JOIN openbaar_slot b ON b.gemeente = n.gemeente AND b.pc6 = n.pc6 AND b.nummer = n.nummer
    AND b.letter = n.letter AND b.toev = ''
LEFT JOIN openbaar_slot c ON c.gemeente = n.gemeente AND c.pc6 = n.pc6 AND c.nummer = n.nummer
    AND c.letter = '' AND c.toev = ''
"""

_AMOUNTS = """
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


_CLASSED = {
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

_COUNTS = """
INSERT INTO toegewezen
SELECT node, $variable, slot, klasse, count(*)
FROM ({classed}) JOIN clienten USING (node, client_id) JOIN plaats USING (node, client_id)
WHERE bezwaar_statistiek = 0 AND afgeschermd = 0
GROUP BY ALL
"""


_CODED = {
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


class Pool:
    """The database, for one measured run. Close it after use."""

    def __init__(self, measured: Measured) -> None:
        self._measured = measured
        self._universe = measured.party.inputs.universe
        self._database = duckdb.connect(":memory:")
        for name, (table, *columns) in _RECORDS.items():
            self._create(name, ("node", *columns), self._records(table, columns))
        read_addresses(self._database, measured.party.paths.addresses)
        slots = ("gemeente", "pc6", "nummer", "letter", "toev", "slot")
        self._create("openbaar_slot", slots, _public_slots(self._universe.to_bytes()))
        self._place()
        self._add_up()
        self._count()
        maps = measured.party.inputs.maps.values()
        areas = (row for found in maps for row in _slots_of(found.digest, found.to_bytes()))
        self._create("gebied", ("kaart", "slot", "code"), areas)

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def all(self, query: str, *parameters: object) -> list[Row]:
        """Return every row of a query."""
        return self._database.execute(query, list(parameters)).fetchall()

    def figures(self, block: Block, *, exact: bool = False) -> dict[str, list[int]]:
        """Return the outputs of a block per area code, as the pooled data has them.

        In households or quanta; a capped sum that is ``exact`` is in cents, of amounts that were
        clipped and not rounded.
        """
        if block.cells is not None:
            return self._cells(block)
        if block.variable in _CODED:
            return self._coded(block)
        scale = self._measured.round.variable(block.variable).quantum_cents if exact else 1
        measures = ", ".join(f"count(*) FILTER ({test})" for test in _tests(block))
        if block.cap is not None:
            measures = f"sum(least(coalesce(waarde, 0), {block.cap * scale}))::BIGINT"
        found = self.all(
            f"SELECT code, {measures} FROM gebied LEFT JOIN"  # noqa: S608  names of this module
            f" (SELECT slot, {'cents' if exact else 'quanta'} AS waarde FROM totaal"
            "  WHERE variable = ?) USING (slot) WHERE kaart = ? GROUP BY code",
            block.variable,
            block.area_map,
        )
        return {str(code): [int(value) for value in values] for code, *values in found}

    def vectors(self, column: str) -> dict[tuple[str, str], NDArray[np.int64]]:
        """Return ``quanta`` or ``cents`` over all slots, by node (``""``: all) and variable."""
        found: dict[tuple[str, str], NDArray[np.int64]] = {}
        for node, variable, slot, value in self.all(
            f"SELECT node, variable, slot, {column} FROM afgerond UNION ALL"  # noqa: S608  idem
            f" SELECT '', variable, slot, {column} FROM totaal"
        ):
            vector = found.setdefault((node, variable), self._zeros())
            vector[slot] = value
        return found

    def cents_in(self, block: Block, code: str) -> NDArray[np.int64]:
        """Return the amounts, per household and provider, behind a block's figure for one area."""
        found = self.all(
            "SELECT cents FROM afgerond JOIN gebied USING (slot)"
            " WHERE variable = ? AND kaart = ? AND code = ?",
            block.variable,
            block.area_map,
            code,
        )
        return np.array(found, dtype=np.int64).reshape(-1)

    def _coded(self, block: Block) -> dict[str, list[int]]:
        measures = ", ".join(f"count(*) FILTER ({test})" for test in _tests(block))
        found = self.all(
            f"SELECT code, {measures} FROM gebied"  # noqa: S608  idem
            f" LEFT JOIN ({_CODED[block.variable]}) USING (slot) WHERE kaart = ? GROUP BY code",
            block.area_map,
        )
        return {str(code): [int(value) for value in values] for code, *values in found}

    def _cells(self, block: Block) -> dict[str, list[int]]:
        found = self.all(
            "SELECT code, klasse, coalesce(sum(aantal), 0)::BIGINT"
            " FROM (SELECT code, slot FROM gebied WHERE kaart = ?)"
            " CROSS JOIN (SELECT unnest(range(1, ? + 1)) AS klasse) LEFT JOIN"
            " (SELECT slot, klasse, aantal FROM uitgedund WHERE variable = ?) USING (slot, klasse)"
            " GROUP BY ALL ORDER BY code, klasse",
            block.area_map,
            block.outputs,
            block.variable,
        )
        figures: dict[str, list[int]] = {}
        for code, _, value in found:
            figures.setdefault(str(code), []).append(int(value))
        return figures

    def _records(self, table: str, columns: Sequence[str]) -> Iterator[Row]:
        query = f"SELECT {', '.join(columns)} FROM {table}"  # noqa: S608  idem
        for node in self._measured.providers:
            for row in rows(self._measured.party.home(node) / "records.db", query):
                yield (node, *row)

    def _place(self) -> None:
        round_ = self._measured.round
        period = {"van": round_.period_from, "tot": round_.period_to}
        self._database.execute(_LIVES, {"peildatum": round_.reference_date})
        self._database.execute(_INSTITUTIONS, period | {"bedden": STAY})
        self._database.execute(_PLACES)
        # What no public list holds: SHA-256 of the address, modulo the gemeente's overflow slots.
        end = 0
        for gemeente in self._universe.gemeenten:
            end += gemeente.slots
            code = gemeente.code[2:]
            for (text,) in self.all(
                "SELECT DISTINCT tekst FROM plaats WHERE slot IS NULL AND gemeente = ?", code
            ):
                offset = int(hashlib.sha256(text.encode()).hexdigest(), 16) % gemeente.overflow
                self.all(
                    "UPDATE plaats SET slot = ? WHERE slot IS NULL AND tekst = ? AND gemeente = ?",
                    end - gemeente.overflow + offset,
                    text,
                    code,
                )

    def _add_up(self) -> None:
        round_ = self._measured.round
        self._database.execute(f"CREATE TABLE bedrag ({_AMOUNT_COLUMNS})")
        self._create("groep", ("nummer", "wet", "categorie"), GROUPS)
        for variable in self._household_variables():
            parameters = {
                "van": round_.period_from,
                "tot": round_.period_to,
                "wetten": list(variable.wetten),
                "groepen": list(variable.groups),
                "variable": variable.id,
                "flag": variable.measure == "served",
                "cap": variable.node_cap * variable.quantum_cents,
            }
            self._database.execute(_AMOUNTS, parameters)
        columns = ("node", "variable", "slot", "cents", "quanta")
        self._create("afgerond", columns, self._rounded())
        self._database.execute(
            "CREATE TABLE totaal AS SELECT variable, slot, sum(quanta)::BIGINT AS quanta,"
            " sum(cents)::BIGINT AS cents FROM afgerond GROUP BY ALL"
        )

    def _household_variables(self) -> list[VariableDocument]:
        return [found for found in self._measured.round.variables if found.grid is None]

    def _count(self) -> None:
        round_ = self._measured.round
        self._database.execute(f"CREATE TABLE toegewezen ({_COUNT_COLUMNS})")
        for variable in round_.variables:
            if variable.cells is not None:
                parameters = {
                    "van": round_.period_from,
                    "tot": round_.period_to,
                    "wetten": list(variable.wetten),
                    "variable": variable.id,
                    "codes": list(variable.cells.classes),
                }
                self._database.execute(
                    _COUNTS.format(classed=_CLASSED[variable.cells.by]), parameters
                )
        columns = ("node", "variable", "slot", "klasse", "aantal")
        self._create("uitgedund", columns, self._thinned())

    def _thinned(self) -> Iterator[Row]:
        for node, name in self.all("SELECT DISTINCT node, variable FROM toegewezen"):
            variable = self._measured.round.variable(name)
            found = self.all(
                "SELECT slot, klasse - 1, aantal FROM toegewezen WHERE node = ? AND variable = ?",
                node,
                name,
            )
            slot, number, count = np.array(found, dtype=np.int64).T
            slots, row = np.unique(slot, return_inverse=True)
            counts = np.zeros((len(slots), len(variable.cells.classes)), dtype=np.int64)  # type: ignore[union-attr]
            counts[row, number] = count
            key = self._key(node)
            coins = key.thinning_coins(self._measured.round, variable, self._universe.slots)
            for at, kept in zip(slots, thin(counts, variable.node_cap, coins[slots]), strict=True):
                yield from (
                    (node, name, int(at), place + 1, int(value)) for place, value in enumerate(kept)
                )

    def _key(self, node: str) -> RoundingKey:
        settings = self._measured.party.federation.nodes[node]
        return RoundingKey(read_private(settings.rounding_key_path))

    def _rounded(self) -> Iterator[Row]:
        names = [variable.id for variable in self._household_variables()]
        for node in self._measured.providers:
            for name in names:
                cents = self._zeros()
                for slot, value in self.all(
                    "SELECT slot, cents FROM bedrag WHERE node = ? AND variable = ?", node, name
                ):
                    cents[slot] = value
                quanta = self._round(node, name, cents)
                for slot in np.flatnonzero(cents).tolist():
                    yield node, name, slot, int(cents[slot]), int(quanta[slot])

    def _round(
        self, node: str, name: str, cents: NDArray[np.int64]
    ) -> NDArray[np.int64] | NDArray[np.uint32]:
        variable = Variable.from_round(self._measured.round, name)
        if variable.measure == "served":
            return cents
        digest = self._measured.round.digest
        coins = self._key(node).coins(digest, self._universe.digest, variable, len(cents))
        return round_to_quanta(cents, variable.quantum_cents, coins)

    def _zeros(self) -> NDArray[np.int64]:
        return np.zeros(self._universe.slots, dtype=np.int64)

    def _create(self, table: str, names: Sequence[str], content: Iterable[Row]) -> None:
        values = zip(*content, strict=True)
        columns = {  # noqa: F841  DuckDB reads it by its name
            name: np.array(column, dtype=object if isinstance(column[0], str) else None)
            for name, column in zip(names, values, strict=True)
        }
        self._database.execute(f"CREATE TABLE {table} AS SELECT * FROM columns")  # noqa: S608  idem


def _tests(block: Block) -> list[str]:
    bounds = [f"waarde >= {threshold}" for threshold in block.thresholds]
    if block.statistic == "bins":
        ends = [f" AND waarde < {threshold}" for threshold in block.thresholds[1:]]
        bounds = [low + high for low, high in zip(bounds, [*ends, ""], strict=True)]
    return bounds


def _public_slots(universe: bytes) -> Iterator[Row]:
    # One line per address, and after the addresses of a gemeente its overflow slots.
    header, *lines = universe.decode("ascii").splitlines()
    slot, start = 0, 0
    for gemeente in json.loads(header)["gemeenten"]:
        for line in lines[start : start + gemeente["addresses"]]:
            _, pc6, number, letter, addition = line.split(";")
            yield gemeente["code"][2:], pc6, int(number), letter.strip(), addition.strip(), slot
            slot += 1
        start += gemeente["addresses"]
        slot += gemeente["overflow"]


def _slots_of(digest: str, area_map: bytes) -> Iterator[Row]:
    document = json.loads(area_map)
    runs = document["runs"]
    slot = 0
    for area, length in zip(runs[::2], runs[1::2], strict=True):
        if area >= 0:
            code = document["areas"][area]["code"]
            yield from ((digest, number, code) for number in range(slot, slot + length))
        slot += length
