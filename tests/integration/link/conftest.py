# SPDX-License-Identifier: EUPL-1.2
"""A running coordinator for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from integration.link.world import NOW, World, world
from simulation.parties import Parties


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    parties = Parties(tmp_path, now=NOW)
    async with world(parties) as made:
        yield made
