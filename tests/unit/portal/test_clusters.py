# SPDX-License-Identifier: EUPL-1.2
"""An answer about PC6 clusters: a table, and the reason why there is no map."""

import json
from dataclasses import replace
from pathlib import Path

from typer.testing import CliRunner

from ontschot.coordinator.results import Area, build_result, encode_result
from ontschot.portal import cli
from ontschot.protocol.results import to_csv
from unit.coordinator.rest.readers import MemoryReader
from unit.coordinator.results import samples
from unit.portal.samples import boundaries
from unit.portal.test_app import portal

CLUSTERS = [
    Area("BU06420101-3331AB+11", "3331 AB t/m 3331 CD (buurt Noord)", 255,
         ("BU06420101-3331AB", "BU06420101-3331CD")),
    Area("BU06420102-3331XZ", "3331 XZ (buurt Oost)", 300, ("BU06420102-3331XZ",)),
]  # fmt: skip
BLOCK = replace(samples.sum_block([9_000, 30], CLUSTERS), level="pc6-cluster")
ANSWER = build_result(samples.METADATA, [BLOCK])


def test_the_page_has_a_table_and_says_why_there_is_no_map() -> None:
    client = portal(MemoryReader([ANSWER], {"buurt": boundaries()}))
    page = client.get(f"/antwoorden/{ANSWER.id}")
    assert page.status_code == 200
    assert "Daarvan bestaat geen openbare kaart." in page.text
    assert "3331 AB t/m 3331 CD (buurt Noord)" in page.text
    assert "stukje buurt" in page.text
    assert "kaart.svg" not in page.text
    assert "kaart.geojson" not in page.text
    assert client.get(f"/antwoorden/{ANSWER.id}/kaart.svg").status_code == 404
    english = client.get(f"/antwoorden/{ANSWER.id}?lang=en").text
    assert "There is no public map of them." in english


def test_the_export_has_no_map_even_with_boundaries(tmp_path: Path) -> None:
    result, shapes, out = tmp_path / "in.json", tmp_path / "in.geojson", tmp_path / "out"
    result.write_bytes(encode_result(ANSWER))
    shapes.write_text(json.dumps(boundaries()), encoding="utf-8")
    arguments = ["export", "--result", str(result), "--boundaries", str(shapes)]
    done = CliRunner().invoke(cli.app, [*arguments, "--output", str(out)], catch_exceptions=False)
    assert "geen kaart" in done.output
    assert {path.name for path in out.iterdir()} == {"result.json", "result.csv", "chart.svg"}
    assert (out / "result.csv").read_bytes() == to_csv(ANSWER).encode()
    assert b"pc6-cluster" in (out / "result.csv").read_bytes()
