# SPDX-License-Identifier: EUPL-1.2
import json
from typing import Any

import pytest

from ontschot.coordinator.results import Area, decode_result, encode_result
from ontschot.coordinator.results.document import json_schema, shipped_schema
from ontschot.coordinator.results.errors import MalformedResult, NoSuchTable
from unit.coordinator.results.samples import q01, q13
from unit.coordinator.results.schema_check import Validator

SCHEMA: dict[str, Any] = json.loads(shipped_schema())
faults = Validator(SCHEMA).faults


def plain() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(encode_result(q13()))
    return document


def test_the_shipped_schema_is_the_schema_of_the_classes() -> None:
    assert json_schema() == SCHEMA, "write json_schema() to ontschot-result-1.schema.json"


def test_documents_follow_the_shipped_schema() -> None:
    buurt = q01([Area("BU06420101", "Centrum", 900, ("BU06420101", "BU06420102"))], [-5])
    for result in (q13(), buurt):
        assert faults(json.loads(encode_result(result))) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema",), "ontschot-result-2"),
        (("tables", 0, "areas", 0, "figures", 0, "value"), 1.5),
        (("tables", 0, "areas", 0, "figures", 0, "value"), "12"),
        (("tables", 0, "areas", 0, "figures", 0, "shown", "kind"), "suppressed"),
        (("tables", 0, "unit"), "euros"),
        (("privacy", "epsilon"), 1.0),
        (("privacy", "epsilon"), "-1"),
        (("provenance", "manifestHash"), "AB" * 32),
        (("secret",), 1),
        (("pilot",), 1),
    ],
)
def test_schema_and_decoder_refuse_the_same_faults(path: tuple[str | int, ...], value: Any) -> None:
    document = plain()
    target: Any = document
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    assert faults(document)
    with pytest.raises(MalformedResult):
        decode_result(json.dumps(document).encode())


@pytest.mark.parametrize("missing", ["schema", "privacy", "clamp", "coverage", "method", "round"])
def test_what_every_answer_carries_cannot_be_left_out(missing: str) -> None:
    document = plain()
    del document[missing]
    assert faults(document)
    with pytest.raises(MalformedResult):
        decode_result(json.dumps(document).encode())


def test_encoding_is_stable_and_comes_back() -> None:
    result = q13()
    data = encode_result(result)
    assert decode_result(data) == result
    assert encode_result(decode_result(data)) == data


def test_keys_are_camel_case_and_numbers_are_integers() -> None:
    def keys(value: Any) -> set[str]:
        if isinstance(value, dict):
            return set(value) | {k for v in value.values() for k in keys(v)}
        return {k for v in value for k in keys(v)} if isinstance(value, list) else set()

    assert all(key[0].islower() and "_" not in key for key in keys(plain()))
    figure = plain()["tables"][0]["areas"][0]["figures"][0]
    assert all(isinstance(figure[key], int) for key in ("value", "low", "high"))


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"\xff", b"nope", b"[" * 100_000])
def test_what_is_no_result_is_malformed(data: bytes) -> None:
    with pytest.raises(MalformedResult):
        decode_result(data)


def test_rows_must_have_a_figure_for_every_output() -> None:
    document = plain()
    document["tables"][0]["areas"][0]["figures"].pop()
    with pytest.raises(MalformedResult):
        decode_result(json.dumps(document).encode())


def test_the_first_table_of_the_finest_level_is_the_default() -> None:
    result = q13()
    assert result.table().id == "providers-wijk"
    assert result.table("providers-gemeente").level == "gemeente"
    with pytest.raises(NoSuchTable):
        result.table("providers-straat")
