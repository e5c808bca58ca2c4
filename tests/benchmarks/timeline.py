# SPDX-License-Identifier: EUPL-1.2
"""When what happened in a run, from the notes that the participants made (``entry_timed``)."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ontschot.protocol.documents.releases import MANIFEST

UPLOAD, ADMITTED, QUESTION = "upload", "admitted", "question"


@dataclass(frozen=True, slots=True)
class Note:
    """A letter of ``type`` about ``subject`` that ``party`` handled.

    ``began`` is when its handler began, ``done`` when its transaction was on disk, both in seconds.
    """

    party: str
    type: str
    subject: str
    began: float
    done: float


@dataclass(frozen=True, slots=True)
class Sent:
    """An upload: who made it for which question, its envelope, and the release that admits it."""

    node: str
    query: str
    envelope: str
    admission: str


@dataclass(frozen=True, slots=True)
class Journey:
    """Seconds from a provider's acceptance until both helpers hold their half, and until both
    have heard that the upload is admitted."""

    held: float
    admitted: float


def read_notes(party: str, lines: Iterable[str]) -> list[Note]:
    """Return the notes of one party."""
    notes = []
    for line in lines:
        found = json.loads(line)
        notes.append(Note(party, found["type"], found["subject"], found["began"], found["done"]))
    return notes


def last_consent(notes: Sequence[Note], manifest: str, nodes: Sequence[str]) -> float:
    """Return when the last of ``nodes`` had its consent to a manifest on disk.

    A provider handles a manifest by consenting; nothing of that consent was sent before.

    Raises:
        ValueError: one of them did not.
    """
    done = _done(notes, MANIFEST, manifest, nodes)
    return max(done.values())


def journey(notes: Sequence[Note], sent: Sent, helpers: Sequence[str]) -> Journey:
    """Return how long an upload took.

    It begins when the provider starts on the question: it builds the vector, splits and seals it
    in the same transaction in which it accepts.

    Raises:
        ValueError: something of it did not happen.
    """
    (start,) = [
        note.began
        for note in notes
        if (note.party, note.type, note.subject) == (sent.node, QUESTION, sent.query)
    ]
    held = max(_done(notes, UPLOAD, sent.envelope, helpers).values())
    admitted = max(_done(notes, ADMITTED, sent.admission, helpers).values())
    return Journey(held - start, admitted - start)


def _done(
    notes: Sequence[Note], kind: str, subject: str, parties: Sequence[str]
) -> Mapping[str, float]:
    found = {
        note.party: note.done
        for note in notes
        if (note.type, note.subject) == (kind, subject) and note.party in parties
    }
    if set(found) != set(parties):
        raise ValueError(f"{kind} {subject[:12]}: {sorted(set(parties) - set(found))}")
    return found
