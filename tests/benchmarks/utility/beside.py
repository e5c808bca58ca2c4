# SPDX-License-Identifier: EUPL-1.2
"""The same budget spent in other ways: by a trusted curator, and by each provider alone.

*A trusted curator* has all records in one place: one clamp per level (`domain.md`, section 7:
EUR 50,000 per buurt and wijk, 150,000 per gemeente for all care together; per publication group
what stands there), one draw of OpenDP's discrete Gaussian on each figure, no estimator. It pays the
same price for each question. Its divisions over levels are the product's and that of `privacy.md`
(10, 20 and 70 % for gemeente, wijk and buurt).

*The share of the dearest 3 %* a curator can release as such: the sum of what the dearest households
cost, so many as 3 % of the addresses, each clamped, over the sum of all. One household that comes
or goes moves the first by the clamp at most too: it comes in the place of one that costs less, or
not at all. The first has the price of the tiers of Q10, the second that of its sum.

*Noise at each provider*: nobody adds up anything before noise. Each provider clamps and counts its
own households and adds full noise for one household at that provider; the noised figures are added
up. A household that is known at k providers pays k times. Who is among the dearest over all
providers nobody knows then, so there is no such share.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np

from benchmarks.utility.exact import (
    CENTS,
    Exact,
    counted,
    true_values,
    values_at_providers,
    with_tails,
)
from benchmarks.utility.releasing import Plan
from benchmarks.utility.towns import Floats, Slots, area_sums
from ontschot.node.noise import NoiseSource
from ontschot.protocol.catalogue.definitions import BlockDefinition, Definition, definition
from ontschot.protocol.documents.rounds import Level
from ontschot.protocol.privacy.accuracy import Z_95
from ontschot.protocol.privacy.units import sigma_for

CAPS: Final[Mapping[Level, int]] = {"gemeente": 150_000, "wijk": 50_000, "buurt": 50_000}
"""Euros, for all care together."""

GROUP_CAPS: Final = (15_000, 15_000, 75_000, 25_000, 25_000, 100_000, 100_000, 20_000)
"""Euros, for publication groups 1 to 8."""

LEVEL_SHARES: Final[Mapping[Level, int]] = {"gemeente": 10, "wijk": 20, "buurt": 70}
"""Per cent of a question's price, by `privacy.md`."""

QUESTIONS: Final = ("Q01", "Q02", "Q06", "Q09", "Q10", "Q12", "Q13")

TOP: Final = 3
"""Per cent of the addresses."""

Name: TypeAlias = Literal["curator", "curator 10/20/70", "noise at each provider"]


@dataclass(frozen=True, slots=True, eq=False)
class Plain:
    """A plain release of a block: figures float64[areas, m] and half of their 95 % intervals.

    ``kind`` is ``plain``, or ``shares`` for that of the dearest (permille, one column).
    """

    question: str
    block: BlockDefinition
    name: Name
    figures: Floats
    half: Floats
    kind: Literal["plain", "shares"] = "plain"


