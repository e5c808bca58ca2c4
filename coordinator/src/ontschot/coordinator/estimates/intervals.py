# SPDX-License-Identifier: EUPL-1.2
"""Intervals of 95 % around estimates that cannot be negative.

Sums of money over households are skewed to the right, and so are the errors of their estimates: a
symmetric interval misses mostly on one side. The interval is that of a lognormal variable with the
estimate as its mean and the mean squared error as its variance (Slud and Maiti 2006 use it for
small areas); for small relative errors it is the symmetric one.
"""

import math

from ontschot.protocol.privacy.accuracy import Z_95


def interval(value: float, standard_error: float) -> tuple[float, float]:
    """Return the lower and the upper end of the 95 % interval; a value of zero or less is cut."""
    if value <= 0 or standard_error >= 2 * value:
        return 0.0, max(0.0, value) + Z_95 * standard_error
    log_variance = math.log1p((standard_error / value) ** 2)
    middle, half = math.log(value) - log_variance / 2, Z_95 * math.sqrt(log_variance)
    return math.exp(middle - half), math.exp(middle + half)
