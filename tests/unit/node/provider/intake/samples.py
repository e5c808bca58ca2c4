# SPDX-License-Identifier: EUPL-1.2
"""Lines of the CSV file, and one place to load them into."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

from ontschot.node.database import open_engine
from ontschot.node.provider.intake.columns import COLUMNS, HEADER, Line
from ontschot.node.provider.intake.report import LoadReport
from ontschot.node.provider.intake.service import Progress, load_file
from ontschot.node.provider.intake.settings import IntakeSettings
from ontschot.node.provider.records.bsn import remainder
from ontschot.node.provider.records.identity import Identity, create_keys
from ontschot.node.provider.records.models import Base
from ontschot.node.provider.records.schema import prepare

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
AGB = "12345678"
TEST_BSN = "999900006"
NO_BSN = "999999999"
SETTINGS = IntakeSettings(AGB, frozenset({"0642", "0531"}), "rehearsal")

GOOD = {
    "agb": AGB,
    "referentie": "R1",
    "vorige_referentie": "",
    "bsn": TEST_BSN,
    "geboortedatum": "2012-05-01",
    "geslacht": "2",
    "postcode": "3331AB",
    "huisnummer": "12",
    "huisletter": "",
    "toevoeging": "",
    "gemeentecode": "0642",
    "wet": "JW",
    "categorie": "45",
    "productcode": "45A48",
    "toewijzingsnummer": "1001",
    "toewijzingsdatum": "2024-12-20",
    "ingang": "2025-01-01",
    "begin": "2025-01-06",
    "einde": "",
    "reden_einde": "",
    "verwijzer": "02",
    "periode_van": "2025-03-01",
    "periode_tot": "2025-03-31",
    "volume": "10",
    "eenheid": "04",
    "bedrag_cent": "75000",
    "dc": "D",
}
"""A line without any remark."""


def line(**changes: str) -> dict[str, str]:
    """Return the good line with some columns changed."""
    assert changes.keys() <= GOOD.keys()
    return GOOD | changes


def parsed(**changes: str) -> Line:
    """Return the good line as the rules see it."""
    return Line(**line(**changes))


def text(rows: Iterable[Mapping[str, str]]) -> str:
    """Return a CSV file."""
    return "".join(f"{text}\n" for text in (HEADER, *(joined(row) for row in rows)))


def joined(row: Mapping[str, str]) -> str:
    """Return one line of a CSV file."""
    return ";".join(row[name] for name in COLUMNS)


def numbers(count: int, remainder_is: int = 1) -> list[str]:
    """Return different BSNs that can be nobody's (remainder 1), or other ones."""
    found: list[str] = []
    number = 100_000_000
    while len(found) < count:
        if remainder(str(number)) == remainder_is:
            found.append(str(number))
        number += 1
    return found


@dataclass
class Desk:
    """A record store, its keys, and a folder for files."""

    engine: Engine
    identity: Identity
    folder: Path
    settings: IntakeSettings = SETTINGS
    files: int = field(default=0)

    def load(
        self, *rows: Mapping[str, str], confirm: bool = True, progress: Progress | None = None
    ) -> LoadReport:
        """Load a file of these rows; the check of the whole is confirmed unless said otherwise."""
        return self.load_bytes(text(rows).encode(), confirm=confirm, progress=progress)

    def load_bytes(
        self, data: bytes, *, confirm: bool = True, progress: Progress | None = None
    ) -> LoadReport:
        """Load a file of these bytes."""
        self.files += 1
        path = self.folder / f"{self.files}.csv"
        path.write_bytes(data)
        return self.load_path(path, confirm=confirm, progress=progress)

    def load_path(
        self, path: Path, *, confirm: bool = True, progress: Progress | None = None
    ) -> LoadReport:
        """Load the file at ``path``."""
        return load_file(
            self.engine,
            self.identity,
            self.settings,
            path,
            clock=lambda: NOW,
            confirm=confirm,
            progress=progress,
        )

    def use(self, **changes: Any) -> None:
        """Change some settings."""
        self.settings = replace(self.settings, **changes)

    def rows(self, table: str, *columns: str) -> list[tuple[Any, ...]]:
        """Return columns of a table in their natural order."""
        found = Base.metadata.tables[table]
        wanted = [found.c[name] for name in columns]
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(select(*wanted))]

    def state(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return all that is kept of clients, in an order that does not depend on loads."""
        skip = {"prestatie_id", "inlading_id", "levering_id", "adres_id", "client_id"}
        skip |= {"bsn_versleuteld"}
        tables = ("client", "adres", "toewijzing", "levering", "prestatie")
        found = {}
        for name in tables:
            columns = [c.name for c in Base.metadata.tables[name].columns if c.name not in skip]
            found[name] = sorted(self.rows(name, *columns), key=repr)
        return found


def desk_at(url: str, folder: Path) -> Iterator[Desk]:
    """Yield a desk on the empty database at ``url``."""
    engine = open_engine(url)
    prepare(engine)
    yield Desk(engine, create_keys(folder / "keys.json"), folder)
    engine.dispose()


def codes(report: LoadReport) -> dict[str, int]:
    """Return how often each rule spoke."""
    return {rule.code: count for rule, count in report.counts}
