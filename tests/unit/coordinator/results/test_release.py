# SPDX-License-Identifier: EUPL-1.2
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from ontschot.coordinator.results import Area
from ontschot.coordinator.results.errors import InconsistentRelease
from unit.coordinator.results.samples import GEMEENTEN, METADATA, bins_block, sum_block

BINS = bins_block(np.zeros((2, 5)))
SUMS = sum_block([1, 2], [Area("BU06420101", "A", 300), Area("BU06420102", "B", 300)])


@pytest.mark.parametrize(
    "change",
    [
        {"sums": np.zeros((2, 5), dtype=np.int32)},
        {"sums": np.zeros((5, 2), dtype=np.int64)},
        {"areas": (), "sums": np.zeros((0, 5), dtype=np.int64)},
        {"labels": (), "sums": np.zeros((2, 0), dtype=np.int64)},
        {"areas": (GEMEENTEN[0], GEMEENTEN[0])},
        {"sigma": Fraction(0)},
        {"noise": "none"},
        {"level": "straat"},
        {"statistic": "mean"},
        {"cap": 4},
        {"quantum_cents": 100},
        {"id": "Hoofdletter"},
        {"cumulative_labels": BINS.labels},
    ],
)
def test_a_count_block_that_contradicts_itself_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(InconsistentRelease):
        replace(BINS, **change)


@pytest.mark.parametrize("change", [{"cap": None}, {"cap": 0}, {"quantum_cents": 0}])
def test_a_sum_block_needs_a_cap_and_a_quantum(change: dict[str, Any]) -> None:
    with pytest.raises(InconsistentRelease):
        replace(SUMS, **change)


@pytest.mark.parametrize(
    "change",
    [
        {"result_id": "../etc"},
        {"result_id": ""},
        {"manifest_hash": "AB" * 32},
        {"published_at": datetime(2026, 1, 1)},  # noqa: DTZ001 - the fault under test
        {"last_day": date(2024, 12, 31)},
        {"counted": "families"},
        {"rho": Fraction(0)},
        {"epsilon": Fraction(-1)},
        {"delta": Fraction(1)},
        {"participants": 0},
    ],
)
def test_metadata_out_of_range_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(InconsistentRelease):
        replace(METADATA, **change)


@pytest.mark.parametrize(
    "area",
    [("", "x", 1, ()), ("BU;1", "x", 1, ()), ("BU1", "x", -1, ()), ("BU1", "x", 1, ("A", "A"))],
)
def test_an_area_with_a_wrong_code_is_refused(area: tuple[str, str, int, tuple[str, ...]]) -> None:
    with pytest.raises(InconsistentRelease):
        Area(*area)
