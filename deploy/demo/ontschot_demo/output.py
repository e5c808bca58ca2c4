# SPDX-License-Identifier: EUPL-1.2
"""Write the published answers as files: JSON, CSV, GeoJSON and maps, by the portal's exporter."""

import contextlib
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ontschot.portal.cli import export
from ontschot_demo.installing import Federation

TABLES = {
    "Q01": ("sum-wijk", "sum-buurt"),
    "Q06": ("jw-buurt", "wmo-buurt"),
    "Q13": ("providers-wijk",),
}
"""The tables drawn as a map, by question."""


def write_answers(
    federation: Federation, answers: Mapping[str, Mapping[str, Any]], folder: Path
) -> list[Path]:
    """Write the files of each answer, as ``ontschot-portal export`` does; return them."""
    for question, answer in answers.items():
        for table in TABLES[question]:
            with contextlib.redirect_stdout(io.StringIO()):
                export(
                    answer["id"],
                    coordinator=federation.coordinator.rest_url,
                    output=folder / question / table,
                    table=table,
                )
    return sorted(path for path in folder.rglob("*") if path.is_file())
