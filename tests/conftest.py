# SPDX-License-Identifier: EUPL-1.2
"""What tests of every part share: a PostgreSQL server, the public test data, and a last word.

Something that is not installed is skipped with a reason; with ``CI=true`` it fails, so that a
pipeline cannot leave it out unseen.
"""

import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn
from uuid import uuid4

import psycopg
import pytest
import structlog
from hypothesis import HealthCheck, settings
from psycopg import sql

from simulation.machine.report import last_words

# A busy machine makes an example slow, not wrong.
settings.register_profile("ontschot", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ontschot")

ROOT = Path(__file__).parent.parent
IN_CI = os.environ.get("CI", "").lower() == "true"
OPTIONAL = {
    "postgres": "PostgreSQL: 'apt-get install postgresql' (its programs are enough)",
    "browser": "Chromium: '.venv/bin/playwright install --with-deps chromium'",
    "testdata": "public test data: put it in ../shared/data, or name it in ONTSCHOT_TEST_DATA",
}
"""By marker: what a skipped test needs, and how to install it."""


def left_out(marker: str) -> NoReturn:
    """Skip this test for want of ``marker``; fail instead when ``CI=true``."""
    reason = f"not installed -- {OPTIONAL[marker]}"
    if IN_CI:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(autouse=True)
def _fresh_logs() -> Iterator[None]:
    """A test that configures logs must not silence the next one."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def test_data() -> Path:
    """The folder with real public data (CBS, iStandaarden)."""
    folder = Path(os.environ.get("ONTSCHOT_TEST_DATA") or ROOT.parent / "shared" / "data")
    if not (folder / "README.md").is_file():
        left_out("testdata")
    return folder


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server on a Unix socket of its own, stopped after the last test."""
    programs = _postgres_programs()
    if programs is None:
        left_out("postgres")
    # Not pytest's own folder: the path of a socket may have 107 characters at most.
    home = Path(tempfile.mkdtemp(prefix="ontschot-pg-"))
    as_user = _unprivileged(home)
    cluster = home / "cluster"
    options = (
        f"-c listen_addresses='' -c unix_socket_directories='{home}' -c fsync=off"
        " -c synchronous_commit=off -c full_page_writes=off -c max_connections=50"
    )
    control = [*as_user, str(programs / "pg_ctl"), "-D", str(cluster)]
    try:
        settings = ("-U", "ontschot", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        _run([*as_user, str(programs / "initdb"), "-D", str(cluster), *settings])
        _run([*control, "-w", "-l", str(home / "log"), "-o", options, "start"])
        try:
            yield f"postgresql+psycopg://ontschot@/postgres?host={home}"
        finally:
            _run([*control, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database, dropped after the test."""
    name = f"t{uuid4().hex}"
    _administer(postgres_url, "CREATE DATABASE {}", name)
    yield postgres_url.replace("/postgres?", f"/{name}?")
    _administer(postgres_url, "DROP DATABASE {} WITH (FORCE)", name)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def records_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database: each test runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'records.db'}"
    return str(request.getfixturevalue("postgres_database"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out, and how to install it; and what a simulation reports."""
    if words := last_words():
        terminalreporter.section("simulation")
        terminalreporter.write_line(words)
    skipped = terminalreporter.stats.get("skipped", [])
    counts = {
        marker: sum(marker in getattr(report, "keywords", {}) for report in skipped)
        for marker in OPTIONAL
    }
    if any(counts.values()):
        terminalreporter.section("left out")
    for marker, count in counts.items():
        if count:
            terminalreporter.write_line(f"{count} test(s) -- {OPTIONAL[marker]}")


def _postgres_programs() -> Path | None:
    """Return the newest folder with PostgreSQL's programs (Debian's place, else the path)."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version)
    found = shutil.which("pg_ctl")
    candidates = [*reversed(folders), *([Path(found).parent] if found else [])]
    return next((path for path in candidates if (path / "initdb").exists()), None)


def _version(programs: Path) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", programs.parent.name)]


def _unprivileged(home: Path) -> list[str]:
    """Return the prefix that runs a command as another user when we are root: initdb refuses."""
    if os.geteuid() != 0:
        return []
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = "postgres" if "postgres" in names else "nobody"
    shutil.chown(home, user)
    return ["runuser", "-u", user, "--"]


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(  # noqa: PLW1510 -- the output is wanted in the message
        command, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120
    )
    if done.returncode:
        pytest.fail(f"{' '.join(command)}\n{done.stdout}{done.stderr}", pytrace=False)


def _administer(url: str, statement: str, name: str) -> None:
    plain = url.replace("+psycopg", "")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(name)))
