# SPDX-License-Identifier: EUPL-1.2
"""The provider's own reports on its vectors: kept, private, replaced by newer ones."""

import stat
from pathlib import Path

from ontschot.node.provider.vectors.kept import keep_report, kept_reports
from ontschot.node.provider.vectors.report import Group, PlacementReport
from ontschot.protocol.universe import How


def _report(placed: int) -> PlacementReport:
    clients = dict.fromkeys(How, Group()) | {
        How.EXACT: Group(placed, 100 * placed),
        How.NO_ADDRESS: Group(2, 300),
    }
    return PlacementReport(clients, Group(1, 50), Group(3, 900), Group(), Group(placed, 99))


def test_a_report_is_read_as_it_was_kept(tmp_path: Path) -> None:
    keep_report(tmp_path / "placement", "nulmeting", "euros", _report(7))
    (found,) = kept_reports(tmp_path / "placement")
    assert (found["round"], found["variable"]) == ("nulmeting", "euros")
    assert found["placed"] == {"count": 7, "cents": 700}
    assert found["unplaced"] == {"count": 2, "cents": 300}
    assert found["above_cap"] == {"count": 3, "cents": 900}


def test_a_newer_report_takes_the_place_of_the_older(tmp_path: Path) -> None:
    for placed in (7, 8):
        keep_report(tmp_path / "placement", "nulmeting", "euros", _report(placed))
    assert [item["placed"]["count"] for item in kept_reports(tmp_path / "placement")] == [8]


def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    keep_report(tmp_path / "placement", "nulmeting", "euros", _report(7))
    (path,) = (tmp_path / "placement").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_nothing_kept_is_nothing_read(tmp_path: Path) -> None:
    assert kept_reports(tmp_path / "placement") == []
