# SPDX-License-Identifier: EUPL-1.2
"""From lines of text to rows of the waiting room, one chunk at a time.

Per line: the rules of one line; then the values in the form the tables hold. Per chunk: addresses
in normal form, clients with their sealed BSN, rows into ``inlading_regel``. Memory does not grow
with the file: caches have a bound and start again when they are full.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import TypeAlias

from sqlalchemy import Connection

from ontschot.node.provider.intake.bulk import bulk_writer
from ontschot.node.provider.intake.columns import COLUMNS, Line
from ontschot.node.provider.intake.facts import Facts, is_agb
from ontschot.node.provider.intake.lines import fields
from ontschot.node.provider.intake.rule import FileStopped, Rule, Tally
from ontschot.node.provider.intake.rules import ROW_RULES, whole
from ontschot.node.provider.records.bsn import WITHOUT_BSN
from ontschot.node.provider.records.clients import ensure_rows
from ontschot.node.provider.records.identity import Identity
from ontschot.node.provider.records.models import Base, InladingRegel
from ontschot.protocol.universe import normalise_columns

CHUNK = 10_000
_MAX_CACHED = 200_000
_WITHOUT_BSN = b"ontschot/zonder-bsn/1|"

RawAddress: TypeAlias = tuple[str, str, str, str]
StoredAddress: TypeAlias = tuple[str | None, int | None, str, str]
ClientRow: TypeAlias = tuple[bytes, bytes | None, str | None]

_TABLE = Base.metadata.tables[InladingRegel.__tablename__]
_COLUMNS = tuple(column.name for column in _TABLE.columns if column.name != "fout")

NO_ADDRESS: StoredAddress = (None, None, "", "")


class Checker:
    """Checks lines and puts the good ones in the waiting room.

    ``read``, ``rejected``: lines so far. ``with_reference``: accepted lines that have one.
    """

    def __init__(
        self, connection: Connection, identity: Identity, facts: Facts, tally: Tally
    ) -> None:
        self.read = self.rejected = self.accepted = self.with_reference = 0
        self._facts = facts
        self._tally = tally
        self._checks = tuple((rule.holds, rule) for rule in ROW_RULES)
        self._rows = Rows(connection, identity, facts)

    def add(self, lines: Iterable[str], first: int, order: tuple[int, ...] | None) -> None:
        """Check ``lines``, numbered from ``first``; ``order`` as ``lines.header`` returned it.

        Raises:
            FileStopped: a line of another provider.
        """
        pick: Callable[[Sequence[str]], Sequence[str]] = itemgetter(*order) if order else tuple
        for number, text in enumerate(lines, start=first):
            if not text:
                continue
            self.read += 1
            values = fields(text)
            if values is None:
                self._reject(whole.QUOTES, number)
            elif len(values) != len(COLUMNS):
                self._reject(whole.FIELD_COUNT, number)
            else:
                self._check(Line._make(pick(values)), number)

    def finish(self) -> None:
        """Write what is left of the last chunk."""
        self._rows.flush()

    def _reject(self, rule: Rule, number: int) -> None:
        self._tally.add(rule, number)
        self.rejected += 1

    def _check(self, line: Line, number: int) -> None:
        facts, accepted = self._facts, True
        for holds, rule in self._checks:
            if not holds(line, facts):
                self._tally.add(rule, number)
                accepted = accepted and rule.severity != "R"
        if line.agb != facts.agb and is_agb(line.agb):
            raise FileStopped(whole.OTHER_PROVIDER, number)
        if not accepted:
            self.rejected += 1
            return
        self.accepted += 1
        self.with_reference += bool(line.referentie)
        self._rows.add(line, number)


class Rows:
    """Turns accepted lines into rows, and writes them per chunk."""

    def __init__(self, connection: Connection, identity: Identity, facts: Facts) -> None:
        self._connection = connection
        self._identity = identity
        self._facts = facts
        self._write = bulk_writer(connection, _TABLE, _COLUMNS)
        self._lines: list[tuple[int, Line]] = []
        self._addresses: dict[RawAddress, StoredAddress] = {}
        self._known: set[bytes] = set()

    def add(self, line: Line, number: int) -> None:
        """Keep one accepted line; write when the chunk is full."""
        self._lines.append((number, line))
        if len(self._lines) >= CHUNK:
            self.flush()

    def flush(self) -> None:
        """Write the kept lines: their clients first, then their rows."""
        if not self._lines:
            return
        self._normalise({line[6:10] for _, line in self._lines})
        clients: dict[bytes, ClientRow] = {}
        rows = [self._row(number, line, clients) for number, line in self._lines]
        ensure_rows(self._connection, list(clients.values()))
        self._write(rows)
        self._lines.clear()
        self._known.update(clients)
        if len(self._known) > _MAX_CACHED:
            self._known.clear()
        if len(self._addresses) > _MAX_CACHED:
            self._addresses.clear()

    def _normalise(self, addresses: set[RawAddress]) -> None:
        fresh = list(addresses - self._addresses.keys())
        if not fresh:
            return
        found = normalise_columns(*zip(*fresh, strict=True))
        for place, raw in enumerate(fresh):
            if found.fault[place]:
                self._addresses[raw] = NO_ADDRESS
            else:
                one = found.address(place)
                self._addresses[raw] = (one.postcode, one.number, one.letter, one.addition)

    def _client(self, line: Line, clients: dict[bytes, ClientRow]) -> bytes:
        """Return the client's index; a client not met before is added to ``clients``."""
        if line.bsn in WITHOUT_BSN:
            index = _index_without_bsn(line)
            if index not in self._known:
                clients[index] = (index, None, None)
            return index
        index = self._identity.index_digits(line.bsn)
        if index not in self._known and index not in clients:
            sealed = self._identity.seal_digits(line.bsn, index)
            clients[index] = (index, sealed.ciphertext, sealed.key_id)
        return index

    def _row(self, number: int, line: Line, clients: dict[bytes, ClientRow]) -> tuple[object, ...]:
        facts = self._facts
        return (
            number,
            line.referentie or None,
            line.vorige_referentie or None,
            self._client(line, clients),
            line.geboortedatum or None,
            int(line.geslacht) if line.geslacht in {"0", "1", "2"} else 0,
            *self._addresses[line[6:10]],
            line.gemeentecode,
            line.wet,
            line.categorie,
            line.productcode.upper() or None,
            facts.categories[line.wet, line.categorie].hulpvorm,  # type: ignore[index] # checked by the rule "wet"
            int(line.toewijzingsnummer) if line.toewijzingsnummer else None,
            line.toewijzingsdatum or None,
            line.ingang or None,
            line.begin or None,
            line.einde or None,
            line.reden_einde if (line.wet, line.reden_einde) in facts.reasons else None,
            line.verwijzer if line.verwijzer in facts.referrers else None,
            f"{line.periode_van[:8]}01",
            line.periode_van,
            line.periode_tot,
            int(line.volume) if line.volume else None,
            line.eenheid or None,
            int(line.bedrag_cent),
            line.dc,
        )


def _index_without_bsn(line: Line) -> bytes:
    """Return the index of a person without BSN: the toewijzing, else birth date and address.

    It needs no key: what goes in stands in the same database in clear. So it survives a new key.
    """
    parts = (
        (line.gemeentecode, line.wet, str(int(line.toewijzingsnummer)))
        if line.toewijzingsnummer
        else (line.geboortedatum, line.geslacht, *line[6:10])
    )
    return hashlib.sha256(_WITHOUT_BSN + "|".join(parts).encode()).digest()
