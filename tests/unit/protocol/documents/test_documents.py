# SPDX-License-Identifier: EUPL-1.2
"""Every document has one spelling, and refuses everything else."""

import gc
import json
import weakref
from typing import Any

import pytest

from ontschot.protocol import canonical
from ontschot.protocol.documents.base import Document, Head, MalformedDocument
from ontschot.protocol.documents.queries import Block, Query
from ontschot.protocol.documents.releases import Manifest
from ontschot.protocol.documents.rounds import Round
from ontschot.protocol.documents.statements import STATEMENTS, same_but_for_the_head
from ontschot.protocol.documents.uploads import Envelope
from ontschot.protocol.errors import MalformedMessage
from unit.protocol.documents.samples import (
    ALL,
    BINS,
    CAPPED,
    ENVELOPE,
    HEAD,
    MANIFEST,
    ONE,
    QUERY,
    ROUND,
    SUM,
    SUM_NOISED,
    TWO,
)


def names(document: Document) -> str:
    return type(document).__name__


def spelled(document: Document, **changes: Any) -> bytes:
    """Return the document with fields changed (``...``: left out), canonical if that can be."""
    fields = json.loads(document.to_bytes()) | changes
    kept = {name: value for name, value in fields.items() if value is not ...}
    try:
        return canonical.encode(kept)
    except MalformedMessage:
        return json.dumps(kept, sort_keys=True, separators=(",", ":")).encode()


@pytest.mark.parametrize("document", ALL, ids=names)
def test_a_document_reads_back(document: Document) -> None:
    data = document.to_bytes()
    assert type(document).parse(data) == document
    assert document.digest == canonical.sha256(data)
    assert canonical.decode(data) == json.loads(data)


@pytest.mark.parametrize("document", ALL, ids=names)
def test_a_document_has_version_and_type(document: Document) -> None:
    fields = json.loads(document.to_bytes())
    assert fields["v"] == 1
    expected = "".join("-" + c.lower() if c.isupper() else c for c in names(document)).lstrip("-")
    assert fields["type"] == expected


@pytest.mark.parametrize("document", ALL, ids=names)
def test_nothing_may_be_left_out_added_or_of_another_version(document: Document) -> None:
    cls = type(document)
    for field in json.loads(document.to_bytes()):
        with pytest.raises(MalformedMessage):
            cls.parse(spelled(document, **{field: ...}))
    for change in ({"extra": 1}, {"v": 2}, {"v": "1"}, {"v": True}, {"type": "other"}):
        with pytest.raises(MalformedMessage):
            cls.parse(spelled(document, **change))


@pytest.mark.parametrize("document", ALL, ids=names)
def test_another_spelling_of_the_same_json_is_refused(document: Document) -> None:
    fields = json.loads(document.to_bytes())
    for data in (
        json.dumps(fields).encode(),
        document.to_bytes() + b"\n",
        b"\xef\xbb\xbf" + document.to_bytes(),
        b"[" + document.to_bytes() + b"]",
    ):
        with pytest.raises(MalformedMessage):
            type(document).parse(data)


@pytest.mark.parametrize("document", ALL, ids=names)
def test_one_document_is_no_other(document: Document) -> None:
    others = {type(other) for other in ALL} - {type(document)}
    for other in others:
        with pytest.raises(MalformedMessage):
            other.parse(document.to_bytes())


@pytest.mark.parametrize("document", ALL, ids=names)
def test_a_document_cannot_be_changed(document: Document) -> None:
    with pytest.raises(ValueError, match="frozen"):
        document.v = 2  # type: ignore[attr-defined]


