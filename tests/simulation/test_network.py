# SPDX-License-Identifier: EUPL-1.2
"""Whatever the network does, each letter has its effect once, and nothing is left behind."""

from pathlib import Path
from typing import Any, TypeAlias

import pytest
from sqlalchemy import func, select

from ontschot.coordinator.mail.schema import FILE_USE as OFFICE_FILES
from ontschot.node.mailroom.schema import FILE_USE
from ontschot.protocol.letters import Letter
from simulation.network import ROUGH, Faults, Killer
from simulation.parties import COORDINATOR, NAMES, Parties, answer, note

Seen: TypeAlias = dict[str, list[tuple[str, str, str]]]

CHAT = [(a, b) for a in ("helper-een", "zorg-ada", "deler") for b in ("helper-twee", COORDINATOR)]


def forward(desk: Any, letter: Letter) -> None:
    """Note a letter with an attachment, keep the file, and send it on."""
    note(desk, letter)
    for ref in letter.attachments:
        path = desk.keep(desk.attachment(ref), f"kept-{letter.seq}")
        desk.send("deler", "note", "forwarded", b"forwarded", [path])


HANDLERS = {
    name: {"note": note, "ask": answer, "refusal": note, "forward": forward}
    for name in (*NAMES, COORDINATOR)
}


def talk(parties: Parties) -> None:
    for sender, recipient in CHAT:
        for number in range(3):
            parties.send(sender, recipient, f"{sender} {number}".encode(), kind="ask")
        if recipient != COORDINATOR:
            parties.send(sender, recipient, b"file", sender.encode() * 1000, kind="forward")
    parties.send(COORDINATOR, "zorg-bea", b"from the coordinator", b"x" * 300_000, kind="forward")


def everything_seen(parties: Parties) -> Seen:
    return {
        name: sorted((sender, kind, content) for sender, _, kind, content in parties.seen(name))
        for name in (*NAMES, COORDINATOR)
    }


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    parties = Parties(tmp_path_factory.mktemp("calm"), HANDLERS)
    talk(parties)
    parties.network().settle()
    parties.dispose()
    return everything_seen(parties)


def test_a_calm_day(expected: Seen) -> None:
    answers = [row for row in expected["zorg-ada"] if row[2].startswith("answer to zorg-ada")]
    assert len(answers) == 6
    assert ("zorg-bea", "note", "forwarded") in expected["deler"]
    assert len(expected[COORDINATOR]) == 9


@pytest.mark.parametrize("seed", range(4))
def test_a_bad_day_changes_nothing(tmp_path: Path, seed: int, expected: Seen) -> None:
    parties = Parties(tmp_path, HANDLERS)
    talk(parties)
    network = parties.network(ROUGH, seed)
    network.settle()
    assert everything_seen(parties) == expected
    assert set(network.faults_met) > {"lose", "forget", "twice"}
    nothing_in_transit(parties)
    parties.dispose()


@pytest.mark.parametrize("fault", ["forget", "twice", "kill_before", "kill_inside", "kill_after"])
def test_one_kind_of_fault_all_the_time(tmp_path: Path, fault: str, expected: Seen) -> None:
    parties = Parties(tmp_path, HANDLERS)
    talk(parties)
    parties.network(Faults(**{fault: 0.6}), seed=1).settle()
    assert everything_seen(parties) == expected
    nothing_in_transit(parties)
    parties.dispose()


@pytest.mark.parametrize("party", ["helper-twee", COORDINATOR])
def test_killed_at_each_commit_in_turn(tmp_path: Path, party: str) -> None:
    expected: Seen = {}
    commits = at = 0
    while at <= commits:
        parties = Parties(tmp_path / str(at), HANDLERS)
        parties.send("helper-een", "helper-twee", b"question", kind="ask")
        parties.send("zorg-ada", "helper-twee", b"file", b"content", kind="forward")
        parties.send("zorg-ada", COORDINATOR, b"question", kind="ask")
        with Killer(parties.engines[party], at) as killer:
            parties.network().settle()
        expected = expected or everything_seen(parties)
        commits = commits or killer.commits
        assert everything_seen(parties) == expected, f"killed at commit {at}"
        assert parties.restarts == (at > 0)
        parties.dispose()
        at += 1 + at // 8
    assert commits > 8


def test_letters_of_one_sender_arrive_in_order(tmp_path: Path) -> None:
    parties = Parties(tmp_path)
    for number in range(20):
        parties.send("zorg-ada", "deler", f"{number:02}".encode())
        parties.send("zorg-bea", "deler", f"{number:02}".encode())
    parties.network(ROUGH, seed=3).settle()
    rows = parties.seen("deler")
    for sender in ("zorg-ada", "zorg-bea"):
        assert [row[3] for row in rows if row[0] == sender] == [f"{n:02}" for n in range(20)]
    assert [row[0] for row in rows] != sorted(row[0] for row in rows)
    parties.dispose()


def nothing_in_transit(parties: Parties) -> None:
    """Whatever was on its way has arrived and is erased; only kept files are left."""
    parties.office().clean()
    assert not list(parties.office().files.store.folder.iterdir())
    assert (
        parties.query(COORDINATOR, lambda c: c.scalar(select(func.count(OFFICE_FILES.c.use)))) == 0
    )
    for name in NAMES:
        assert parties.mailroom(name).unposted() == []
        uses = parties.query(name, lambda c: c.execute(select(FILE_USE.c.use)).scalars().all())
        assert all(use.startswith("keep:") for use in uses)
        assert not list(parties.mailroom(name).files.incoming.folder.iterdir())
