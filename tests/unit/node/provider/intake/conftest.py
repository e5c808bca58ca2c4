# SPDX-License-Identifier: EUPL-1.2
"""A desk to load files at, on both databases or on SQLite only."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ontschot.node.database import open_engine
from ontschot.node.provider.records.identity import create_keys
from ontschot.node.provider.records.schema import prepare
from unit.node.provider.intake.samples import Desk


def _desk(url: str, folder: Path) -> Iterator[Desk]:
    engine = open_engine(url)
    prepare(engine)
    yield Desk(engine, create_keys(folder / "keys.json"), folder)
    engine.dispose()


@pytest.fixture
def desk(records_url: str, tmp_path: Path) -> Iterator[Desk]:
    """A desk on each database in turn."""
    yield from _desk(records_url, tmp_path)


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[Desk]:
    """A desk on SQLite, for what does not depend on the database."""
    yield from _desk(f"sqlite:///{tmp_path / 'records.db'}", tmp_path)
