# SPDX-License-Identifier: EUPL-1.2
import sys
from pathlib import Path

import pytest

from ontschot_demo import __main__ as demo
from ontschot_demo import showing


def _run(monkeypatch: pytest.MonkeyPatch, output: Path, *further: str) -> int:
    monkeypatch.setenv("ONTSCHOT_LANG", "en")
    monkeypatch.setattr(sys, "argv", ["demo", "--output", str(output), *further])
    return demo.main()


def test_a_folder_with_something_else_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    assert _run(monkeypatch, tmp_path) == 2
    assert "[demo-folder-in-use]" in capsys.readouterr().out
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_bad_map_leaves_the_earlier_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    output, geo = tmp_path / "demo", tmp_path / "buurten.geojson"
    output.mkdir()
    (output / ".ontschot-demo").touch()
    (output / "uitkomsten").mkdir()
    geo.write_text("{}", encoding="utf-8")
    assert _run(monkeypatch, output, "--geo", str(geo)) == 2
    assert "[town-unreadable]" in capsys.readouterr().out
    assert (output / "uitkomsten").is_dir()


def test_pages_want_a_finished_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ONTSCHOT_LANG", "en")
    monkeypatch.setattr(sys, "argv", ["show", "--output", str(tmp_path)])
    assert showing.main() == 2
    assert "[demo-not-there]" in capsys.readouterr().out