BAD: list[tuple[Document, dict[str, Any]]] = [
    (ROUND, {"period_from": "2026-01-01"}),
    (ROUND, {"period_from": "2024-1-1"}),
    (ROUND, {"slots": 0}),
    (ROUND, {"slots": 2**26 + 1}),
    (ROUND, {"universe": "A" * 64}),
    (ROUND, {"variables": [json.loads(ROUND.variables[0].to_bytes())] * 2}),
    (ROUND, {"area_maps": [json.loads(ROUND.area_maps[0].to_bytes())] * 2}),
    (ROUND, {"id": "Nulmeting"}),
    (QUERY, {"not_before": QUERY.not_after}),
    (QUERY, {"not_before": "2025-01-01"}),
    (QUERY, {"not_after": "2025-02-01T00:00:00+00:00"}),
    (QUERY, {"question": "Q1"}),
    (QUERY, {"question": "Q1٣"}),
    (QUERY, {"blocks": []}),
    (QUERY, {"blocks": [json.loads(BINS.to_bytes())] * 2}),
    (QUERY, {"purpose": ""}),
    (MANIFEST, {"kind": "sum"}),
    (MANIFEST, {"kind": "admit"}),
    (MANIFEST, {"query": None}),
    (MANIFEST, {"noise": "nodes"}),
    (MANIFEST, {"noised": [{"upload": MANIFEST.uploads[0], "sigma": "9/2", "rho": "1"}]}),
    (SUM, {"noised": []}),
    (SUM, {"noise": "nodes", "noised": SUM_NOISED[:1]}),
    (SUM, {"noised": SUM_NOISED[::-1]}),
    (SUM, {"noised": [*SUM_NOISED, SUM_NOISED[-1]]}),
    (SUM, {"noised": [{**SUM_NOISED[0], "upload": "9" * 64}]}),
    (SUM, {"noised": [{**SUM_NOISED[0], "sigma": "0/1"}]}),
    (SUM, {"noised": [{**SUM_NOISED[0], "sigma": "4.5"}]}),
    (MANIFEST, {"attempt": 0}),
    (MANIFEST, {"attempt": 1.0}),
    (MANIFEST, {"nodes": ["node-2", "node-1"]}),
    (MANIFEST, {"nodes": ["node-1", "node-1"]}),
    (MANIFEST, {"nodes": []}),
    (MANIFEST, {"parts": [json.loads(MANIFEST.parts[0].to_bytes())]}),
    (MANIFEST, {"parts": [json.loads(part.to_bytes()) for part in reversed(MANIFEST.parts)]}),
    (MANIFEST, {"expiry": "2025-01-01T01:00:00"}),
    # Digits of another script sort after every real moment: such a manifest would never expire.
    (MANIFEST, {"expiry": "٢٠٢٥-01-01T01:00:00Z"}),
    (MANIFEST, {"roster_serial": 0}),
    (ENVELOPE, {"seed_at": "C"}),
    (ENVELOPE, {"generation": 0}),
    (ENVELOPE, {"sealed_a": ONE[:-1]}),
    (ENVELOPE, {"ledger": {"seq": -1, "hash": ONE}}),
    (ENVELOPE, {"ledger": {"seq": 2**60, "hash": ONE}}),
]


@pytest.mark.parametrize(("document", "changes"), BAD)
def test_a_value_out_of_range_is_refused(document: Document, changes: dict[str, Any]) -> None:
    data = spelled(document, **changes)
    with pytest.raises(MalformedMessage):
        type(document).parse(data)


@pytest.mark.parametrize(
    "changes",
    [
        {"thresholds": []},
        {"thresholds": [2, 1]},
        {"thresholds": [1, 1]},
        {"thresholds": [0]},
        {"cap": 3},
        {"statistic": "capped"},
        {"statistic": "median"},
        {"sigma": "3"},
        {"sigma": "0/1"},
        {"sigma": "3.5/1"},
        {"sigma": "٣/1"},
        {"rho": "-1"},
        {"rho": "01"},
        {"rho": "1e9"},
        {"l2_squared": ""},
        {"level": "pc6"},
    ],
)
def test_a_block_that_says_something_else_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(MalformedMessage):
        Block.parse(spelled(BINS, **changes))


