# SPDX-License-Identifier: EUPL-1.2
"""Files come back as they were written; whatever else comes is refused whole or by the line."""

import csv
import io
from collections.abc import Callable
from typing import TypeVar

from hypothesis import given
from hypothesis import strategies as st

from ontschot.node.provider.intake.columns import COLUMNS, HEADER
from ontschot.node.provider.intake.lines import blocks, fields, header
from ontschot.node.provider.intake.rule import FileStopped, Problem
from ontschot.node.provider.intake.rules.whole import WHOLE_RULES

# Python's csv writer quotes a field with a lone CR; a record of ours is one physical line.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\r\0"), max_size=20)


Found = TypeVar("Found")


def outcome(work: Callable[[], Found]) -> Found | Problem:
    """Return what ``work`` returns, or why it stopped the file."""
    try:
        return work()
    except FileStopped as stop:
        return stop.problem


@given(st.lists(st.lists(TEXTS, min_size=2, max_size=5), max_size=8), st.integers(1, 50))
def test_what_the_csv_writer_wrote_is_read_back(rows: list[list[str]], block: int) -> None:
    written = io.StringIO()
    csv.writer(written, delimiter=";").writerows(rows)
    data = written.getvalue().encode()
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return
    lines = [line for part in blocks(io.BytesIO(data), 4096, block) for line in part]
    assert [fields(line) for line in lines] == [
        [field.strip(" \t") for field in row] for row in rows
    ]


@given(st.binary(max_size=200), st.integers(1, 60), st.integers(1, 40))
def test_any_bytes_are_lines_or_stop(data: bytes, block: int, limit: int) -> None:
    found = outcome(
        lambda: [line for part in blocks(io.BytesIO(data), limit, block) for line in part]
    )
    if isinstance(found, Problem):
        assert found.rule in WHOLE_RULES
        assert 0 <= found.line <= data.count(b"\n") + 1
    else:
        kept = data.removesuffix(b"\n").replace(b"\r\n", b"\n").removesuffix(b"\r")
        assert "\n".join(found).encode() == kept


@given(st.text(max_size=80) | st.permutations(COLUMNS).map(";".join))
def test_a_header_is_ours_in_some_order_or_stops(line: str) -> None:
    order = outcome(lambda: header(line))
    if isinstance(order, Problem):
        assert order.line == 1
        return
    names = line.split(";")
    assert sorted(names) == sorted(COLUMNS)
    assert order is None or [names[place] for place in order] == list(COLUMNS)
    assert (order is None) is (line == HEADER)


@given(TEXTS)
def test_any_line_has_fields_or_wrong_quotes(line: str) -> None:
    found = fields(line)
    assert found is None or all(isinstance(field, str) for field in found)
