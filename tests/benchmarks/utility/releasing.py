# SPDX-License-Identifier: EUPL-1.2
"""A round's answers as the product makes them: its prices, its noise, its result documents.

What is left out is the secret sharing: shares of the same sums, that neither change them nor are
seen by anyone who reads an answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Final

import numpy as np

from benchmarks.utility.exact import QUESTIONS, Exact
from benchmarks.utility.towns import Place
from ontschot.coordinator.estimates.improving import improve
from ontschot.coordinator.estimates.models import RoundModels
from ontschot.coordinator.releases.wording import cumulative_labels, labels, table_title
from ontschot.coordinator.results.build import build_result
from ontschot.coordinator.results.document import Result
from ontschot.coordinator.results.release import Area, Block, HelperSignature, Metadata
from ontschot.node.noise import NoiseSource
from ontschot.protocol.catalogue.definitions import Definition, definition
from ontschot.protocol.catalogue.dividing import default_weight, divide
from ontschot.protocol.catalogue.planning import plan_blocks
from ontschot.protocol.documents.queries import Block as AskedBlock
from ontschot.protocol.language import Text
from ontschot.protocol.privacy.conversion import DEFAULT_CAP, DELTA, epsilon_of
from ontschot.protocol.privacy.units import RHO_UNITS, parse_sigma

M: Final = 3
"""Providers of a household that the roster reckons with; only cells use it."""

_DUTCH = Text("Nabootsing", "Simulation")


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """The queries of a round: price in units of 1e-12 rho and blocks, by question."""

    prices: Mapping[str, int]
    blocks: Mapping[str, list[AskedBlock]]


def plan(place: Place, weights: Mapping[str, int] | None = None) -> Plan:
    """Return the round with the whole budget of a household, divided as a round's plan does.

    ``weights`` are those of the product where nothing else is given.
    """
    prices = divide(DEFAULT_CAP, weights or {one: default_weight(one) for one in QUESTIONS})
    maps = {key: area_map.digest for key, area_map in place.maps.items()}
    return Plan(
        prices,
        {
            one: plan_blocks(definition(one), maps, price, household_providers=M)
            for one, price in prices.items()
        },
    )


def answers(exact: Exact, planned: Plan, noise: NoiseSource) -> list[Result]:
    """Return the answers of a round, with full noise of both helpers and with their estimates."""
    published = []
    for question, asked in planned.blocks.items():
        known = definition(question)
        blocks = [_opened(exact, known, block, noise) for block in asked]
        rho = sum(int(block.rho) for block in asked)
        published.append((known, build_result(_metadata(known, rho, exact.place), blocks)))
    place = exact.place
    return improve(RoundModels(published, place.maps.__getitem__, place.boundaries))


def _opened(exact: Exact, known: Definition, block: AskedBlock, noise: NoiseSource) -> Block:
    place = next(one for one in known.blocks if one.id == block.id)
    area_map = exact.area_map(place)
    sums, sigma = exact.opened[known.id, block.id], parse_sigma(block.sigma)
    added = noise.draw(sigma, sums.size) + noise.draw(sigma, sums.size)
    variable = known.source(block.variable)
    code = next((code for code in known.codes if code.id == block.variable), None)
    return Block(
        id=block.id,
        title=table_title(block, variable),
        level=block.level,
        statistic=block.statistic,
        labels=labels(block, variable),
        quantum_cents=variable.quantum_cents if variable and block.statistic == "capped" else 1,
        sigma=sigma,
        noise="full",
        cap=block.cap,
        areas=tuple(
            Area(area.code, area.name, int(size), area.holds)
            for area, size in zip(area_map.areas, area_map.slots_per_area, strict=True)
        ),
        sums=sums + np.asarray(added, dtype=np.int64).reshape(sums.shape),
        is_ordered=code is None or code.is_number,
        cumulative_labels=cumulative_labels(block, variable) if variable else (),
    )


def _metadata(known: Definition, rho: int, place: Place) -> Metadata:
    return Metadata(
        result_id=known.id.lower(),
        question=known.id,
        title=known.title.text,
        wording=known.question.text,
        round_id="nabootsing",
        first_day=date(2025, 1, 1),
        last_day=date(2025, 12, 31),
        purpose=_DUTCH,
        protected_unit=_DUTCH,
        counted="households",
        rho=Fraction(rho, RHO_UNITS),
        epsilon=Fraction(epsilon_of(rho, DELTA)),
        delta=DELTA,
        clamp=_DUTCH,
        participants=place.providers,
        coverage=_DUTCH,
        manifest_hash="00" * 32,
        signatures=tuple(HelperSignature(name, "", "00" * 64) for name in ("A", "B")),
        published_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