@pytest.mark.parametrize("changes", [{"cap": None}, {"cap": 0}, {"thresholds": [1]}])
def test_a_capped_sum_has_a_cap_and_no_thresholds(changes: dict[str, Any]) -> None:
    with pytest.raises(MalformedMessage):
        Block.parse(spelled(CAPPED, **changes))


@pytest.mark.parametrize(
    "uploads",
    [[], [TWO, ONE], [ONE, ONE], [ONE[:-1]], ["g" * 64]],
    ids=lambda value: str(value)[:9],
)
def test_uploads_of_a_part_are_sorted_and_distinct(uploads: list[str]) -> None:
    part = json.loads(MANIFEST.parts[0].to_bytes()) | {"uploads": uploads}
    other = json.loads(MANIFEST.parts[1].to_bytes())
    with pytest.raises(MalformedMessage):
        Manifest.parse(spelled(MANIFEST, parts=[part, other]))


def test_a_refusal_names_the_place_and_never_the_value() -> None:
    with pytest.raises(MalformedDocument) as caught:
        Query.parse(spelled(QUERY, requester="BSN 123456782"))
    assert "requester" in caught.value.detail
    assert "123456782" not in str(caught.value)


def test_what_documents_say_of_themselves() -> None:
    assert ROUND.years == (2024, 2025)
    assert ROUND.variable("served").measure == "served"
    with pytest.raises(KeyError):
        ROUND.variable("other")
    assert QUERY.variables == ("euros", "served")
    assert QUERY.functions_of("euros") == (CAPPED,)
    assert MANIFEST.blocks_of("served") == (BINS,)
    assert (BINS.outputs, CAPPED.outputs) == (3, 1)
    assert MANIFEST.uploads == (ONE, TWO, "3" * 64, "4" * 64)
    assert Round.parse(ROUND.to_bytes()).digest == ROUND.digest
    assert set(ENVELOPE.context) == {
        "universe",
        "variable",
        "round",
        "roster",
        "node",
        "generation",
    }


def test_statements_carry_a_head_and_are_compared_without_it() -> None:
    samples = {type(one): one for one in ALL}
    for kind, cls in STATEMENTS.items():
        statement = samples[cls]
        assert json.loads(statement.to_bytes())["type"] == kind
        later = statement.model_copy(update={"ledger": Head(seq=8, hash="b" * 64)})
        assert statement != later
        assert same_but_for_the_head(statement, later)  # type: ignore[arg-type]
        for other in samples.values():
            if type(other) in STATEMENTS.values() and other != statement:
                assert not same_but_for_the_head(statement, other)  # type: ignore[arg-type]
    another = ENVELOPE.model_copy(update={"generation": 2})
    assert not same_but_for_the_head(ENVELOPE, another)
    assert Envelope.parse(ENVELOPE.to_bytes()).ledger == HEAD


SECRETS = {"Delivery": "seeds", "KeyShare": "contributions", "Prepare": "secret"}


@pytest.mark.parametrize("kind", sorted(SECRETS))
def test_a_secret_is_neither_shown_nor_kept_by_who_parses(kind: str) -> None:
    """A cache would have it in memory long after it was erased everywhere else."""
    (sample, *_) = [one for one in ALL if names(one) == kind]
    assert SECRETS[kind] not in repr(sample)
    data = sample.to_bytes()
    parsed = type(sample).parse(data)
    assert parsed == sample
    assert type(sample).parse(data) is not parsed
    held = weakref.ref(parsed)
    del parsed
    gc.collect()
    assert held() is None


def test_a_document_without_secrets_is_parsed_once() -> None:
    data = MANIFEST.to_bytes()
    assert Manifest.parse(data) is Manifest.parse(data)


def test_every_field_that_is_called_a_secret_is_one() -> None:
    for document in ALL:
        for name in {"secret", "contributions", "value", "seeds"} & type(
            document
        ).model_fields.keys():
            assert not type(document).model_fields[name].repr, (names(document), name)
