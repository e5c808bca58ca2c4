# SPDX-License-Identifier: EUPL-1.2
"""What a load costs, next to ``csv.reader`` with ``executemany`` of the same rows.

``python tests/benchmarks/intake.py [lines ...]`` prints the rows; ``run`` returns them. Processor
time of one thread, so that what else runs on a machine counts less, and the largest memory of a
fresh process. The plain way does much less: no rule, no sealed BSN, no toewijzing, address or
traject, no report, and one table without an index but its key.
"""

import csv
import json
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

from ontschot.node.database import open_engine
from ontschot.node.provider.intake.columns import COLUMNS, HEADER
from ontschot.node.provider.intake.service import load_file
from ontschot.node.provider.intake.settings import IntakeSettings
from ontschot.node.provider.records.bsn import remainder
from ontschot.node.provider.records.identity import create_keys
from ontschot.node.provider.records.schema import prepare

Row = tuple[str, float, str]

SETTINGS = IntakeSettings("12345678", frozenset({"0642"}), "rehearsal")
NOW = datetime(2026, 6, 1, tzinfo=UTC)
MONTHS = 12
"""Lines per client: a whole year."""


def run(lines: Sequence[int] = (20_000, 1_000_000)) -> list[Row]:
    """Return rows of name, value and unit for each number of lines."""
    rows: list[Row] = []
    memory: list[float] = []
    for count in lines:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "lines.csv"
            with path.open("w", encoding="utf-8") as file:
                file.writelines(_file(count))
            plain = _plain(path, Path(folder) / "plain.db")
            seconds, megabytes = _measured(path)
        memory.append(megabytes)
        rows += [
            (f"intake, {count:,} lines", seconds, "s"),
            (f"intake, {count:,} lines: per second", count / seconds, "lines"),
            (f"intake, {count:,} lines: csv.reader and executemany", seconds / plain, "x plain"),
            (f"intake, {count:,} lines: largest memory", megabytes, "MB"),
        ]
    times = max(lines) / min(lines)
    name = f"intake, {times:.0f} times as many lines: memory of the larger / of the smaller"
    return [*rows, (name, max(memory) / min(memory), "x")]


def _file(count: int) -> Iterator[str]:
    yield f"{HEADER}\n"
    clients = _numbers()
    for number in range(count):
        month = number % MONTHS
        if month == 0:
            bsn, client = next(clients), number // MONTHS
        yield (
            f"12345678;R{number:09d};;{bsn};2012-05-{client % 28 + 1:02d};1;"
            f"33{client % 67 + 30:02d}A{chr(65 + client % 26)};{client % 199 + 1};;;"
            f"0642;JW;45;45A48;{client + 1};2024-12-20;2025-01-01;2025-01-06;;;01;"
            f"2025-{month + 1:02d}-01;2025-{month + 1:02d}-28;{number % 40 + 1};04;"
            f"{number % 40 * 7_800 + 7_800};D\n"
        )


def _numbers() -> Iterator[str]:
    """Yield BSNs that can be nobody's."""
    number = 100_000_000
    while True:
        if remainder(str(number)) == 1:
            yield str(number)
        number += 1


def _plain(path: Path, database: Path) -> float:
    start = process_time()
    connection = sqlite3.connect(database)
    connection.execute(f"CREATE TABLE plain ({', '.join(COLUMNS)})")
    marks = ", ".join("?" * len(COLUMNS))
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, delimiter=";")
        next(reader)
        connection.executemany(f"INSERT INTO plain VALUES ({marks})", reader)  # noqa: S608 -- marks
    connection.commit()
    connection.close()
    return process_time() - start


def _measured(path: Path) -> tuple[float, float]:
    """Return seconds and megabytes of a load in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, "--load", str(path)], check=True, capture_output=True, text=True
    )
    seconds, megabytes = json.loads(done.stdout)
    return float(seconds), float(megabytes)


def _load(path: Path) -> None:
    """Load ``path`` and print what it cost."""
    engine = open_engine(f"sqlite:///{path.parent / 'records.db'}")
    prepare(engine)
    identity = create_keys(path.parent / "keys.json")
    start = process_time()
    report = load_file(engine, identity, SETTINGS, path, clock=lambda: NOW)
    seconds = process_time() - start
    engine.dispose()
    if report.loaded != report.read or report.counts:
        raise SystemExit(report.text("en"))
    sys.stdout.write(json.dumps([seconds, _most_memory()]))


def _most_memory() -> float:
    # Not ``getrusage``: what that says of a new process begins with the memory of its parent.
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    (peak,) = (line for line in lines if line.startswith("VmHWM:"))
    return int(peak.split()[1]) * 1024 / 1e6


if __name__ == "__main__":
    if sys.argv[1:2] == ["--load"]:
        _load(Path(sys.argv[2]))
    else:
        for name, value, unit in run([int(n) for n in sys.argv[1:]] or (20_000, 1_000_000)):
            sys.stdout.write(f"{name:60} {value:10.2f} {unit}\n")
