# SPDX-License-Identifier: EUPL-1.2
"""Acknowledgements are erased in groups: what came while the last group was busy."""

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest

from ontschot.coordinator.link.acknowledgements import Acknowledgements
from ontschot.coordinator.mail import Acknowledged


class Office:
    """A post office whose database is busy until a test says otherwise."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.free = asyncio.Event()
        self.failures: list[Exception] = []

    def acknowledge(self, letters: Iterable[Acknowledged]) -> None:
        self.groups.append([letter.id for letter in letters])
        if self.failures:
            raise self.failures.pop(0)

    async def run(self, work: Any, *args: Any) -> Any:
        """Do ``work`` once the database is free, as a thread would."""
        await self.free.wait()
        return work(*args)


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def erasing(office: Office) -> Acknowledgements:
    both: Any = office
    return Acknowledgements(both, both)


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_what_comes_while_a_group_is_erased_is_the_next_group(
    office: Office, erasing: Acknowledgements
) -> None:
    tasks = [asyncio.create_task(erasing.add("deler", 1))]
    await settle()
    tasks += [asyncio.create_task(erasing.add(f"zorg-{id_}", id_)) for id_ in (2, 3, 4)]
    await settle()
    assert not any(task.done() for task in tasks)
    office.free.set()
    await asyncio.gather(*tasks)
    assert office.groups == [[1], [2, 3, 4]]


async def test_one_after_another_each_is_erased_at_once(
    office: Office, erasing: Acknowledgements
) -> None:
    office.free.set()
    for id_ in (1, 2):
        await erasing.add("deler", id_)
    assert office.groups == [[1], [2]]


async def test_a_group_that_fails_fails_for_all_of_it_and_the_next_goes_on(
    office: Office, erasing: Acknowledgements
) -> None:
    office.failures = [OSError("disk")]
    tasks = [asyncio.create_task(erasing.add("deler", id_)) for id_ in (1, 2)]
    await settle()
    later = asyncio.create_task(erasing.add("deler", 3))
    await settle()
    office.free.set()
    assert [type(one) for one in await asyncio.gather(*tasks, return_exceptions=True)] == [
        OSError,
        OSError,
    ]
    await later
    assert office.groups == [[1, 2], [3]]


async def test_what_a_cancelled_caller_acknowledged_is_erased_too(
    office: Office, erasing: Acknowledgements
) -> None:
    gone, stays = (asyncio.create_task(erasing.add("deler", id_)) for id_ in (1, 2))
    await settle()
    gone.cancel()
    office.free.set()
    await stays
    assert gone.cancelled()
    assert office.groups == [[1, 2]]
