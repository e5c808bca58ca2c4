# SPDX-License-Identifier: EUPL-1.2
"""Write the published answers as files: JSON, CSV, GeoJSON and maps, by the portal's exporter."""

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ontschot_demo.installing import Federation
from ontschot_demo.processes import PartyStopped, command

TABLES = {
    "Q01": ("sum-wijk", "sum-buurt"),
    "Q06": ("jw-buurt", "wmo-buurt"),
    "Q13": ("providers-wijk",),
}
"""The tables drawn as a map, by question."""


def write_answers(
    federation: Federation, answers: Mapping[str, Mapping[str, Any]], folder: Path
) -> list[Path]:
    """Write the files of each answer; return them.

    Raises:
        PartyStopped: the exporter failed; the message is what it said.
    """
    for question, answer in answers.items():
        for table in TABLES[question]:
            target = folder / question / table
            done = subprocess.run(
                command(
                    "portal",
                    "export",
                    answer["id"],
                    "--coordinator",
                    federation.coordinator.rest_url,
                    "--table",
                    table,
                    "--output",
                    str(target),
                ),
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                raise PartyStopped(done.stderr.strip())
    return sorted(path for path in folder.rglob("*") if path.is_file())
