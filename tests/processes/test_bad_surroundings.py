# SPDX-License-Identifier: EUPL-1.2
"""What goes wrong around a running party: a policy, records, a disk, a lock. Nothing is lost.

A coordinator, both helpers and one provider run, as real processes; the others are only installed.
A provider does nothing that costs before both helpers told it what they hold of its ledger.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select, update

from ontschot.coordinator.queries.schema import participations
from ontschot.node.database import open_engine
from ontschot.node.ledger.tables import ACCOUNT
from ontschot.node.ledger.verify import verify_chain
from ontschot.node.mailroom.schema import OUT
from ontschot.node.provider.answering.schema import own_uploads
from ontschot.node.questions.schema import questions
from ontschot.protocol.release.admission import admission_price
from ontschot_demo.installing import HELPERS
from processes.kill_town import COORDINATOR, Town, build_town

pytestmark = pytest.mark.processes

NODE = "aanbieder-1"

Hindrance = Callable[[Town, str, str], AbstractContextManager[None]]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    made = build_town(tmp_path_factory.mktemp("bad"), only=[NODE, *HELPERS])
    yield made
    made.stop()


def answer(town: Town, query: str) -> tuple[str, str | None]:
    """What the coordinator knows of the node's decision on a question."""
    mine = (participations.c.query == query) & (participations.c.node == NODE)
    with town.database(COORDINATOR) as connection:
        row = connection.execute(select(participations).where(mine)).one()
    return row.state, row.code


def decision(town: Town, query: str) -> str | None:
    """The node's decision on a question, if it has received it."""
    with town.database(NODE) as connection:
        found = select(questions.c.decision).where(questions.c.hash == query)
        return connection.execute(found).scalar()


def live_uploads(town: Town) -> int:
    with town.database(NODE) as connection:
        live = select(own_uploads.c.envelope).where(own_uploads.c.status == "live")
        return len(connection.execute(live).all())


def spent(town: Town) -> int:
    with town.database(NODE) as connection:
        verify_chain(connection)
        mine = select(ACCOUNT.c.spent).where(ACCOUNT.c.unit == "household")
        return int(connection.execute(mine).scalar_one())


def all_posted(town: Town) -> bool:
    with town.database(NODE) as connection:
        return not connection.execute(select(OUT.c.seq).where(OUT.c.posted_at.is_(None))).all()


def until_told(town: Town, party: str, code: str, seen: int) -> None:
    """Wait until a party's log has a code once more than ``seen`` times."""
    town.until(f"{party} logs {code}", lambda: town.log(party).count(f'"{code}"') > seen)


@contextmanager
def without(file: Path) -> Iterator[None]:
    """Take a file away for a while."""
    aside = file.with_suffix(".aside")
    file.rename(aside)
    try:
        yield
    finally:
        aside.replace(file)


@contextmanager
def full(town: Town, party: str, file: str) -> Iterator[None]:
    """Have no room on the disk of a party's database for a while."""
    home = town.home(party)
    with closing(sqlite3.connect(home / file, timeout=60)) as connection:
        connection.execute("VACUUM")  # or room inside the file would do
    (home / "full").touch()
    try:
        yield
    finally:
        (home / "full").unlink()


@contextmanager
def locked(town: Town, party: str, file: str) -> Iterator[None]:
    """Hold the lock on a party's database for a while, longer than it is ready to wait."""
    home = town.home(party)
    (home / "hurry").touch()
    try:
        with closing(sqlite3.connect(home / file, timeout=60)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.rollback()
    finally:
        (home / "hurry").unlink()


def test_without_a_policy_nothing_runs_and_the_code_goes_out(town: Town) -> None:
    with without(town.home(NODE) / "policy.toml"):
        query = town.ask()
        town.until("a refusal", lambda: answer(town, query)[0] == "refused")
    assert answer(town, query) == ("refused", "no-policy")
    assert decision(town, query) == "refused"


def test_a_policy_that_cannot_be_read_is_not_followed(town: Town) -> None:
    policy = town.home(NODE) / "policy.toml"
    with without(policy):
        policy.write_text('[questions.Q13]\ndecision = "automatic"\nrequesters = "*"\n', "utf-8")
        query = town.ask()
        town.until("a refusal", lambda: answer(town, query)[0] == "refused")
    assert answer(town, query) == ("refused", "malformed-policy")
    assert decision(town, query) == "refused"


def test_records_that_are_gone_give_the_one_answer_and_cost_an_upload(town: Town) -> None:
    withdraw_all(town)
    before = spent(town)
    with without(town.home(NODE) / "records.db"):
        query = town.ask()
        town.until("a refusal", lambda: answer(town, query)[0] == "refused")
    assert answer(town, query) == ("refused", "failed")
    roster = town.federation.office.roster()
    assert roster is not None
    price = admission_price(int(roster.parameters.admission_rho)).household
    assert spent(town) == before + price
    assert live_uploads(town) == 0
    assert '"records-unavailable"' in town.log(NODE)
    assert "records" not in town.log(COORDINATOR)
    query = town.ask()
    town.until("the next upload", lambda: live_uploads(town) == 1)
    assert decision(town, query) == "accepted"


def withdraw_all(town: Town) -> None:
    engine = open_engine(town.federation.nodes[NODE].state_url)
    with engine.begin() as connection:
        connection.execute(update(own_uploads).values(status="withdrawn"))
    engine.dispose()


def test_a_full_disk_holds_a_letter_until_there_is_room(town: Town) -> None:
    seen = town.log(NODE).count('"database-full"')
    with full(town, NODE, "state.db"):
        query = town.ask()
        until_told(town, NODE, "database-full", seen)
        assert decision(town, query) is None
    town.until("the question", lambda: decision(town, query) == "accepted")
    verified(town)


def test_a_locked_database_holds_a_letter_until_it_is_free(town: Town) -> None:
    seen = town.log(NODE).count('"database-busy"')
    with locked(town, NODE, "state.db"):
        query = town.ask()
        until_told(town, NODE, "database-busy", seen)
    town.until("the question", lambda: decision(town, query) == "accepted")
    verified(town)


def verified(town: Town) -> None:
    with town.database(NODE) as connection:
        verify_chain(connection)


@pytest.mark.parametrize(
    ("hindrance", "code"),
    [(full, "coordinator-database-full"), (locked, "coordinator-database-busy")],
)
def test_a_coordinator_without_its_database_loses_no_letter(
    town: Town, hindrance: Hindrance, code: str
) -> None:
    seen = town.log(COORDINATOR).count(f'"{code}"')
    with hindrance(town, COORDINATOR, "coordinator.db"):
        envelope = town.replace_upload(NODE)
        until_told(town, COORDINATOR, code, seen + 1)
        assert not all_posted(town)
    town.until("the letters", lambda: all_posted(town))
    assert town.posted(NODE, envelope, "upload")
    # It goes on leading, too: a new question is answered.
    query = town.ask()
    town.until("the question", lambda: decision(town, query) == "accepted")
