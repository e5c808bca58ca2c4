# SPDX-License-Identifier: EUPL-1.2
"""Two worlds to test: all of Voorbeeldstad, and a small town for what needs no numbers."""

from collections.abc import Iterator

import pytest

from ontschot_demo.clients import DEFAULT_PERIOD, Options, Paths, World, make_world, write_world
from ontschot_demo.town import Town, generate_town
from ontschot_demo.truth import Sources, Truth

SEED = 2024


@pytest.fixture(scope="session")
def small_town() -> Town:
    return generate_town(SEED, households=700, buurten=14, wijken=3)


@pytest.fixture(scope="session")
def world() -> World:
    return make_world(generate_town(SEED), Options(SEED))


@pytest.fixture(scope="session")
def paths(world: World, tmp_path_factory: pytest.TempPathFactory) -> Paths:
    return write_world(tmp_path_factory.mktemp("world"), world)


@pytest.fixture(scope="session")
def truth(paths: Paths) -> Iterator[Truth]:
    found = Truth(Sources(paths.lines, paths.left_out, paths.addresses), DEFAULT_PERIOD)
    yield found
    found.close()
