# SPDX-License-Identifier: EUPL-1.2
"""A record store with a few hand-made rows."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert

from ontschot.node.database import open_engine
from ontschot.node.provider.records.identity import Identity, create_keys
from ontschot.node.provider.records.models import (
    Adres,
    Client,
    Inlading,
    Levering,
    Prestatie,
    Toewijzing,
)
from ontschot.node.provider.records.schema import prepare


@pytest.fixture
def engine(records_url: str) -> Iterator[Engine]:
    engine = open_engine(records_url)
    prepare(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def identity(tmp_path: Path) -> Identity:
    return create_keys(tmp_path / "keys.json")


@dataclass
class Filler:
    """Writes rows directly, with defaults for what a test does not care about."""

    engine: Engine
    clients: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        row = {
            "bestand_sha256": "0" * 64, "agb": "12345678", "profiel": "rehearsal",
            "modus": "referentie", "geladen_op": datetime(2026, 1, 1, tzinfo=UTC),
            "regels": 0, "geladen": 0, "afgewezen": 0, "dubbel": 0, "netto_cent": 0,
        }  # fmt: skip
        self.load = self._insert(Inlading, row)

    def client(self, **values: object) -> int:
        index = len(self.clients).to_bytes(32, "big")
        client = self._insert(Client, {"bsn_index": index, **values})
        self.clients.append(client)
        return client

    def address(self, client: int, postcode: str = "1234AB", **values: object) -> None:
        day = date(2025, 1, 1)
        row = {
            "client_id": client, "soort": "01", "postcode": postcode, "huisnummer": 1,
            "huisletter": "", "toevoeging": "", "gemeente": "0642",
            "gezien_van": day, "gezien_tot": day,
        }  # fmt: skip
        self._insert(Adres, row | values)

    def help(self, client: int, cent: int, dc: str = "D", **values: object) -> None:
        row = {
            "inlading_id": self.load, "client_id": client, "gemeente": "0642", "wet": "JW",
            "categorie": "45", "hulpvorm": "02", "periode_van": date(2025, 3, 1),
            "periode_tot": date(2025, 3, 31), "bedrag_cent": cent, "dc": dc,
        }  # fmt: skip
        self._insert(Prestatie, row | values)

    def grant(self, client: int, number: int, verwijzer: str | None, **values: object) -> None:
        row = {
            "gemeente": "0642", "wet": "JW", "toewijzing_nr": number, "client_id": client,
            "categorie": "45", "ingang": date(2025, 3, 1), "verwijzer": verwijzer,
        }  # fmt: skip
        self._insert(Toewijzing, row | values)

    def traject(self, client: int, begin: date, einde: date | None, **values: object) -> None:
        row = {
            "client_id": client, "gemeente": "0642", "wet": "JW", "hulpvorm": "02",
            "begin": begin, "einde": einde, "gestart_met_crisis": False, "leveringen": 1,
        }  # fmt: skip
        self._insert(Levering, row | values)

    def _insert(self, table: type, row: dict[str, object]) -> int:
        with self.engine.begin() as connection:
            key = connection.execute(insert(table).values(row)).inserted_primary_key
        assert key is not None
        return 0 if table is Toewijzing else int(key[0])


@pytest.fixture
def filler(engine: Engine) -> Filler:
    return Filler(engine)
