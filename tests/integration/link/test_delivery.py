# SPDX-License-Identifier: EUPL-1.2
"""Letters over real connections: each arrives once, whole and in order, whatever breaks."""

import asyncio
import random
from pathlib import Path

import pytest
from sqlalchemy import func, select

from integration.link.world import NOW, PATIENCE, World, world
from ontschot.node.database import open_engine
from ontschot.node.link.session import Session
from ontschot.node.mailroom import Mailroom
from simulation.parties import COORDINATOR, SEEN, Parties
from vectors.roster import build


async def test_between_participants_and_to_the_coordinator(here: World) -> None:
    here.connect("zorg-ada")
    here.connect("helper-een")
    here.parties.send("zorg-ada", "helper-een", b"question", kind="ask")
    here.parties.send("zorg-ada", COORDINATOR, b"hello", kind="ask")
    await here.until(lambda: len(here.arrived("zorg-ada")) == 2)
    assert sorted(here.arrived("zorg-ada")) == ["answer to hello", "answer to question"]
    assert here.arrived("helper-een") == ["question"]
    assert here.arrived(COORDINATOR) == ["hello"]


async def test_many_letters_stay_in_order(here: World) -> None:
    here.connect("deler")
    await here.connected("deler")
    here.connect("zorg-ada")
    for number in range(150):
        here.parties.send("zorg-ada", "deler", f"{number:03}".encode())
    await here.until(lambda: len(here.arrived("deler")) == 150)
    assert here.arrived("deler") == [f"{number:03}" for number in range(150)]


async def test_large_attachments_arrive_exactly(here: World) -> None:
    files = [random.Random(1).randbytes(5_000_000), b"", b"x" * 262_144]
    got: list[bytes] = []

    def keep(desk, letter) -> None:  # type: ignore[no-untyped-def]
        got.extend(desk.attachment(ref).read_bytes() for ref in letter.attachments)

    here.parties.mailroom("helper-een")._handlers["files"] = keep
    here.connect("helper-een")
    here.connect("zorg-ada")
    here.parties.send("zorg-ada", "helper-een", b"see attachments", *files, kind="files")
    office = here.parties.office().files.store.folder
    await here.until(lambda: len(got) == 3 and not any(office.iterdir()))
    assert got == files
    for name in ("zorg-ada", "helper-een"):
        folders = here.parties.mailroom(name).files
        assert not any(folders.store.folder.iterdir())
        assert not any(folders.incoming.folder.iterdir())


