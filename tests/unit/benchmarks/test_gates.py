# SPDX-License-Identifier: EUPL-1.2
"""What is timed gives the right figures, and what cannot run says so."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.gates import CAP, THRESHOLDS, totals_of
from benchmarks.pair import AREA, Pair, Question
from benchmarks.spu import beside
from ontschot.protocol.gate import BatchSpec

SLOTS = 2 * AREA


def test_two_helpers_over_loopback_find_the_plain_figures(tmp_path: Path) -> None:
    totals = totals_of(SLOTS, 2**16)
    spec = BatchSpec("dcf", SLOTS, 16, payload="sum")
    pair = Pair(tmp_path, Question(spec, THRESHOLDS, (CAP,)), totals)
    passed = pair.run()
    rows = [*(totals >= threshold for threshold in THRESHOLDS), np.minimum(totals, CAP)]
    plain = np.stack([row.reshape(-1, AREA).sum(axis=1) for row in rows])
    assert np.array_equal(pair.figures(), plain)
    assert {one.sent for one in passed.values()} == {2 * SLOTS}
    assert all(one.seconds > 0 and one.peak > 0 for one in passed.values())


def test_without_its_environment_spu_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside, "ENVIRONMENT", tmp_path / "environment")
    monkeypatch.setattr(beside.sys, "version_info", (3, 12))  # type: ignore[attr-defined]  # the module's own import
    with pytest.raises(beside.SpuMissing, match=r"3\.11"):
        beside.compute(tmp_path, totals_of(SLOTS, 8), "FM32", THRESHOLDS, CAP, AREA, 1)
