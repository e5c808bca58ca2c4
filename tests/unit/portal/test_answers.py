# SPDX-License-Identifier: EUPL-1.2
"""The portal reads what the coordinator writes, and refuses what it does not understand."""

import json
from typing import Any

import pytest

from ontschot.coordinator.results import encode_result
from ontschot.portal.answers import Table, read_answer, read_list
from ontschot.portal.errors import AnswerNotFound, UnreadableAnswer
from unit.coordinator.results import samples
from unit.portal.samples import q13, read

DOCUMENT: dict[str, Any] = json.loads(encode_result(samples.q13()))


def test_every_field_the_portal_reads_is_what_the_coordinator_wrote() -> None:
    read_back = json.loads(q13().model_dump_json(by_alias=True))

    def contained(part: Any, whole: Any) -> bool:
        if isinstance(part, dict):
            return all(contained(value, whole[key]) for key, value in part.items())
        if isinstance(part, list):
            return all(contained(a, b) for a, b in zip(part, whole, strict=True))
        return bool(part == whole)

    assert contained(read_back, DOCUMENT)


def test_new_fields_do_not_disturb() -> None:
    document = json.loads(json.dumps(DOCUMENT))
    document["new"] = {"field": 1}
    document["tables"][0]["areas"][0]["figures"][0]["new"] = 1
    assert read_answer(json.dumps(document).encode()) == read(samples.q13())


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "ontschot-result-2"},
        {"tables": []},
        {"tables": None},
        {"title": "Titel"},
        {"publishedAt": "gisteren"},
        {"coverage": {}},
    ],
)
def test_another_document_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(UnreadableAnswer):
        read_answer(json.dumps(DOCUMENT | change).encode())


@pytest.mark.parametrize("data", [b"", b"[]", b"\xff", b"<html>", b"[" * 100_000])
def test_foreign_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(UnreadableAnswer):
        read_answer(data)
    with pytest.raises(UnreadableAnswer):
        read_list(data)


def test_tables_and_outcomes_are_found_by_name() -> None:
    answer = q13()
    assert answer.table().id == "providers-wijk"
    assert answer.table("providers-gemeente").output("atLeast2") == 6
    assert answer.table().output() == 0
    with pytest.raises(AnswerNotFound):
        answer.table("other")
    with pytest.raises(AnswerNotFound):
        answer.table().output("other")


def test_the_page_begins_where_half_of_the_areas_have_a_number() -> None:
    answer = q13()
    fine, coarse = answer.table("providers-wijk"), answer.table("providers-gemeente")
    certain, uncertain = _shown(fine, 2, 2), _shown(fine, 0, 2)
    assert _begins(coarse, certain) == certain.id
    assert _begins(_shown(coarse, 2, 2), _shown(fine, 1, 2)) == fine.id
    assert _begins(_shown(coarse, 1, 2), uncertain) == coarse.id
    assert _begins(_shown(coarse, 0, 2), uncertain) == fine.id
    # One area alone makes no map, however certain.
    assert _begins(_shown(coarse, 1, 1), uncertain) == fine.id


def _begins(*tables: Table) -> str:
    return q13().model_copy(update={"tables": tables}).table().id


def _shown(table: Table, number: int, areas: int) -> Table:
    area = next(a for a in table.areas if a.figures[0].shown.value is not None)
    first = area.figures[0]
    hidden = first.model_copy(update={"shown": first.shown.model_copy(update={"value": None})})
    without = area.model_copy(update={"figures": (hidden, *area.figures[1:])})
    return table.model_copy(
        update={"areas": tuple(area if i < number else without for i in range(areas))}
    )
