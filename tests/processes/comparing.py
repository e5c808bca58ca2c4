# SPDX-License-Identifier: EUPL-1.2
"""What a measured run is compared with: releases, codes of areas, roundings and prices."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from ontschot.protocol.documents.queries import Block, Query
from ontschot.protocol.privacy.charge import charges_of
from ontschot_demo.installing import HELPERS
from processes.measured import Measured, rows
from processes.noted import manifests_of
from processes.searching import Hit

QUANTUM = 10_000
"""Euro cents of one quantum of Q01."""


def is_found(what: str, hits: Iterable[Hit]) -> bool:
    return any(hit.what.startswith(what) for hit in hits)


def as_stored(data: bytes) -> int | str | bytes:
    if data.isdigit():
        return int(data)
    return data.decode() if data.isascii() and b"\0" not in data else data


def releases_of(measured: Measured, *query: str | None) -> list[str]:
    manifests = manifests_of(measured, HELPERS[0])
    return [name for name, found in manifests.items() if not query or found["query"] == query[0]]


def codes_of(measured: Measured, block: Block) -> tuple[str, ...]:
    maps = measured.party.inputs.maps.values()
    return next(found.codes for found in maps if found.digest == block.area_map)


def with_tails(query: Query, block: Block, values: list[int]) -> list[int]:
    # Codes that are no numbers have no order.
    code = query.code_of(block)
    if block.statistic != "bins" or (code is not None and not code.is_number):
        return values
    return values + [sum(values[k:]) for k in range(len(values) - 1)]


def expected_size(cents: NDArray[np.int64]) -> float:
    # An amount with fraction f of a quantum is rounded up with probability f, so the variance of
    # the sum is that of f (1 - f). Bernstein's inequality: beyond this less than once in 10^7.
    fraction = cents % QUANTUM / QUANTUM
    return float(QUANTUM * (6 * np.sqrt((fraction * (1 - fraction)).sum()) + 12))


def accounts_of(measured: Measured, name: str) -> dict[str, tuple[int, int]]:
    state = measured.party.home(name) / "state.db"
    found = rows(state, "SELECT unit, spent, reserved FROM ledger_account")
    return {unit: (spent, reserved) for unit, spent, reserved in found}


def price_of(measured: Measured, providers: int) -> dict[str, tuple[int, int]]:
    """Return what every question costs, and the checks of the uploads of so many providers."""
    questions = [query.blocks for query in measured.party.queries.values()]
    manifests = manifests_of(measured, HELPERS[0])
    admission = Block.model_validate(manifests[releases_of(measured, None)[0]]["blocks"][0])
    # A check is charged as a table of its variable: of persons, or of households.
    asked = {name for query in measured.party.queries.values() for name in query.variables}
    gated = [one for one in measured.round.variables if one.id in asked and one.cells is None]
    checks = [
        [admission.model_copy(update={"unit": "person" if one.persons else "household"})]
        for one in gated
    ]
    blocks = [*questions, *(checks * providers)]
    price = {"household": 0, "person": 0}
    for listed in blocks:
        for charge in charges_of(listed, measured.round.years):
            price[charge.unit] += charge.rho
    households = [listed for listed in blocks if listed[0].unit == "household"]
    charged = [charges_of(listed, measured.round.years)[0].rho for listed in households]
    assert sum(charged) == sum(int(block.rho) for listed in households for block in listed)
    return {unit: (spent, 0) for unit, spent in price.items()}
