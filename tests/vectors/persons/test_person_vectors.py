# SPDX-License-Identifier: EUPL-1.2
"""The committed vectors: what every later version must compute alike."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ontschot.protocol.documents.rounds import PersonGrid
from ontschot.protocol.persons import PersonKey, buckets_of, commitment, derive
from ontschot.protocol.universe import Area, AreaMap
from vectors.persons import generate

VECTORS: dict[str, Any] = json.loads(Path(__file__).with_name("persons.json").read_text("utf-8"))
CONTRIBUTIONS = {node: bytes.fromhex(value) for node, value in VECTORS["contributions"].items()}


def key(**changes: Any) -> PersonKey:
    fields = {"round": VECTORS["round"], "set": VECTORS["set"], "of": CONTRIBUTIONS} | changes
    return derive(fields["round"], fields["set"], fields["of"])


def test_the_file_is_what_the_second_implementation_writes() -> None:
    assert generate.vectors() == VECTORS


def test_commitments() -> None:
    found = {
        node: commitment(VECTORS["round"], node, CONTRIBUTIONS[node]) for node in CONTRIBUTIONS
    }
    assert found == VECTORS["commitments"]


def test_the_check() -> None:
    assert key().check == VECTORS["check"]
    assert {node: key().proof(VECTORS["set"], node) for node in CONTRIBUTIONS} == VECTORS["proofs"]


@pytest.mark.parametrize("case", VECTORS["buckets"])
def test_buckets(case: dict[str, Any]) -> None:
    block = key().block(case["variable"], case["area"])
    assert key().bucket(block, case["bsn"], case["of"]) == case["bucket"]


@pytest.mark.parametrize("case", VECTORS["sizes"])
def test_sizes(case: dict[str, Any]) -> None:
    slots = case["slots"]
    area_map = AreaMap(
        "0" * 64,
        "buurt",
        1,
        (Area("BU00010001", "x", ("BU00010001",)),),
        np.array([0], dtype=np.int32),
        np.array([slots], dtype=np.int64),
    )
    grid = PersonGrid(level="buurt", minimum=1, per_mille=case["per_mille"])
    assert buckets_of(grid, area_map).sizes.tolist() == [case["buckets"]]


@pytest.mark.parametrize("case", VECTORS["bad"], ids=lambda case: case["why"])
def test_another_key_has_another_check(case: dict[str, Any]) -> None:
    of = dict(CONTRIBUTIONS)
    of.pop(case.get("without", ""), None)
    if "changed" in case:
        of[case["changed"]] = bytes(32)
    changes = {name: case[name] for name in ("round", "set") if name in case}
    assert key(of=of, **changes).check != VECTORS["check"]
