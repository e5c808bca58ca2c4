# SPDX-License-Identifier: EUPL-1.2
"""Many worlds and many draws of noise, over the cores that there are."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from benchmarks.utility.beside import beside
from benchmarks.utility.exact import exact
from benchmarks.utility.gathering import Errors, Key, merged, of_answers, of_plain
from benchmarks.utility.releasing import answers, plan
from benchmarks.utility.towns import Place, made_up_place, real_place
from benchmarks.utility.worlds import COSTS, world
from ontschot.node.noise import DiscreteGaussian, NoiseSource


@dataclass(frozen=True, slots=True)
class Task:
    """One world, and how many draws of noise for it.

    ``data`` is the folder of public data for the real place; without it the place is made up.
    """

    data: Path | None
    costs: str
    seed: int
    draws: int


@dataclass(frozen=True, slots=True)
class Amount:
    """How much is measured: worlds for each place and distribution, and draws for each world."""

    worlds: int
    draws: int


WHOLE, QUICK = Amount(20, 10), Amount(2, 2)


def tasks(data: Path | None, amount: Amount, costs: Sequence[str] = tuple(COSTS)) -> list[Task]:
    """Return the work: every place and distribution; without ``data`` no real place."""
    places = [None] if data is None else [data, None]
    return [
        Task(place, name, seed, amount.draws)
        for seed in range(amount.worlds)
        for place in places
        for name in costs
    ]


def work(
    task: Task,
    noise: NoiseSource | None = None,
    weights: Mapping[str, int] | None = None,
    place: Place | None = None,
) -> dict[Key, Errors]:
    """Do one task; the world follows from its seed, the noise has none unless it is given."""
    where = place or _place(task.data)
    source = noise or DiscreteGaussian()
    rng = np.random.default_rng([task.seed, list(COSTS).index(task.costs)])
    found = exact(rng, where, world(rng, where, COSTS[task.costs]))
    planned = plan(where, weights)
    return merged(
        part
        for _ in range(task.draws)
        for part in (
            of_answers(found, task.costs, answers(found, planned, source)),
            of_plain(found, task.costs, beside(found, planned, source)),
        )
    )


def run(todo: Sequence[Task], progress: Callable[[], None]) -> dict[Key, Errors]:
    """Do all tasks, one process for each core, and call ``progress`` after each."""
    return merged(_done(todo, progress))


def _done(todo: Sequence[Task], progress: Callable[[], None]) -> Iterator[dict[Key, Errors]]:
    cores = len(os.sched_getaffinity(0))
    with ProcessPoolExecutor(cores, mp_context=get_context("forkserver")) as pool:
        for future in as_completed([pool.submit(work, task) for task in todo]):
            yield future.result()
            progress()


@cache
def _place(data: Path | None) -> Place:
    return made_up_place() if data is None else real_place(data)
