# SPDX-License-Identifier: EUPL-1.2
"""Files and functions stay small enough to be read."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from unit.house.tree import ROOT, sources

LINES_OF_A_FILE = 400
LINES_OF_A_FUNCTION = 60

Function = ast.FunctionDef | ast.AsyncFunctionDef


def long_functions(path: Path) -> Iterator[str]:
    """Yield the functions of a file that are too long.

    Counted are the lines of the body: a command line declares its options in the signature. A
    function inside another counts for itself.
    """
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, Function) and _own_lines(node) > LINES_OF_A_FUNCTION:
            yield f"{path.relative_to(ROOT)}: {node.name}"


def _own_lines(function: Function) -> int:
    inside = [node for node in ast.walk(function) if isinstance(node, Function)]
    nested = sum(_lines(node) for node in inside if node is not function)
    return (function.end_lineno or 0) - function.body[0].lineno + 1 - nested


def _lines(function: Function) -> int:
    first = min([function.lineno, *(one.lineno for one in function.decorator_list)])
    return (function.end_lineno or 0) - first + 1


def test_no_file_is_long() -> None:
    long = [
        path.relative_to(ROOT).as_posix()
        for path in sources()
        if len(path.read_text("utf-8").splitlines()) > LINES_OF_A_FILE
    ]
    assert long == []


def test_no_function_is_long() -> None:
    assert [name for path in sources() for name in long_functions(path)] == []


@pytest.mark.parametrize(("lines", "long"), [(60, False), (61, True)])
def test_a_long_function_would_be_found(lines: int, long: bool) -> None:
    function = ast.parse("def f():\n" + "    pass\n" * lines).body[0]
    assert isinstance(function, Function)
    assert (_own_lines(function) > LINES_OF_A_FUNCTION) == long
