# SPDX-License-Identifier: EUPL-1.2
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine

from ontschot.node.database import open_engine, upgrade
from ontschot.node.ledger import service
from ontschot.node.state.schema import MIGRATIONS
from ontschot.protocol.privacy.units import Rho

CAP = Rho(1000)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file in which the migrations have run, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "state.db"
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine, MIGRATIONS)
    engine.dispose()
    return path


@pytest.fixture
def engine(migrated: Path, tmp_path: Path) -> Iterator[Engine]:
    """A state database with its tables, and no ledger."""
    shutil.copy(migrated, tmp_path / "state.db")
    engine = open_engine(f"sqlite:///{tmp_path / 'state.db'}")
    yield engine
    engine.dispose()


@pytest.fixture
def bare(engine: Engine) -> Iterator[Connection]:
    """A transaction on a database without a ledger."""
    with engine.begin() as connection:
        yield connection


@pytest.fixture
def ledger(bare: Connection) -> Connection:
    """A transaction on a ledger with caps of 1000 units for 2024 and 2025."""
    service.create(bare, "drechtsteden", "n" * 32)
    for year in (2024, 2025):
        service.grant(bare, "household", year, CAP, "a" * 64)
        service.grant(bare, "person", year, CAP, "a" * 64)
    return bare
