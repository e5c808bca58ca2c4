# SPDX-License-Identifier: EUPL-1.2
"""An empty record store."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from ontschot.node.database import open_engine
from ontschot.node.provider.records.schema import prepare


@pytest.fixture
def engine(records_url: str) -> Iterator[Engine]:
    engine = open_engine(records_url)
    prepare(engine)
    yield engine
    engine.dispose()
