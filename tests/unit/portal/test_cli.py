# SPDX-License-Identifier: EUPL-1.2
import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import httpx
import pytest
import structlog
import uvicorn
from typer.testing import CliRunner

from ontschot.coordinator.rest import create_app
from ontschot.coordinator.results import encode_result
from ontschot.portal import cli
from ontschot.portal.coordinator_client import CoordinatorClient
from ontschot.portal.errors import AnswerNotFound, UnreadableAnswer
from ontschot.protocol.errors import OntschotError
from ontschot.protocol.results import to_csv
from unit.coordinator.rest.readers import CONTACT, PUBLIC_URL, MemoryReader
from unit.coordinator.results import samples
from unit.portal.samples import boundaries, q01_result

FILES = {"result.json", "result.csv", "map.geojson", "map.svg", "chart.svg"}
Q01 = q01_result()


@pytest.fixture
def saved(tmp_path: Path) -> tuple[Path, Path]:
    result, shapes = tmp_path / "in.json", tmp_path / "in.geojson"
    result.write_bytes(encode_result(Q01))
    shapes.write_text(json.dumps(boundaries()), encoding="utf-8")
    return result, shapes


def export(*arguments: str) -> str:
    done = CliRunner().invoke(cli.app, ["export", *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_a_file_becomes_all_files(saved: tuple[Path, Path], tmp_path: Path) -> None:
    result, shapes = saved
    out = tmp_path / "out"
    export("--result", str(result), "--boundaries", str(shapes), "--output", str(out))
    assert {path.name for path in out.iterdir()} == FILES
    assert (out / "result.json").read_bytes() == encode_result(Q01)
    assert (out / "result.csv").read_bytes() == to_csv(Q01).encode()
    assert len(json.loads((out / "map.geojson").read_bytes())["features"]) == 6
    for figure in ("map.svg", "chart.svg"):
        ET.fromstring((out / figure).read_bytes())  # noqa: S314 - our own text


def test_without_boundaries_there_is_no_map(saved: tuple[Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    said = export("--result", str(saved[0]), "--output", str(out))
    assert {path.name for path in out.iterdir()} == FILES - {"map.geojson", "map.svg"}
    assert "geen kaart" in said


def test_a_coordinator_gives_the_same_files(
    saved: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = MemoryReader([Q01, samples.q13()], {"buurt": boundaries()})
    coordinator = create_app(reader, contact=CONTACT, public_url=PUBLIC_URL)

    def connect(url: str) -> CoordinatorClient:
        return CoordinatorClient(url, transport=httpx.ASGITransport(app=coordinator))

    monkeypatch.setattr(cli, "CoordinatorClient", connect)
    far, near = tmp_path / "far", tmp_path / "near"
    export("--coordinator", "http://coordinator", "q01-2025", "--output", str(far))
    result, shapes = saved
    export("--result", str(result), "--boundaries", str(shapes), "--output", str(near))
    for name in FILES:
        assert (far / name).read_bytes() == (near / name).read_bytes(), name
    export("--coordinator", "http://coordinator", "q13-2025", "--output", str(tmp_path / "q13"))
    assert not (tmp_path / "q13" / "map.svg").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["q01-2025"],
        ["--coordinator", "http://coordinator"],
        ["q01-2025", "--coordinator", "http://coordinator", "--result", "x.json"],
    ],
)
def test_one_source_must_be_named(arguments: list[str]) -> None:
    with pytest.raises(cli.WhichAnswer):
        export(*arguments)


def test_bad_input_is_named(saved: tuple[Path, Path], tmp_path: Path) -> None:
    result, _ = saved
    with pytest.raises(AnswerNotFound, match="none"):
        export("--result", str(tmp_path / "none.json"))
    with pytest.raises(cli.WhichAnswer):
        export("--result", str(tmp_path))
    with pytest.raises(AnswerNotFound):
        export("--result", str(result), "--outcome", "none", "--output", str(tmp_path))
    result.write_bytes(b"{}")
    with pytest.raises(UnreadableAnswer):
        export("--result", str(result), "--output", str(tmp_path))


def test_an_expected_error_is_a_text_and_exit_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["ontschot-portal", "export", "--result", "none.json"])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 2
    said = capsys.readouterr().err
    assert AnswerNotFound.title.nl in said
    assert "[answer-not-found]" in said


def test_run_serves_with_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[tuple[str, int]] = []
    monkeypatch.setattr(
        uvicorn, "run", lambda _app, *, host, port, **_: served.append((host, port))
    )
    monkeypatch.setattr(structlog, "configure", lambda **_: None)
    monkeypatch.setenv("ONTSCHOT_PORTAL_PORT", "9001")
    done = CliRunner().invoke(cli.app, ["run"], catch_exceptions=False)
    assert done.exit_code == 0
    assert served == [("127.0.0.1", 9001)]


def test_the_command_is_installed_and_explains_itself() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from ontschot.portal.cli import main; main()", "--help"],
        capture_output=True, text=True, check=True, env={"ONTSCHOT_LANG": "en", "PATH": ""},
    )  # fmt: skip
    assert "export" in done.stdout
    assert "run" in done.stdout


def test_errors_are_of_the_tree() -> None:
    assert issubclass(cli.WhichAnswer, OntschotError)
