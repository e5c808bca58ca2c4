# SPDX-License-Identifier: EUPL-1.2
"""Who is online, and when each was last heard of."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ontschot.coordinator.mail import PresenceBoard
from ontschot.coordinator.mail.presence import SILENCE
from ontschot.coordinator.store.database import open_engine, upgrade
from simulation.parties import Clock
from vectors.roster import build


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def board(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[PresenceBoard]:
    postgres = request.param == "postgres"
    url = request.getfixturevalue("postgres_database") if postgres else f"sqlite:///{tmp_path}/db"
    engine = open_engine(url)
    upgrade(engine)
    yield PresenceBoard(engine, clock)
    engine.dispose()


def test_from_connection_to_its_end(board: PresenceBoard, clock: Clock) -> None:
    assert board.all() == []
    board.connected("deler", "first", "ontschot-node 1.0")
    assert board.online() == {"deler"}
    clock.advance(20)
    board.seen("first")
    assert board.last_seen("deler") == build.NOW + timedelta(seconds=20)
    clock.advance(20)
    board.disconnected("first")
    only = board.all()[0]
    assert (only.participant, only.software, only.online) == ("deler", "ontschot-node 1.0", False)
    assert only.connected_at == build.NOW
    assert only.last_seen == clock()
    assert board.last_seen("niemand") is None


def test_a_late_end_does_not_touch_a_newer_connection(board: PresenceBoard) -> None:
    board.connected("deler", "first", "")
    board.connected("deler", "second", "")
    board.disconnected("first")
    board.seen("first")
    assert board.online() == {"deler"}
    board.disconnected("second")
    assert board.online() == frozenset()


def test_silence_counts_as_gone(board: PresenceBoard, clock: Clock) -> None:
    board.connected("deler", "first", "")
    clock.advance(SILENCE.total_seconds())
    assert board.online() == frozenset()
    board.seen("first")
    assert board.online() == {"deler"}
