# SPDX-License-Identifier: EUPL-1.2
"""The pooled answer that no party can make: all record stores side by side in one DuckDB.

Independent of the product's vectors: record stores and public files are read as they lie on disk,
and who counts, where they live, what a household gets, the cap of one provider, the sum over
providers, thresholds, caps and areas are SQL (``pooled_sql``), written from the protocol (section
2) and the placing rules. Addresses are brought to normal form by the demo's SQL, which the demo's
truth uses too. One thing is the product's own: rounding a clipped amount to quanta, since the coins
are each node's secret; ``test_federation`` bounds how far those are from the amounts.

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
from processes.pooled_sql import (
    AMOUNT_COLUMNS,
    AMOUNTS,
    CLASSED,
    CODED,
    COUNT_COLUMNS,
    COUNTS,
    GROUPS,
    HOUSEHOLDS,
    INSTITUTIONS,
    LIVES,
    PLACES,
    RECORDS,
    STAY,
)

Row: TypeAlias = tuple[Any, ...]


class Pool:
    """The database, for one measured run. Close it after use."""

    def __init__(self, measured: Measured) -> None:
        self._measured = measured
        self._universe = measured.party.inputs.universe
        self._database = duckdb.connect(":memory:")
        for name, (table, *columns) in RECORDS.items():
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
        if block.variable in CODED:
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
            f" LEFT JOIN ({CODED[block.variable]}) USING (slot) WHERE kaart = ? GROUP BY code",
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
        self._database.execute(LIVES, {"peildatum": round_.reference_date})
        self._database.execute(PLACES)
        # What no public list holds: SHA-256 of the address, modulo the gemeente's overflow slots.
        end = 0
        for gemeente in self._universe.gemeenten:
            end += gemeente.slots
            code = gemeente.code[2:]
            for (text,) in self.all(
                "SELECT DISTINCT tekst FROM plek WHERE slot IS NULL AND gemeente = ?", code
            ):
                offset = int(hashlib.sha256(text.encode()).hexdigest(), 16) % gemeente.overflow
                self.all(
                    "UPDATE plek SET slot = ? WHERE slot IS NULL AND tekst = ? AND gemeente = ?",
                    end - gemeente.overflow + offset,
                    text,
                    code,
                )
        self._database.execute(INSTITUTIONS, period | {"bedden": STAY})
        self._database.execute(HOUSEHOLDS)

    def _add_up(self) -> None:
        round_ = self._measured.round
        self._database.execute(f"CREATE TABLE bedrag ({AMOUNT_COLUMNS})")
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
            self._database.execute(AMOUNTS, parameters)
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
        self._database.execute(f"CREATE TABLE toegewezen ({COUNT_COLUMNS})")
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
                    COUNTS.format(classed=CLASSED[variable.cells.by]), parameters
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