async def test_a_participant_killed_between_commit_and_acknowledgement(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, committed = asyncio.get_running_loop(), asyncio.Event()
    here.parties.mailroom("helper-een").on_commit(lambda: loop.call_soon_threadsafe(committed.set))
    with monkeypatch.context() as lost:
        lost.setattr(Session, "acknowledge", lambda *_: None)
        here.connect("helper-een")
        here.parties.send(COORDINATOR, "helper-een", b"once")
        await asyncio.wait_for(committed.wait(), PATIENCE)
        await here.kill("helper-een")
    assert here.arrived("helper-een") == ["once"]
    assert here.parties.office().deliveries("helper-een", (), 9)
    here.connect("helper-een")
    await here.until(lambda: not here.parties.office().deliveries("helper-een", (), 9))
    assert here.arrived("helper-een") == ["once"]


async def test_a_coordinator_killed_between_commit_and_receipt(here: World) -> None:
    here.connect("zorg-ada")
    await here.connected("zorg-ada")
    office = here.parties.office()
    post, posted = office.post, asyncio.Event()
    loop = asyncio.get_running_loop()

    def post_and_die(*arguments):  # type: ignore[no-untyped-def]
        post(*arguments)
        loop.call_soon_threadsafe(posted.set)
        raise RuntimeError

    office.post = post_and_die  # type: ignore[method-assign]
    here.parties.send("zorg-ada", COORDINATOR, b"once", kind="ask")
    await asyncio.wait_for(posted.wait(), PATIENCE)
    assert here.parties.mailroom("zorg-ada").unposted()
    await here.restart_server()
    await here.until(lambda: here.arrived("zorg-ada") == ["answer to once"])
    await here.until(lambda: not here.parties.mailroom("zorg-ada").unposted())
    assert here.arrived(COORDINATOR) == ["once"]


async def test_after_a_restart_of_the_coordinator_all_goes_on(here: World) -> None:
    here.connect("zorg-ada")
    here.connect("deler")
    await here.connected("zorg-ada", "deler")
    here.parties.send("zorg-ada", "deler", b"before")
    await here.restart_server()
    here.parties.send("zorg-ada", "deler", b"after")
    await here.until(lambda: here.arrived("deler") == ["before", "after"])
    assert here.server.connected() == {"zorg-ada", "deler"}


async def test_a_participant_that_was_away_gets_its_mail(here: World) -> None:
    for number in range(3):
        here.parties.send(COORDINATOR, "deler", str(number).encode())
    here.connect("deler")
    await here.until(lambda: here.arrived("deler") == ["0", "1", "2"])


async def test_letters_written_by_another_process_are_posted(here: World) -> None:
    here.connect("zorg-ada")
    await here.connected("zorg-ada")
    folder: Path = here.parties.folder
    engine = open_engine(f"sqlite:///{folder / 'zorg-ada'}.db")
    keys = build.keys("zorg-ada")
    other = Mailroom(engine, folder / "zorg-ada", "zorg-ada", keys, here.parties.clock, {})
    await asyncio.to_thread(
        other.act, lambda desk: desk.send(COORDINATOR, "ask", "", b"by command line")
    )
    engine.dispose()
    await here.until(lambda: here.arrived("zorg-ada") == ["answer to by command line"])


async def test_a_failing_handler_holds_its_sender_and_nobody_else(here: World) -> None:
    broken = True

    def fail(desk, letter) -> None:  # type: ignore[no-untyped-def]
        if broken:
            raise ZeroDivisionError
        desk.connection.execute(SEEN.insert().values(sender=letter.sender, content="mended"))

    here.parties.mailroom("deler")._handlers["fragile"] = fail
    here.connect("deler")
    await here.connected("deler")
    here.parties.send(COORDINATOR, "deler", b"", kind="fragile")
    here.parties.send(COORDINATOR, "deler", b"behind")
    here.connect("zorg-ada")
    here.parties.send("zorg-ada", "deler", b"of another")
    await here.until(lambda: here.arrived("deler") == ["of another"])
    broken = False
    await here.until(lambda: here.arrived("deler") == ["of another", "mended", "behind"])


async def test_stopping_finishes_and_acknowledges_the_letter_in_hand(here: World) -> None:
    loop = asyncio.get_running_loop()
    begun, may_end = asyncio.Event(), asyncio.Event()

    def slow(desk, letter) -> None:  # type: ignore[no-untyped-def]
        loop.call_soon_threadsafe(begun.set)
        asyncio.run_coroutine_threadsafe(may_end.wait(), loop).result(PATIENCE)
        desk.connection.execute(SEEN.insert().values(sender=letter.sender, content="slow"))

    here.parties.mailroom("deler")._handlers["slow"] = slow
    here.connect("deler")
    here.parties.send(COORDINATOR, "deler", b"", kind="slow")
    here.parties.send(COORDINATOR, "deler", b"next time")
    await asyncio.wait_for(begun.wait(), PATIENCE)
    stopping = asyncio.create_task(here.stop("deler"))
    may_end.set()
    await stopping
    count = select(func.count(SEEN.c.id))
    assert here.parties.query("deler", lambda connection: connection.scalar(count)) == 1
    waiting = here.parties.office().deliveries("deler", (), 9)
    assert [delivery.wire.payload for delivery in waiting] == [b"next time"]


@pytest.mark.postgres
async def test_a_coordinator_on_postgresql(postgres_database: str, tmp_path: Path) -> None:
    parties = Parties(tmp_path, office_url=postgres_database, now=NOW)
    async with world(parties) as here:
        here.connect("zorg-ada")
        here.connect("deler")
        await here.connected("zorg-ada", "deler")
        parties.send("zorg-ada", "deler", b"question", b"attachment" * 100_000, kind="ask")
        parties.send("zorg-ada", COORDINATOR, b"hello", kind="ask")
        await here.until(lambda: len(here.arrived("zorg-ada")) == 2)
        await here.restart_server()
        parties.send("deler", "zorg-ada", b"after the restart")
        await here.until(lambda: len(here.arrived("zorg-ada")) == 3)
    assert here.arrived("deler") == ["question"]
