# SPDX-License-Identifier: EUPL-1.2
"""Worlds in which an attack begins; every rule of the simulation machine holds all the way."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import pytest

from simulation.machine.acts import Step, do
from simulation.machine.running import Bases
from simulation.machine.world import World

Play: TypeAlias = Callable[..., None]


@pytest.fixture
def world(bases: Bases) -> Iterator[World]:
    """A question was answered over four providers; gate keys are in stock."""
    with bases.world("answered") as (begun, _):
        yield begun


@pytest.fixture
def play(world: World) -> Play:
    """Take steps, and check every rule after them."""

    def take(*steps: Step) -> None:
        for step in steps:
            do(world, step)
            world.look()

    return take
