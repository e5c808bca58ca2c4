# SPDX-License-Identifier: EUPL-1.2
"""Answers leave at fixed slots, so that nobody learns from how long one took (privacy, 0.14).

The time that a sampler takes depends a little on the noise that it draws (Jin et al., arXiv
2112.05307). An answer is therefore shown from the next multiple of the roster's slot on.
"""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def next_slot(moment: datetime, minutes: int) -> datetime:
    """Return the first multiple of ``minutes`` at or after ``moment``; 0 is at once."""
    if minutes == 0:
        return moment
    slot = timedelta(minutes=minutes)
    return _EPOCH + -((_EPOCH - moment) // slot) * slot
