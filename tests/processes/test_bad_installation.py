# SPDX-License-Identifier: EUPL-1.2
"""Commands on broken installations: each problem is named, with its code and a remedy.

``check`` names all of them at once; ``run`` does not start, and says why. The commands are the
product's own, in processes of their own.
"""

import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ontschot.coordinator.enrolment.authority import CertificateAuthority
from ontschot.coordinator.settings import load_settings as load_coordinator
from ontschot.node.preflight import examine
from ontschot.node.settings import load_settings
from ontschot.protocol.certificates import (
    Certificates,
    SigningRequest,
    new_tls_key,
)
from ontschot.protocol.certificates.identity import names_in
from ontschot.protocol.clock import system_clock
from ontschot_demo.processes import command
from processes.entry_crash import command_line
from processes.kill_town import COORDINATOR, FORKS, PATIENCE, Town, build_town, lasting_ports

pytestmark = pytest.mark.processes

NODE = "aanbieder-1"
LONG_AGO = timedelta(days=60)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    made = build_town(tmp_path_factory.mktemp("broken"), only=[])
    yield made
    made.stop()


@pytest.fixture
def home(town: Town, tmp_path: Path) -> Path:
    """A copy of a provider's installation, to be broken."""
    return Path(shutil.copytree(town.home(NODE), tmp_path / NODE))


@pytest.fixture
def office(town: Town, tmp_path: Path) -> Path:
    """A copy of the coordinator's installation, to be broken; the original runs."""
    return Path(shutil.copytree(town.home(COORDINATOR), tmp_path / COORDINATOR))


def execute(program: str, word: str, home: Path) -> tuple[int | None, str]:
    """Run a command on an installation; return its exit code and what it wrote."""
    log = home.parent / "output.log"
    process = FORKS.Process(target=command_line, args=(program, [word, "--home", str(home)], log))
    process.start()
    process.join(PATIENCE)
    code = process.exitcode
    process.kill()
    return code, log.read_text("utf-8")


