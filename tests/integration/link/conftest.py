# SPDX-License-Identifier: EUPL-1.2
"""A running coordinator for each test."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from integration.link.world import World, world
from simulation.parties import Parties


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    parties = Parties(tmp_path, now=datetime.now(UTC).replace(microsecond=0))
    async with world(parties) as made:
        yield made
