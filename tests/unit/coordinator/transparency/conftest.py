# SPDX-License-Identifier: EUPL-1.2
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine

from ontschot.coordinator.store.database import one_writer, open_engine, upgrade


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database with all tables, of either kind."""
    postgres = request.param == "postgres"
    url = request.getfixturevalue("postgres_database") if postgres else f"sqlite:///{tmp_path}/db"
    made = open_engine(url)
    upgrade(made)
    yield made
    made.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """One transaction that writes."""
    with one_writer(engine) as connection:
        yield connection
