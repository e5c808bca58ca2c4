# SPDX-License-Identifier: EUPL-1.2
"""The page with all figures."""

import re
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest

from benchmarks.command import PARTS, main
from benchmarks.figures import Target
from benchmarks.page import NOTICE, Section, judged, page
from docs.test_links import _MACHINE

ROWS = [("answer: worst", 1.25, "s"), ("answer / plain", 12.0, "x")]
MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def written_page() -> str:
    sections = [
        Section("An answer", "About it.\n", ROWS, [Target("answer: worst", 1.0)]),
        Section("Loading", "About that.\n", [("intake", 0.5, "s")]),
    ]
    return page(sections, [("commit", "abc")], MOMENT, 61.7)


def test_the_page_tells_what_was_measured_on_what() -> None:
    text = written_page()
    assert text.startswith(NOTICE)
    assert "| commit | abc |" in text
    assert "| began | 2026-01-02T03:04:05Z |" in text
    assert "| took | 62 s |" in text
    assert re.findall("^#+ .*", text, re.MULTILINE) == [
        "# Benchmarks",
        "## Targets",
        "## An answer",
        "## Loading",
    ]
    ratio, measured = (
        text.index("| answer / plain | 12 x |"),
        text.index("| answer: worst | 1.25 s |\n"),
    )
    assert text.index("| what | ratio |") < ratio < text.index("| what | measured |\n") < measured
    assert text.count("| what | ratio |") == 1


def test_a_missed_target_is_said_to_be_missed() -> None:
    assert "| answer: worst | 1 s | 1.25 s | **missed** |" in written_page()
    assert judged(ROWS, [Target("answer / plain", 12.0)])[0][-1] == "met"


def test_a_target_of_what_could_not_be_measured_says_so() -> None:
    assert judged(ROWS, [Target("nothing", 1.0)]) == [("nothing", "1", "not measured", "")]


def test_without_targets_there_is_no_heading_for_them() -> None:
    text = page([Section("Loading", "About that.\n", ROWS)], [], MOMENT, 1)
    assert "## Targets" not in text


def test_what_the_page_says_itself_names_no_machine() -> None:
    assert not _MACHINE.search(written_page() + "".join(part.text for part in PARTS.values()))


@pytest.mark.parametrize("name", PARTS)
def test_every_part_can_be_run(name: str) -> None:
    module = import_module(f"benchmarks.{name}")
    assert callable(module.run)
    assert Path(module.__file__ or "").name == f"{name}.py"


def test_an_unknown_part_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["gate"])
    assert "gate: choose from release" in capsys.readouterr().err
