# SPDX-License-Identifier: EUPL-1.2
"""How long to wait before the next attempt."""

from collections.abc import Callable

FIRST = 0.5
LONGEST = 60.0


class Backoff:
    """Exponential waiting times with full jitter: uniform up to a bound that doubles each time.

    Full jitter spreads the return of many participants after an outage best (M. Brooker,
    "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).

    Args:
        random: returns a number in [0, 1).
        first: the first bound, seconds.
        longest: the last bound, seconds.
    """

    def __init__(
        self, random: Callable[[], float], first: float = FIRST, longest: float = LONGEST
    ) -> None:
        self._random = random
        self._first = first
        self._longest = longest
        self._bound = first

    def next(self) -> float:
        """Return how many seconds to wait now, and double the bound."""
        wait = self._random() * self._bound
        self._bound = min(2 * self._bound, self._longest)
        return wait

    def reset(self) -> None:
        """Begin again with the first bound: the last attempt succeeded."""
        self._bound = self._first
