# SPDX-License-Identifier: EUPL-1.2
"""kill -9 at every boundary, and the same answer comes out, or a clean end, at the right price.

Protocol section 12. One case kills one party at one point, once, and starts it again (unless it
says otherwise). What must hold afterwards is in ``kill_checks``.
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest
from _pytest.mark import ParameterSet
from sqlalchemy import Connection, select

from ontschot.coordinator.releases.leading import ask_to_abort
from ontschot.coordinator.releases.schema import uploads
from ontschot.node.database import open_engine
from ontschot.node.ledger import service as ledger
from ontschot.protocol.documents.releases import Manifest
from ontschot.protocol.privacy.charge import Charge
from processes.crash_points import CrashPoint, arm
from processes.kill_cases import (
    ABORT,
    CHAINED_RELEASE,
    EVERY_ABORT,
    EVERY_CHAINED_RELEASE,
    EVERY_RELEASE,
    EVERY_UPLOAD,
    FIRST,
    RELEASE,
    SIX,
    UPLOAD,
    A,
    B,
    Case,
)
from processes.kill_checks import (
    look,
    releases_of,
    require_aborted,
    require_admitted,
    require_answer,
)
from processes.kill_town import CHAINED, COORDINATOR, Town, build_town

pytestmark = pytest.mark.processes


@pytest.fixture
def town(shared_town: Town) -> Iterator[Town]:
    yield shared_town
    shared_town.mend()


@pytest.fixture(scope="module")
def shared_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    made = build_town(tmp_path_factory.mktemp("kill"))
    try:
        for one in FIRST:
            arm(made.home(one.party), one.point)
        query = made.ask()
        made.revive([one.party for one in FIRST])
        assert made.until_over(query) == "published"
        yield made
    finally:
        made.stop()


def attempts(town: Town, query: str) -> list[Manifest]:
    return [Manifest.parse(row.document) for row in releases_of(town, query)]


def params(few: Sequence[Case], every: Sequence[Case]) -> list[ParameterSet]:
    """A few cases, and all others marked slow."""
    rest = [one for one in every if one not in few]
    return [
        *(pytest.param(one, id=str(one)) for one in few),
        *(pytest.param(one, id=str(one), marks=pytest.mark.slow) for one in rest),
    ]


@pytest.mark.parametrize("one", params(RELEASE, EVERY_RELEASE))
def test_a_party_killed_in_a_release(town: Town, one: Case) -> None:
    before = look(town)
    arm(town.home(one.party), one.point)
    query = town.ask()
    town.revive([one.party])
    assert town.until_over(query) == "published"
    assert len(attempts(town, query)) == 1
    require_answer(town, before, query, one.drawn)


@pytest.mark.parametrize("one", params(UPLOAD, EVERY_UPLOAD))
def test_a_party_killed_in_an_upload(town: Town, one: Case) -> None:
    # Helpers take so many uploads of a variable from one provider, and no more: take turns.
    node = one.party if one.party in town.providers else town.fewest_uploads()
    before = look(town)
    arm(town.home(one.party), one.point)
    envelope = town.replace_upload(node)
    town.revive([one.party])
    town.until("its admission", lambda: upload_state(town, envelope) == "admitted")
    town.until("peace", town.at_rest)
    require_admitted(town, before, node, envelope, one.drawn)


def upload_state(town: Town, envelope: str) -> str:
    with town.database(COORDINATOR) as connection:
        found = select(uploads.c.state).where(uploads.c.envelope == envelope)
        return str(connection.execute(found).scalar())


@pytest.mark.parametrize("one", params(ABORT, EVERY_ABORT))
def test_a_party_killed_in_an_abort(town: Town, one: Case) -> None:
    # One node cannot pay, so the first attempt ends, and the second goes without that node.
    with nothing_left(town, SIX):
        before = look(town)
        arm(town.home(one.party), one.point)
        query = town.ask()
        town.revive([one.party])
        assert town.until_over(query) == "published"
        first, second = attempts(town, query)
        assert set(first.nodes) - set(second.nodes) == {SIX}
        require_aborted(town, first)
        assert require_answer(town, before, query, one.drawn) == second


@contextmanager
def nothing_left(town: Town, node: str) -> Iterator[None]:
    """Have a node's budget spent on something else, and give it back in the end."""
    other = secrets.token_hex(32)

    def spend_all(connection: Connection) -> None:
        for account in ledger.accounts(connection):
            if account.unit == "household":
                left = Charge(account.unit, (account.year,), account.available)
                ledger.spend(connection, other, [left])

    engine = open_engine(town.federation.nodes[node].state_url)
    try:
        with engine.begin() as connection:
            spend_all(connection)
        yield
    finally:
        with engine.begin() as connection:
            ledger.refund(connection, other)
        engine.dispose()


def test_a_helper_that_stays_away_until_the_release_is_given_up(town: Town) -> None:
    before = look(town)
    arm(town.home(B), CrashPoint("consent", "after-commit", skip=5))
    query = town.ask()
    first = give_up_without(town, B, query, lambda _: True)
    require_aborted(town, first)
    assert require_answer(town, before, query, {}) == attempts(town, query)[1]


def test_a_helper_does_not_commit_what_the_other_gave_up_meanwhile(town: Town) -> None:
    # It finds the other's masked half when it comes back, and its abort before it has heard what
    # the other holds of its ledger: it draws nothing.
    before = look(town)
    arm(town.home(B), CrashPoint("prepare", "posted"))
    query = town.ask()
    first = give_up_without(town, B, query, lambda only: town.posted(A, only, "open"))
    require_aborted(town, first)
    assert not town.said(B, first.digest, "commit")
    assert require_answer(town, before, query, {}) == attempts(town, query)[1]


def give_up_without(town: Town, party: str, query: str, ready: Callable[[str], bool]) -> Manifest:
    """Let the coordinator give up the first attempt while a helper is down; return it."""
    town.wait_killed(party)
    (first,) = attempts(town, query)
    town.until("the other helper is so far", lambda: ready(first.digest))
    town.federation.office.act(lambda desk: ask_to_abort(desk, first.digest, "expired"))
    town.until("the other helper aborts", lambda: town.said(A, first.digest, "abort"))
    town.start(party)
    assert town.until_over(query) == "published"
    return first


def test_a_release_that_one_helper_committed_is_never_given_up(town: Town) -> None:
    before = look(town)
    arm(town.home(A), CrashPoint("open", "before-commit"))
    query = town.ask()
    town.wait_killed(A)
    (only,) = attempts(town, query)
    town.until("the other helper commits", lambda: town.said(B, only.digest, "commit"))
    town.federation.office.act(lambda desk: ask_to_abort(desk, only.digest, "expired"))
    town.start(A)
    assert town.until_over(query) == "published"
    require_answer(town, before, query, {A: 2})


@pytest.fixture(scope="module")
def chained_town(shared_town: Town) -> Town:
    # The cases above replace the uploads of one variable; these bring two more. So they come last.
    assert shared_town.until_over(shared_town.ask(question=CHAINED)) == "published"
    return shared_town


@pytest.mark.usefixtures("chained_town")
@pytest.mark.parametrize("one", params(CHAINED_RELEASE, EVERY_CHAINED_RELEASE))
def test_a_party_killed_around_the_second_opening(town: Town, one: Case) -> None:
    before = look(town)
    arm(town.home(one.party), one.point)
    query = town.ask(question=CHAINED)
    town.revive([one.party])
    assert town.until_over(query) == "published"
    assert len(attempts(town, query)) == 1
    require_answer(town, before, query, one.drawn)
