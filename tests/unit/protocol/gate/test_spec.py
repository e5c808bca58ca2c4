# SPDX-License-Identifier: EUPL-1.2
import dataclasses
import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontschot.protocol import canonical
from ontschot.protocol.gate import BatchNotAllowed, BatchSpec, MalformedBatchSpec

SQUARES = tuple(x * x for x in range(16))
TABLE = BatchSpec("table", 10, 4, (SQUARES, (1,) * 16))
DCF = BatchSpec("dcf", 20_000, 16, payload="sum")


@pytest.mark.parametrize("spec", [TABLE, DCF, BatchSpec("table", 1, 8, ((0,) * 256,))])
def test_document_and_back(spec: BatchSpec) -> None:
    decoded = canonical.decode(canonical.encode(spec.to_document()))
    assert BatchSpec.from_document(decoded) == spec
    assert BatchSpec.from_document(decoded).digest == spec.digest


def test_digest_is_of_the_canonical_document() -> None:
    text = b'{"kind":"dcf","outputs":[],"payload":"sum","ring_bits":16,"slots":20000}'
    assert DCF.digest == hashlib.sha256(text).hexdigest()


def test_digest_tells_every_field_apart() -> None:
    others = [
        TABLE,
        dataclasses.replace(TABLE, slots=11),
        dataclasses.replace(TABLE, outputs=(SQUARES,)),
        dataclasses.replace(TABLE, outputs=TABLE.outputs[::-1]),
        BatchSpec("table", 10, 3, (SQUARES[:8],)),
        BatchSpec("dcf", 10, 4, payload="sum"),
        BatchSpec("dcf", 10, 4, payload="wide"),
        BatchSpec("dcf", 10, 4, payload="count"),
        BatchSpec("dcf", 10, 5, payload="sum"),
    ]
    assert len({spec.digest for spec in others}) == len(others)


@pytest.mark.parametrize("bits", [1, 2, 3, 4, 5, 6, 8])
def test_tables_have_1_to_6_or_8_bits(bits: int) -> None:
    assert BatchSpec("table", 1, bits, ((0,) * 2**bits,)).ring == 2**bits


@pytest.mark.parametrize("bits", [-1, 0, 7, 9, 16])
def test_other_tables_are_refused(bits: int) -> None:
    with pytest.raises(BatchNotAllowed):
        BatchSpec("table", 1, bits, ((0,) * 2 ** max(bits, 0),))


@pytest.mark.parametrize("bits", [0, 1, 2, 32, 64])
def test_comparisons_have_3_to_31_bits(bits: int) -> None:
    assert BatchSpec("dcf", 1, 3, payload="count").ring == 8
    assert BatchSpec("dcf", 1, 31, payload="count").ring == 2**31
    with pytest.raises(BatchNotAllowed):
        BatchSpec("dcf", 1, bits, payload="count")


def test_comparisons_carry_something_and_tables_do_not() -> None:
    with pytest.raises(BatchNotAllowed):
        BatchSpec("dcf", 1, 4)
    with pytest.raises(BatchNotAllowed):
        dataclasses.replace(TABLE, payload="sum")
    with pytest.raises(BatchNotAllowed):
        BatchSpec("dcf", 1, 4, payload="other")  # type: ignore[arg-type]  # no type checker there


@pytest.mark.parametrize("slots", [0, -1, 2**31])
def test_slots_are_bounded(slots: int) -> None:
    with pytest.raises(BatchNotAllowed):
        BatchSpec("dcf", slots, 4, payload="sum")


@pytest.mark.parametrize(
    "outputs",
    [(), (SQUARES[:15],), ((*SQUARES, 1),), ((-1, *SQUARES[1:]),), ((2**32, *SQUARES[1:]),)],
)
def test_rows_are_n_values_of_32_bits(outputs: tuple[tuple[int, ...], ...]) -> None:
    with pytest.raises(BatchNotAllowed):
        BatchSpec("table", 1, 4, outputs)


def test_tables_are_bounded_in_all() -> None:
    assert len(BatchSpec("table", 1, 6, ((0,) * 64,) * 64).outputs) == 64
    with pytest.raises(BatchNotAllowed):
        BatchSpec("table", 1, 6, ((0,) * 64,) * 65)


def test_comparison_has_no_rows_and_kinds_are_two() -> None:
    with pytest.raises(BatchNotAllowed):
        BatchSpec("dcf", 1, 4, (SQUARES,), "sum")
    with pytest.raises(BatchNotAllowed):
        BatchSpec("other", 1, 4)  # type: ignore[arg-type]  # a caller without a type checker


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "other"},
        {"kind": 1},
        {"slots": "10"},
        {"slots": True},
        {"slots": 0},
        {"ring_bits": 7},
        {"ring_bits": None},
        {"ring_bits": 10**9},
        {"outputs": None},
        {"outputs": [1]},
        {"outputs": [["1"] * 16]},
        {"outputs": [[True] * 16]},
        {"outputs": [[]]},
        {"extra": 1},
        {"payload": "sum"},
        {"payload": "other"},
        {"payload": None},
        {"payload": ["none"]},
    ],
)
def test_other_documents_are_malformed(changes: dict[str, Any]) -> None:
    with pytest.raises(MalformedBatchSpec):
        BatchSpec.from_document(TABLE.to_document() | changes)


@pytest.mark.parametrize("key", ["kind", "slots", "ring_bits", "outputs", "payload"])
def test_missing_key_is_malformed(key: str) -> None:
    document = TABLE.to_document()
    del document[key]
    with pytest.raises(MalformedBatchSpec):
        BatchSpec.from_document(document)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("dcf"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@given(
    st.fixed_dictionaries(
        {"kind": JSON, "slots": JSON, "ring_bits": JSON, "outputs": JSON, "payload": JSON}
    )
    | st.dictionaries(st.text(), JSON)
)
def test_any_document_decodes_or_is_malformed(document: dict[str, Any]) -> None:
    try:
        spec = BatchSpec.from_document(document)
    except MalformedBatchSpec:
        return
    assert spec.to_document() == document
