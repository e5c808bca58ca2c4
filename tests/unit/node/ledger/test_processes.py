# SPDX-License-Identifier: EUPL-1.2
"""Several processes on one ledger, and processes that die by SIGKILL."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from ontschot.node.ledger import service
from ontschot.node.ledger.verify import verify_chain
from ontschot.protocol.privacy.charge import Charge
from ontschot.protocol.privacy.units import Rho

WORKER = Path(__file__).parent / "worker.py"


@pytest.fixture
def shared(engine: Engine) -> Engine:
    """A ledger on disk with room for exactly 100 grants, and a table of what left."""
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE outbox (mh TEXT PRIMARY KEY)"))
        service.create(connection, "drechtsteden", "n" * 32)
        for year in (2024, 2025):
            service.grant(connection, "household", year, Rho(10**6), "a" * 64)
            service.grant(connection, "person", year, Rho(1009), "a" * 64)
    return engine


def start(engine: Engine, mode: str, name: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, str(WORKER), str(engine.url), mode, name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": ":".join(sys.path)},
        text=True,
    )


def grants(engine: Engine) -> set[str]:
    """What left; checked to be exactly what was charged."""
    with engine.begin() as connection:
        verify_chain(connection)
        left = set(connection.execute(text("SELECT mh FROM outbox")).scalars())
        held = set(connection.execute(text("SELECT mh FROM ledger_hold")).scalars())
        taken = {found.unit + str(found.year): found for found in service.accounts(connection)}
    assert left == held
    person = taken["person2025"]
    assert person.reserved + person.spent == 10 * len(left)
    household = taken["household2024"]
    assert household.reserved + household.spent == 7 * len(left)
    return left


def test_four_processes_grant_exactly_what_the_cap_allows(shared: Engine) -> None:
    workers = [start(shared, "hammer", f"asker-{number}") for number in range(4)]
    said = [worker.communicate(timeout=120)[0].split() for worker in workers]
    assert [worker.returncode for worker in workers] == [0] * 4
    told = [mh for lines in said for mh in lines]
    assert len(told) == len(set(told)) == 100
    assert grants(shared) == set(told)


def test_a_process_killed_between_grants_leaves_a_whole_ledger(shared: Engine) -> None:
    worker = start(shared, "hammer", "asker")
    assert worker.stdout is not None
    told = {worker.stdout.readline().strip() for _ in range(10)}
    worker.kill()
    told |= set(worker.communicate(timeout=60)[0].split())
    # What was told was on disk before; at most one more was granted and not yet told.
    assert told <= grants(shared)
    assert len(grants(shared)) <= len(told) + 1


def test_a_process_killed_inside_a_grant_charged_and_sent_nothing(shared: Engine) -> None:
    worker = start(shared, "pause", "asker")
    assert worker.stdout is not None
    assert worker.stdout.readline() == "inside\n"
    worker.kill()
    worker.communicate(timeout=60)
    assert grants(shared) == set()
    # The lock died with the process, and the same manifest can still be charged.
    with shared.begin() as connection:
        service.spend(connection, "asker-0", [Charge("person", (2025,), Rho(1009))])
        verify_chain(connection)
