# SPDX-License-Identifier: EUPL-1.2
"""A desk to load files at, on both databases or on SQLite only."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from unit.node.provider.intake.samples import Desk, desk_at


@pytest.fixture
def desk(records_url: str, tmp_path: Path) -> Iterator[Desk]:
    """A desk on each database in turn."""
    yield from desk_at(records_url, tmp_path)


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[Desk]:
    """A desk on SQLite, for what does not depend on the database."""
    yield from desk_at(f"sqlite:///{tmp_path / 'records.db'}", tmp_path)
