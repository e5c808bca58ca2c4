# SPDX-License-Identifier: EUPL-1.2
"""Measure everything and write ``docs/utility.md``, or do a small part and only show verdicts."""

import argparse
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from benchmarks.machine import ROOT, commit, machine
from benchmarks.utility.page import Measured, judged, page, verdict_row, with_all
from benchmarks.utility.releasing import plan
from benchmarks.utility.running import QUICK, WHOLE, Amount, run, tasks
from benchmarks.utility.towns import BOUNDARIES, made_up_place
from ontschot.protocol.clock import system_clock
from ontschot.protocol.language import Text, terminal_language, tr

PAGE: Final = ROOT / "docs" / "utility.md"


def main(words: Sequence[str] | None = None) -> int:
    """Measure; return the exit code. Without the public data there is no real place."""
    asked = _parsed(words)
    amount = QUICK if asked.quick else WHOLE
    amount = Amount(asked.worlds or amount.worlds, asked.draws or amount.draws)
    console = Console(highlight=False)
    began, start = system_clock(), time.monotonic()
    about = [("commit", commit()), *machine()]
    data = _data()
    if data is None:
        console.print(tr("Geen openbare gegevens gevonden.", "No public data found."))
    todo = tasks(data, amount)
    columns = ("{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        title = Text("werelden", "worlds").in_language(terminal_language())
        shown = progress.add_task(title, total=len(todo))
        found = run(todo, lambda: progress.advance(shown))
    for verdict in judged(with_all(found)):
        line = (verdict.place, verdict.costs, *verdict_row(verdict))
        console.print(" | ".join(line).replace("**", ""))
    if not asked.quick:
        measured = Measured(found, plan(made_up_place()).prices, amount.worlds * amount.draws)
        PAGE.write_text(page(measured, about, began, time.monotonic() - start), "utf-8")
        where = PAGE.relative_to(ROOT)
        console.print(tr(f"Opgeschreven in {where}", f"Written to {where}"))
    return 0


def _parsed(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.utility", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small part; writes no page")
    parser.add_argument("--worlds", type=int, help="worlds for each place and distribution")
    parser.add_argument("--draws", type=int, help="draws of noise for each world")
    return parser.parse_args(words)


def _data() -> Path | None:
    folder = Path(os.environ.get("ONTSCHOT_TEST_DATA") or ROOT.parent / "shared" / "data")
    return folder if (folder / BOUNDARIES).is_file() else None
