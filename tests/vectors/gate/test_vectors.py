# SPDX-License-Identifier: EUPL-1.2
import json
import pathlib
import runpy
from typing import Any

import pytest

from ontschot.protocol.gate import BatchSpec, GatePart, MalformedGatePart, derive

HERE = pathlib.Path(__file__).parent
GENERATED = runpy.run_path(str(HERE / "generate.py"))["everything"]()


def stored(file: str) -> Any:
    return json.loads((HERE / file).read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", ["batches.json", "bad.json", "streams.json"])
def test_code_still_gives_the_committed_vectors(file: str) -> None:
    assert GENERATED[file] == stored(file)


@pytest.mark.parametrize("vector", stored("batches.json"), ids=lambda vector: vector["name"])
def test_parts_follow_from_what_the_vector_says(vector: dict[str, Any]) -> None:
    spec = BatchSpec.from_document(vector["spec"])
    batch_id = bytes.fromhex(vector["batch_id"])
    made = derive(spec, batch_id, bytes.fromhex(vector["seed"]))
    assert spec.digest == vector["spec_digest"]
    assert made.hashes == (vector["part_a"]["sha256"], vector["part_b"]["sha256"])
    assert len(made.part_a) == vector["part_a"]["bytes"]
    assert len(made.part_b) == vector["part_b"]["bytes"]
    GatePart.load(spec, "A", batch_id, made.part_a, vector["part_a"]["sha256"])


@pytest.mark.parametrize("case", stored("bad.json"), ids=lambda case: case["why"])
def test_bad_parts_are_refused(case: dict[str, Any]) -> None:
    spec = BatchSpec.from_document(case["spec"])
    data, batch_id = bytes.fromhex(case["data"]), bytes.fromhex(case["batch_id"])
    with pytest.raises(MalformedGatePart):
        GatePart.load(spec, case["party"], batch_id, data, case["offered"])
    if "flipped" not in case["why"]:
        with pytest.raises(MalformedGatePart):
            GatePart.load(spec, case["party"], batch_id, data)