def beside(exact: Exact, planned: Plan, noise: NoiseSource) -> Iterator[Plain]:
    """Yield every plain release of the same questions at the same prices."""
    for question in QUESTIONS:
        known = definition(question)
        for block in known.blocks:
            if question == "Q01" and block.statistic != "capped":
                continue
            price = planned.prices[question]
            shares = [("curator", block.share)]
            if question in ("Q01", "Q06"):
                shares.append(("curator 10/20/70", _by_level(known, block)))
            for name, share in shares:
                yield _curated(exact, known, block, name, price * share // 100, noise)
            yield _of_providers(exact, known, block, price * block.share // 100, noise)
    yield _top_share(exact, definition("Q10"), planned.prices["Q10"], noise)


def _by_level(known: Definition, block: BlockDefinition) -> int:
    # One variable of a question keeps its part, divided over levels as the design says.
    own = [one for one in known.blocks if one.variable == block.variable and one.level in CAPS]
    own = [one for one in own if one.statistic == block.statistic]
    return max(1, sum(one.share for one in own) * LEVEL_SHARES[block.level] // 100)


def _curated(
    exact: Exact, known: Definition, block: BlockDefinition, name: str, rho: int, noise: NoiseSource
) -> Plain:
    if block.statistic == "capped":
        cap = cap_of(known, block)
        values = np.round(np.minimum(_euros(known, block, exact), cap))
        sums = area_sums(exact.area_map(block), exact.world.slot, values)[:, None]
        scale, sensitivity = CENTS, cap**2
    else:
        columns = counted(block, true_values(known, block, exact.world))
        area_map = exact.area_map(block)
        sums = np.stack([area_sums(area_map, exact.world.slot, one) for one in columns], axis=1)
        scale, sensitivity = 1, len(columns) if block.statistic == "at-least" else 1
    sigma = sigma_for(rho, sensitivity)
    noised = (sums + noise.draw(sigma, sums.size).reshape(sums.shape)) * scale
    return _plain(known, block, name, noised, float(sigma) * scale)


def cap_of(known: Definition, block: BlockDefinition) -> int:
    """Return what a household counts for at most, in euros."""
    groups = known.variable(block.variable).groups
    return GROUP_CAPS[groups[0] - 1] if groups else CAPS[block.level]


def _euros(known: Definition, block: BlockDefinition, exact: Exact) -> Floats:
    quantum = known.variable(block.variable).quantum_cents / CENTS
    euros: Floats = true_values(known, block, exact.world) * quantum
    return euros


def _top_share(exact: Exact, known: Definition, price: int, noise: NoiseSource) -> Plain:
    tiers, total = known.blocks
    area_map, cap = exact.area_map(total), cap_of(known, total)
    euros = np.round(np.minimum(_euros(known, total, exact), cap))
    areas = area_map.index[exact.world.slot]
    found = []
    for area, size in enumerate(area_map.slots_per_area):
        own = np.sort(euros[areas == area])[::-1]
        found.append([own[: round(size * TOP / 100)].sum(), own.sum()])
    sigmas = [sigma_for(price * block.share // 100, cap**2) for block in (tiers, total)]
    top, whole = (
        column + noise.draw(sigma, len(column))
        for column, sigma in zip(np.array(found).T, sigmas, strict=True)
    )
    share = top / whole
    # Of a ratio of two figures with noise of their own, to first order.
    deviation = np.hypot(float(sigmas[0]), share * float(sigmas[1])) / np.abs(whole)
    half = 1000 * Z_95 * deviation[:, None]
    return Plain(known.id, tiers, "curator", 1000 * share[:, None], half, "shares")


def _of_providers(
    exact: Exact, known: Definition, block: BlockDefinition, rho: int, noise: NoiseSource
) -> Plain:
    providers = exact.place.providers
    slots, columns = _at_providers(exact, known, block)
    area_map = exact.area_map(block)
    sums = np.stack([area_sums(area_map, slots, one) for one in columns], axis=1)
    is_money = block.statistic == "capped"
    scale, sensitivity = (CENTS, cap_of(known, block) ** 2) if is_money else (1, 1)
    sigma = sigma_for(rho, sensitivity)
    added = noise.draw(sigma, providers * sums.size).reshape(providers, *sums.shape).sum(axis=0)
    deviation = float(sigma) * scale * providers**0.5
    return _plain(known, block, "noise at each provider", (sums + added) * scale, deviation)


def _at_providers(
    exact: Exact, known: Definition, block: BlockDefinition
) -> tuple[Slots, list[Floats]]:
    """Return the slot of each pair of household and provider, and what it adds to each figure."""
    household, _ = exact.world.pairs
    slots = exact.world.slot[household]
    # Nobody knows which households of another provider are its own: each counts them once.
    values = values_at_providers(known, block, exact.world)
    if block.statistic == "capped":
        euros = values * known.variable(block.variable).quantum_cents / CENTS
        return slots, [np.rint(np.minimum(euros, float(cap_of(known, block))))]
    return slots, [one.astype(np.float64) for one in counted(block, values)]


def _plain(
    known: Definition, block: BlockDefinition, name: str, figures: Floats, deviation: float
) -> Plain:
    # Figures from each bin on are sums of independent columns.
    squares = np.full(figures.shape, deviation**2)
    half = Z_95 * np.sqrt(with_tails(known, block, squares))
    return Plain(known.id, block, name, with_tails(known, block, figures), half)  # type: ignore[arg-type]
