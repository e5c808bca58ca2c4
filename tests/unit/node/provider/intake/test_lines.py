# SPDX-License-Identifier: EUPL-1.2
"""Reading lines in bounded pieces, and whatever a file can be instead of what it should be."""

import io
import tracemalloc

import pytest

from ontschot.node.provider.intake.columns import COLUMNS, HEADER
from ontschot.node.provider.intake.lines import blocks, fields, header
from ontschot.node.provider.intake.rule import FileStopped

LIMIT = 64


def lines(data: bytes, block: int = 16) -> list[str]:
    return [line for part in blocks(io.BytesIO(data), LIMIT, block) for line in part]


def stopped(data: bytes, block: int = 16) -> tuple[str, int]:
    with pytest.raises(FileStopped) as caught:
        lines(data, block)
    assert caught.value.__cause__ is None
    return caught.value.problem.rule.code, caught.value.problem.line


@pytest.mark.parametrize("block", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (b"a", ["a"]),
        (b"a\n", ["a"]),
        (b"a\nb", ["a", "b"]),
        (b"a\r\nb\r\n", ["a", "b"]),
        (b"a\n\nb\n\n", ["a", "", "b", ""]),
        ("één\nα".encode(), ["één", "α"]),
        (b"x" * LIMIT + b"\n" + b"y" * LIMIT, ["x" * LIMIT, "y" * LIMIT]),
        ("a\u2028b\x0bc\x85d\n".encode(), ["a\u2028b\x0bc\x85d"]),
    ],
)
def test_lines_do_not_depend_on_the_pieces(data: bytes, expected: list[str], block: int) -> None:
    assert lines(data, block) == expected


@pytest.mark.parametrize("block", [4, 1000])
@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"\xef\xbb\xbfa\n", "bom", 0),
        ("a\n".encode("utf-16"), "codering", 0),
        (b"a\nb\ncaf\xe9\n", "codering", 3),
        (b"a\nb\xff", "codering", 2),
        (b"a\n\xed\xa0\x80\n", "codering", 2),
        (b"a\n\nb\0c\n", "nul-teken", 3),
        (b"a\n\0", "nul-teken", 2),
        (b"a\nb\n" + b"x" * (LIMIT + 1) + b"\nc\n", "regel-te-lang", 3),
        (b"a\n" + b"x" * 1000, "regel-te-lang", 2),
        (b"x" * 1000, "regel-te-lang", 1),
    ],
)
def test_what_is_no_text_stops_the_file(data: bytes, code: str, line: int, block: int) -> None:
    assert stopped(data, block) == (code, line)


class Endless(io.RawIOBase):
    """Two gibibytes without a line end."""

    def __init__(self) -> None:
        self.left = 2 * 2**30
        self.given = 0

    def read(self, size: int = -1, /) -> bytes:
        piece = b"1" * min(size, self.left)
        self.left -= len(piece)
        self.given += len(piece)
        return piece


def test_a_line_of_two_gigabytes_is_never_kept() -> None:
    endless = Endless()
    tracemalloc.start()
    with pytest.raises(FileStopped, match="regel-te-lang"):
        list(blocks(endless, 4096))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert endless.given <= 2**20
    assert peak < 8 * 2**20


def test_the_header_gives_the_order() -> None:
    assert header(HEADER) is None
    reverse = ";".join(f' "{name}" ' for name in reversed(COLUMNS))
    assert header(reverse) == tuple(reversed(range(len(COLUMNS))))


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (HEADER.replace(";", ","), "scheidingsteken"),
        (HEADER.replace(";", "\t"), "scheidingsteken"),
        ("", "kop-onbekend"),
        (HEADER.replace("bsn;", ""), "kop-ontbreekt"),
        (HEADER + ";commentaar", "kop-onbekend"),
        (HEADER + ";", "kop-onbekend"),
        (HEADER + ";dc", "kop-dubbel"),
        (HEADER.upper(), "kop-onbekend"),
        ("12345678;R1;;999900006;2012-05-01", "kop-onbekend"),
    ],
)
def test_another_header_stops_the_file_and_is_not_quoted(line: str, code: str) -> None:
    with pytest.raises(FileStopped) as caught:
        header(line)
    problem = caught.value.problem
    assert (problem.rule.code, problem.line) == (code, 1)
    assert "999900006" not in problem.text("nl") + problem.text("en") + str(caught.value)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a;b;", ["a", "b", ""]),
        (" a ;\tb;c d", ["a", "b", "c d"]),
        ('"a;b";"c ""d"""', ["a;b", 'c "d"']),
        ('"a', None),
        ('"a"b;c', None),
        ('a"b;c', ['a"b', "c"]),
    ],
)
def test_fields(line: str, expected: list[str] | None) -> None:
    assert fields(line) == expected
