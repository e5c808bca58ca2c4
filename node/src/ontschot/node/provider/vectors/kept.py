# SPDX-License-Identifier: EUPL-1.2
"""Keep what each vector left out or cut, in the provider's own folder, and read it again.

Counts and euros of one provider are that provider's own (privacy, section 0.16): the files are
readable by this user only, and no letter ever carries them.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ontschot.node.provider.vectors.report import PlacementReport
from ontschot.protocol.keys.private_files import write_private


def keep_report(folder: Path, round_id: str, variable: str, report: PlacementReport) -> None:
    """Write the report of one vector; a newer one of the same vector takes its place."""
    folder.mkdir(mode=0o700, exist_ok=True)
    document = {
        "round": round_id,
        "variable": variable,
        "clients": {how.name.lower(): asdict(group) for how, group in report.clients.items()},
        "placed": asdict(report.placed),
        "unplaced": asdict(report.unplaced),
        "institutions": asdict(report.institutions),
        "above_cap": asdict(report.above),
        "below_zero": asdict(report.below),
        "households": asdict(report.households),
        "without_bsn": asdict(report.without_bsn),
    }
    path = folder / f"{round_id}.{variable}.json"
    path.unlink(missing_ok=True)
    write_private(path, json.dumps(document, indent=2).encode("utf-8"))


def kept_reports(folder: Path) -> list[dict[str, Any]]:
    """Return every report kept, by round and variable."""
    return [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))]
