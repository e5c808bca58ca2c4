# SPDX-License-Identifier: EUPL-1.2
"""Lines whose amounts can be recognised anywhere: for the search for leaks.

Every amount is a number of seven digits (of euro cents) that occurs once, and so is the total of
every household, and of every household at every provider. A search of all that a party stored or
sent for these numbers then finds any amount that got out.

For this every traject keeps one line, and every household at most six: six times the largest
amount still has seven digits. Lines are one piece at that price, so volume times tariff holds.
"""

import numpy as np
from numpy.typing import NDArray

from ontschot_demo.lines import Lines
from ontschot_demo.offers import OUTPUT

LEAST, MOST = 1_000_000, 1_660_000
PER_HOUSEHOLD = 6


def as_canaries(
    rng: np.random.Generator,
    lines: Lines,
    household: NDArray[np.int64],
    provider: NDArray[np.int64],
) -> Lines:
    """Return canaries instead of the m ``lines``: fewer lines, with other amounts.

    Args:
        rng: the stream of the lines.
        lines: without credits that matter: credits are left out.
        household: int64[m], of each line.
        provider: int64[m], of each line.

    Raises:
        ValueError: more lines than there are different amounts for.
    """
    kept = _chosen(lines, household)
    chosen = lines.take(kept)
    homes, providers = household[kept], provider[kept]
    pairs = homes * (int(provider.max(initial=0)) + 1) + providers
    amount = _different(rng, homes, pairs)
    return Lines(
        chosen.traject,
        chosen.first,
        chosen.last,
        np.ones(len(kept), dtype=np.int64),
        np.full(len(kept), OUTPUT),
        amount,
        chosen.credit,
        chosen.previous,
        chosen.sent,
    )


def _chosen(lines: Lines, household: NDArray[np.int64]) -> NDArray[np.int64]:
    # The first debit of each traject, and the first six trajecten of each household.
    debits = np.flatnonzero(~lines.credit)
    first = debits[np.unique(lines.traject[debits], return_index=True)[1]]
    homes = household[first]
    order = np.argsort(homes, kind="stable")
    _, starts, sizes = np.unique(homes[order], return_index=True, return_counts=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[order] = np.arange(len(first)) - np.repeat(starts, sizes)
    return first[rank < PER_HOUSEHOLD]


def _different(
    rng: np.random.Generator, homes: NDArray[np.int64], pairs: NDArray[np.int64]
) -> NDArray[np.int64]:
    # Draw again the amounts of households of which some number occurs elsewhere.
    if len(homes) * 20 > MOST - LEAST:
        msg = "too many lines for amounts that all differ"
        raise ValueError(msg)
    amount = LEAST + rng.choice(MOST - LEAST, len(homes), replace=False)
    again = _clashing(amount, homes, pairs)
    while again.any():
        free = np.setdiff1d(np.arange(LEAST, MOST), amount)
        amount[again] = rng.choice(free, int(again.sum()), replace=False)
        again = _clashing(amount, homes, pairs)
    return amount.astype(np.int64)


def _clashing(
    amount: NDArray[np.int64], homes: NDArray[np.int64], pairs: NDArray[np.int64]
) -> NDArray[np.bool_]:
    # Lines in a household one of whose numbers is also a number of another household or provider.
    home, of_home = np.unique(homes, return_inverse=True)
    _, first, of_pair = np.unique(pairs, return_index=True, return_inverse=True)
    home_total = np.bincount(of_home, weights=amount).astype(np.int64)
    pair_total = np.bincount(of_pair, weights=amount).astype(np.int64)
    lines_at = np.bincount(of_pair)
    several = np.bincount(of_home[first]) > 1
    # A total of one line, or of one provider, is the same number as what it is a total of.
    values = np.concatenate((amount, pair_total[lines_at > 1], home_total[several]))
    owners = np.concatenate((of_home, of_home[first][lines_at > 1], np.flatnonzero(several)))
    _, kind, times = np.unique(values, return_inverse=True, return_counts=True)
    bad = np.zeros(len(home), dtype=np.bool_)
    bad[owners[times[kind] > 1]] = True
    return bad[of_home]
