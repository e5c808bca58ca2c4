# SPDX-License-Identifier: EUPL-1.2
"""Codes in queries and manifests: what may not be said, and what they say of themselves."""

import json
from typing import Any

import pytest

from ontschot.protocol import canonical
from ontschot.protocol.documents.base import MalformedDocument
from ontschot.protocol.documents.queries import Query
from ontschot.protocol.documents.releases import Manifest
from unit.protocol.documents.samples import BINS, CHAINED, CODE, CODED, MANIFEST, QUERY

CODE_FIELDS = json.loads(CODE.to_bytes())
BITS = CODE_FIELDS["components"]
BLOCK = json.loads(CODED.blocks[0].to_bytes())


def codes(*bits: dict[str, Any], name: str = "both") -> dict[str, Any]:
    return {"codes": [{"id": name, "components": list(bits)}]}


@pytest.mark.parametrize(
    "change",
    [
        codes(BITS[0]),
        codes(BITS[1], BITS[0]),
        codes(BITS[0], BITS[0]),
        codes(BITS[0], BITS[1] | {"weight": 0}),
        codes(BITS[0], BITS[1] | {"weight": 63}),
        codes(BITS[0], BITS[1] | {"threshold": 0}),
        codes(BITS[0], BITS[1] | {"cap": None}),
        codes(BITS[0], BITS[1] | {"variable": "both"}),
        codes(*BITS, name="other"),
        {"codes": [CODE_FIELDS, CODE_FIELDS]},
        {"blocks": [BLOCK | {"statistic": "at-least"}]},
    ],
)
def test_a_query_with_a_code_that_cannot_be_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(MalformedDocument):
        Query.parse(canonical.encode(json.loads(CODED.to_bytes()) | change))


def test_a_name_without_a_code_is_that_of_a_variable() -> None:
    data = canonical.encode(json.loads(CODED.to_bytes()) | {"codes": []})
    assert Query.parse(data).variables == ("both",)


@pytest.mark.parametrize(
    "change",
    [
        {"chains": []},
        {"parts": json.loads(CHAINED.to_bytes())["parts"][:1]},
        {"chains": [{"code": CODE_FIELDS, "gate": {"batch": "5" * 64, "ring_bits": 3}}]},
        {"chains": [{"code": CODE_FIELDS, "gate": None}]},
        {"kind": "admit", "query": None},
    ],
)
def test_a_manifest_that_does_not_fit_its_codes_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(MalformedDocument):
        Manifest.parse(canonical.encode(json.loads(CHAINED.to_bytes()) | change))


def test_what_a_code_says_of_itself() -> None:
    assert (CODE.largest, CODE.ring_bits, CODE.is_number) == (3, 2, False)
    counted = CODE.model_copy(
        update={"components": [bit.model_copy(update={"weight": 1}) for bit in CODE.components]}
    )
    assert (counted.largest, counted.ring_bits, counted.is_number) == (2, 2, True)


def test_what_is_computed_of_variables_and_codes() -> None:
    assert CODED.variables == QUERY.variables == ("euros", "served")
    assert CODED.functions_of("euros") == (CODE.components[0],)
    assert CODED.functions_of("both") == tuple(CODED.blocks)
    assert CODED.code_of(CODED.blocks[0]) == CODE
    assert QUERY.code_of(BINS) is None
    first = [part.gate for part in CHAINED.parts]
    assert CHAINED.gates == (*first, CHAINED.chains[0].gate)
    assert MANIFEST.gates == tuple(part.gate for part in MANIFEST.parts)
    assert (CHAINED.codes, MANIFEST.codes) == ([CODE], [])