def change(database: Path, *statements: str) -> None:
    """Change a database by hand."""
    with closing(sqlite3.connect(database)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def expire(certificates: Path, authority: Path) -> None:
    """Put a certificate in the place of one that ended a month ago."""
    own = Certificates.read(certificates)
    issuer = CertificateAuthority.read(authority)
    key = new_tls_key()
    request = SigningRequest(names_in(own.certificate), key.public_key())
    expired = issuer.sign(request, datetime.now(UTC) - LONG_AGO)
    Certificates(key, expired, own.authority).write(certificates, replace=True)


def another_port(settings: Path) -> None:
    """Have a node look for its coordinator where nobody is."""
    lines = settings.read_text("utf-8").splitlines()
    moved = ['coordinator = "127.0.0.1:9"' if "coordinator" in line else line for line in lines]
    settings.write_text("\n".join(moved), "utf-8")


OTHER_VERSION = "UPDATE alembic_version SET version_num = '9999'"
NO_LEDGER = (
    "DROP TRIGGER ledger_entry_no_delete",
    "DELETE FROM ledger_entry",
    "DELETE FROM ledger_status",
)


def test_check_finds_nothing_wrong(home: Path) -> None:
    code, said = execute("node", "check", home)
    assert (code, said.count("✗")) == (0, 0), said
    assert said.count("✓") == 6


def test_check_names_every_problem_with_a_remedy(town: Town, home: Path) -> None:
    (home / "keys.json").chmod(0o644)
    expire(home / "certificates.pem", town.federation.coordinator.authority_path)
    change(home / "state.db", OTHER_VERSION)
    (home / "records.db").unlink()
    (home / "policy.toml").write_text("[questions.Q13]\ndecision = 1\n", "utf-8")
    another_port(home / "node.toml")
    words = command("node", "check", "--home", str(home))
    done = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 1
    for code in (
        "key-file-exposed",
        "certificate-expired",
        "schema-mismatch",
        "database-missing",
        "malformed-policy",
        "coordinator-down",
    ):
        assert done.stdout.count(f"[{code}]") == 1, done.stdout
    assert done.stdout.count("✗") == 6
    assert done.stderr == ""
    assert not (home / "records.db").exists()


def test_check_compares_the_clock(home: Path) -> None:
    def an_hour_ahead() -> datetime:
        return system_clock() + timedelta(hours=1)

    findings = {found.name.en: found.error for found in examine(load_settings(home), an_hour_ahead)}
    clock = findings["Connection and clock"]
    assert clock is not None
    assert clock.code == "clock-differs"
    assert "-3600 s" in clock.detail


Break = Callable[[Path], object]

NODES: dict[str, Break] = {
    "key-file-missing": lambda home: (home / "keys.json").unlink(),
    "key-file-exposed": lambda home: (home / "keys.json").chmod(0o640),
    "key-file-damaged": lambda home: (home / "keys.json").write_text("{}", "utf-8"),
    "database-missing": lambda home: (home / "state.db").unlink(),
    "schema-mismatch": lambda home: change(home / "state.db", OTHER_VERSION),
    "ledger-missing": lambda home: change(home / "state.db", *NO_LEDGER),
    "ledger-broken": lambda home: change(home / "state.db", "DELETE FROM ledger_status"),
    "database-unavailable": lambda home: (home / "state.db").write_bytes(b"x" * 10_000),
    "settings-wrong": lambda home: (home / "node.toml").write_text("role = 1", "utf-8"),
}


@pytest.mark.parametrize("code", NODES)
def test_a_node_does_not_start(home: Path, code: str) -> None:
    NODES[code](home)
    exit_code, said = execute("node", "run", home)
    assert exit_code == 2, said
    assert f"[{code}]" in said
    assert "Traceback" not in said


def test_missing_databases_are_not_made(home: Path) -> None:
    (home / "state.db").unlink()
    (home / "records.db").unlink()
    for word in ("run", "check", "status"):
        _, said = execute("node", word, home)
        assert "[database-missing]" in said, word
    assert not list(home.glob("*.db"))


def test_a_coordinator_s_check_names_every_problem_with_a_remedy(office: Path) -> None:
    (office / "keys.json").chmod(0o644)
    expire(office / "certificates.pem", office / "authority.pem")
    (office / "authority.pem").unlink()
    change(office / "coordinator.db", OTHER_VERSION)
    words = command("coordinator", "check", "--home", str(office))
    done = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 1
    for code in ("key-file-exposed", "certificate-expired", "key-file-missing"):
        assert done.stdout.count(f"[{code}]") == 1, done.stdout
    assert "[coordinator-schema-mismatch]" in done.stdout
    assert done.stderr == ""


def test_a_coordinator_s_check_finds_nothing_wrong(office: Path) -> None:
    code, said = execute("coordinator", "check", office)
    assert (code, said.count("✗"), said.count("✓")) == (0, 0, 5), said


COORDINATORS: dict[str, Break] = {
    "key-file-missing": lambda home: (home / "keys.json").unlink(),
    "key-file-exposed": lambda home: (home / "authority.pem").chmod(0o640),
    "coordinator-database-missing": lambda home: (home / "coordinator.db").unlink(),
    "coordinator-schema-mismatch": lambda home: change(home / "coordinator.db", OTHER_VERSION),
    "coordinator-database-unavailable": lambda home: (home / "coordinator.db").write_bytes(
        b"x" * 10_000
    ),
    "coordinator-settings-wrong": lambda home: (home / "coordinator.toml").write_text("x"),
    "port-unusable": lambda _: None,
}
"""The last one breaks nothing: the same coordinator runs already."""


@pytest.mark.parametrize("code", COORDINATORS)
def test_a_coordinator_does_not_start(office: Path, code: str) -> None:
    COORDINATORS[code](office)
    exit_code, said = execute("coordinator", "run", office)
    assert exit_code == 2, said
    assert f"[{code}]" in said
    assert "Traceback" not in said


def test_a_taken_rest_port_stops_the_coordinator(office: Path) -> None:
    settings = load_coordinator(office)
    file = office / "coordinator.toml"
    text = file.read_text("utf-8")
    for port, free in zip(
        (settings.link_port, settings.enrolment_port), lasting_ports(2), strict=True
    ):
        text = text.replace(f" = {port}", f" = {free}")
    file.write_text(text, "utf-8")
    exit_code, said = execute("coordinator", "run", office)
    assert exit_code == 2, said
    assert f"127.0.0.1:{settings.rest_port}" in said
