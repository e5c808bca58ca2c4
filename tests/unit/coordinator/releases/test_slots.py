# SPDX-License-Identifier: EUPL-1.2
"""Answers leave at fixed slots."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ontschot.coordinator.releases.slots import next_slot

MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(MOMENTS, st.integers(1, 1440))
def test_an_answer_waits_for_the_next_multiple_of_the_slot(moment: datetime, minutes: int) -> None:
    slot = next_slot(moment, minutes)
    assert moment <= slot < moment + timedelta(minutes=minutes)
    assert (slot - datetime(2000, 1, 1, tzinfo=UTC)) % timedelta(minutes=minutes) == timedelta()


def test_a_moment_on_the_slot_is_that_slot() -> None:
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert next_slot(noon, 15) == noon
    assert next_slot(noon + timedelta(microseconds=1), 15) == noon + timedelta(minutes=15)


def test_without_slots_an_answer_leaves_at_once() -> None:
    moment = datetime(2026, 3, 1, 12, 3, 4, 5, tzinfo=UTC)
    assert next_slot(moment, 0) == moment
