# SPDX-License-Identifier: EUPL-1.2
"""Handling in order; holding back what cannot be handled now, and only that sender."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from ontschot.node.link.backoff import Backoff
from ontschot.node.link.errors import CallRefused, ConnectionLost
from ontschot.node.link.intake import Delivered, Intake
from ontschot.node.mailroom import Outcome
from ontschot.protocol.letters import AttachmentRef, SignedLetter
from unit.node.link.doubles import FakeCalls, FakeMailroom, Inline, Sleeps, settle, wire

WAITING = Outcome("waiting", "letter-roster-ahead")


class Bench:
    """An intake with everything around it scripted."""

    def __init__(self) -> None:
        self.mailroom = FakeMailroom()
        self.calls = FakeCalls()
        self.sleeps = Sleeps()
        self.acknowledged: list[int] = []
        worker: Any = Inline()
        backoff = Backoff(lambda: 1.0, first=1, longest=4)
        self.intake = Intake(
            self.mailroom, self.calls, worker, self.acknowledged.append, backoff, self.sleeps
        )
        self.task = asyncio.create_task(self.intake.run())

    async def deliver(self, *letters: tuple[int, SignedLetter]) -> None:
        for number, letter in letters:
            self.intake.put(Delivered(number, letter))
        await settle()

    async def retry(self) -> None:
        await self.sleeps.pass_by(lambda _: True)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    made = Bench()
    yield made
    made.task.cancel()
    await asyncio.wait({made.task})


def letters(sender: str, count: int, first: int) -> list[tuple[int, SignedLetter]]:
    return [(first + n, wire(sender, first + n)) for n in range(count)]


async def test_in_order(bench: Bench) -> None:
    three = letters("zorg-ada", 3, 1)
    await bench.deliver(*three)
    assert bench.acknowledged == [1, 2, 3]
    assert bench.mailroom.received == [letter for _, letter in three]


async def test_refused_letters_are_acknowledged(bench: Bench) -> None:
    (one,) = letters("zorg-ada", 1, 1)
    bench.mailroom.outcomes[one[1]] = [Outcome("refused", "some-code")]
    await bench.deliver(one)
    assert bench.acknowledged == [1]


@pytest.mark.parametrize("obstacle", [WAITING, ZeroDivisionError(), CallRefused("x")], ids=repr)
async def test_one_held_letter_holds_its_sender_only(
    bench: Bench, obstacle: Outcome | Exception
) -> None:
    ada, bea = letters("zorg-ada", 2, 1), letters("zorg-bea", 2, 10)
    bench.mailroom.outcomes[ada[0][1]] = [obstacle] * 8
    await bench.deliver(*ada, *bea)
    assert bench.acknowledged == [10, 11]
    bench.mailroom.outcomes.clear()
    await bench.retry()
    assert bench.acknowledged == [10, 11, 1, 2]


async def test_another_letter_may_free_a_held_one(bench: Bench) -> None:
    (waiting,), (roster,) = letters("zorg-ada", 1, 1), letters("regio", 1, 2)
    bench.mailroom.outcomes[waiting[1]] = [WAITING, Outcome("handled")]
    await bench.deliver(waiting, roster)
    assert bench.acknowledged == [2, 1], "no need to wait for the next attempt"


async def test_it_waits_longer_each_time(bench: Bench) -> None:
    (one,) = letters("zorg-ada", 1, 1)
    bench.mailroom.outcomes[one[1]] = [WAITING] * 5
    await bench.deliver(one)
    for _ in range(4):
        await bench.retry()
    assert bench.sleeps.history == [1, 2, 4, 4, 4]
    await bench.retry()
    assert bench.acknowledged == [1]


async def test_a_new_arrival_is_handled_while_another_waits(bench: Bench) -> None:
    (held,), (fresh,) = letters("zorg-ada", 1, 1), letters("zorg-bea", 1, 2)
    bench.mailroom.outcomes[held[1]] = [WAITING] * 5
    await bench.deliver(held)
    await bench.deliver(fresh)
    assert bench.acknowledged == [2]


async def test_attachments_are_fetched_first(bench: Bench) -> None:
    ref = AttachmentRef("0" * 64, 77)
    letter = wire("zorg-ada", 1, ref)
    bench.mailroom.lacking[letter] = [ref]
    await bench.deliver((1, letter))
    assert bench.calls.made == ["download 77 into incoming"]
    assert bench.acknowledged == [1]


async def test_an_attachment_that_cannot_be_had_holds_the_letter(bench: Bench) -> None:
    ref = AttachmentRef("0" * 64, 77)
    letter = wire("zorg-ada", 1, ref)
    bench.mailroom.lacking[letter] = [ref]
    bench.calls.failures = [CallRefused("letter-recipient-unknown")]
    await bench.deliver((1, letter))
    assert bench.acknowledged == []
    await bench.retry()
    assert bench.acknowledged == [1]


async def test_a_lost_connection_ends_it(bench: Bench) -> None:
    ref = AttachmentRef("0" * 64, 77)
    letter = wire("zorg-ada", 1, ref)
    bench.mailroom.lacking[letter] = [ref]
    bench.calls.failures = [ConnectionLost()]
    await bench.deliver((1, letter))
    with pytest.raises(ConnectionLost):
        await bench.task


async def test_unreadable_letters_are_of_nobody(bench: Bench) -> None:
    junk = SignedLetter(b"junk", b"", b"")
    assert Delivered(1, junk).sender == ""
    bench.mailroom.outcomes[junk] = [Outcome("refused", "malformed-letter")]
    await bench.deliver((1, junk))
    assert bench.acknowledged == [1]


async def test_stopping_leaves_the_rest(bench: Bench) -> None:
    await bench.intake.stop()
    await bench.deliver(*letters("zorg-ada", 2, 1))
    assert bench.acknowledged == []


async def test_no_log_line_holds_what_a_fault_says(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    (one,) = letters("zorg-ada", 1, 1)
    bench.mailroom.outcomes[one[1]] = [ValueError("burger 123456782")] * 2
    await bench.deliver(one)
    logged = capsys.readouterr().out
    assert "handler-failed" in logged
    assert "ValueError" in logged
    assert "123456782" not in logged
