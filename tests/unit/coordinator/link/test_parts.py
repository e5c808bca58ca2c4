# SPDX-License-Identifier: EUPL-1.2
"""Sessions, statuses, threads and watching: the parts of the server that need no connection."""

import asyncio
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc import aio

from ontschot.coordinator.link.errors import refuse, status_of
from ontschot.coordinator.link.sessions import Session, Sessions
from ontschot.coordinator.link.threads import Threads
from ontschot.coordinator.link.watch import Changes
from ontschot.protocol.errors import Misconfigured, OntschotError, Refusal, Unavailable
from ontschot.protocol.letters import (
    AttachmentMissing,
    LetterTooLarge,
    MalformedLetter,
    SequenceReused,
)
from simulation.parties import COORDINATOR, Parties

CODES = grpc.StatusCode


async def test_the_newest_session_of_a_participant_counts() -> None:
    sessions = Sessions()
    old, new, other = Session("deler"), Session("deler"), Session("zorg-ada")
    for session in (old, new, other):
        sessions.enter(session)
    assert old.replaced.is_set()
    assert not new.replaced.is_set()
    sessions.leave(old)
    assert sessions.connected() == {"deler", "zorg-ada"}
    sessions.leave(new)
    assert sessions.connected() == {"zorg-ada"}
    assert old.id != new.id


async def test_only_who_has_mail_is_woken() -> None:
    sessions = Sessions()
    deler, ada = Session("deler"), Session("zorg-ada")
    for session in (deler, ada):
        sessions.enter(session)
        assert session.wake.is_set(), "there may be mail from before"
        session.wake.clear()
    sessions.wake(frozenset({"deler", "niemand"}))
    assert (deler.wake.is_set(), ada.wake.is_set()) == (True, False)
    sessions.wake()
    assert ada.wake.is_set()


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (SequenceReused(), CODES.ALREADY_EXISTS),
        (AttachmentMissing([]), CODES.FAILED_PRECONDITION),
        (LetterTooLarge(), CODES.RESOURCE_EXHAUSTED),
        (MalformedLetter(), CODES.INVALID_ARGUMENT),
        (Refusal(), CODES.PERMISSION_DENIED),
        (Unavailable(), CODES.UNAVAILABLE),
        (Misconfigured(), CODES.FAILED_PRECONDITION),
        (OntschotError(), CODES.INTERNAL),
    ],
    ids=lambda value: value.code if isinstance(value, OntschotError) else "",
)
def test_statuses(error: OntschotError, status: grpc.StatusCode) -> None:
    assert status_of(error) is status


class Context:
    """A call that only notes how it ended."""

    async def abort(self, code: grpc.StatusCode, details: str, trailer: Any) -> None:
        self.ended = (code, details, dict(trailer))
        raise aio.AbortError


async def test_strangers_learn_a_code_and_no_more(capsys: pytest.CaptureFixture[str]) -> None:
    context: Any = Context()
    with pytest.raises(aio.AbortError):
        await refuse(context, "Post", "zorg-ada", ValueError("burger 123456782"))
    assert context.ended == (CODES.INTERNAL, "", {"ontschot-error": "internal"})
    with pytest.raises(aio.AbortError):
        await refuse(context, "Post", "zorg-ada", SequenceReused("zorg-ada, number 3"))
    assert context.ended[1:] == (
        "zorg-ada, number 3",
        {"ontschot-error": "sequence-reused"},
    )
    logged = capsys.readouterr().out
    assert "call-failed" in logged
    assert "123456782" not in logged


async def test_threads() -> None:
    threads = Threads("test", 2)
    assert await asyncio.gather(*(threads.run(pow, 2, n) for n in range(5))) == [1, 2, 4, 8, 16]
    threads.close()


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_letters_queued_elsewhere_are_noticed(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgres_database") if kind == "postgres" else None
    parties = Parties(tmp_path, office_url=url)
    changes = Changes(parties.engines[COORDINATOR])
    assert not changes.happened()
    parties.send(COORDINATOR, "deler", b"")
    assert changes.happened()
    assert not changes.happened()
    changes.close()
    parties.dispose()
