# SPDX-License-Identifier: EUPL-1.2
"""Work on several cores: every piece once, at the same time, and what goes wrong comes out."""

import threading

import pytest

from ontschot.protocol.gate.cores import cores, on_cores


@pytest.mark.parametrize("workers", [None, 0, 1, 2, 99])
@pytest.mark.parametrize("number", [0, 1, 7])
def test_every_piece_is_done_once(number: int, workers: int | None) -> None:
    done: list[int] = []
    on_cores(done.append, range(number), workers)
    assert sorted(done) == [*range(number)]


def test_pieces_are_done_at_the_same_time() -> None:
    together = threading.Barrier(3)

    def work(_: int) -> None:
        together.wait(timeout=60)

    on_cores(work, range(3), 3)


def test_one_worker_is_this_thread() -> None:
    found: list[str] = []
    on_cores(lambda _: found.append(threading.current_thread().name), range(2), 1)
    assert set(found) == {threading.current_thread().name}


@pytest.mark.parametrize("workers", [1, 2])
def test_what_a_piece_raises_is_raised(workers: int) -> None:
    def work(piece: int) -> None:
        if piece:
            raise ValueError(str(piece))

    with pytest.raises(ValueError, match=r"^1$"):
        on_cores(work, range(3), workers)


def test_there_is_a_core() -> None:
    assert cores() >= 1
