# SPDX-License-Identifier: EUPL-1.2
"""When what happened, from notes of several parties."""

import json

import pytest

from benchmarks.timeline import Note, Sent, journey, last_consent, read_notes

SENT = Sent("provider-1", "q" * 64, "e" * 64, "m" * 64)
HELPERS = ("helper-a", "helper-b")


def note(party: str, kind: str, subject: str, began: float, done: float) -> Note:
    return Note(party, kind, subject, began, done)


def uploading() -> list[Note]:
    return [
        note("provider-2", "question", SENT.query, 0.5, 0.6),
        note("provider-1", "question", SENT.query, 1.0, 1.4),
        note("helper-b", "upload", SENT.envelope, 1.5, 1.6),
        note("helper-a", "upload", SENT.envelope, 1.7, 1.9),
        note("helper-a", "upload", "f" * 64, 1.9, 9.0),
        note("helper-a", "admitted", SENT.admission, 3.0, 3.1),
        note("helper-b", "admitted", SENT.admission, 3.0, 3.5),
    ]


def test_notes_are_read_line_by_line() -> None:
    line = json.dumps({"type": "upload", "subject": "s", "sender": "x", "began": 1.0, "done": 2.0})
    assert read_notes("helper-a", [line, line]) == [note("helper-a", "upload", "s", 1.0, 2.0)] * 2


def test_an_upload_takes_until_the_last_of_both_helpers() -> None:
    found = journey(uploading(), SENT, HELPERS)
    assert (found.held, found.admitted) == pytest.approx((0.9, 2.5))


@pytest.mark.parametrize("missing", [1, 2, 3, 5, 6])
def test_an_upload_that_did_not_arrive_has_no_time(missing: int) -> None:
    notes = uploading()
    del notes[missing]
    with pytest.raises(ValueError):  # noqa: PT011  the number of values, or who is missing
        journey(notes, SENT, HELPERS)


def test_the_last_consent_is_that_of_the_slowest_listed_provider() -> None:
    notes = [
        note("provider-1", "manifest", "m", 1.0, 1.1),
        note("provider-2", "manifest", "m", 1.0, 1.3),
        note("provider-3", "manifest", "m", 1.0, 7.0),
        note("helper-a", "manifest", "m", 1.0, 8.0),
        note("provider-1", "manifest", "other", 9.0, 9.1),
    ]
    assert last_consent(notes, "m", ["provider-1", "provider-2"]) == 1.3
    with pytest.raises(ValueError, match="provider-4"):
        last_consent(notes, "m", ["provider-1", "provider-4"])
