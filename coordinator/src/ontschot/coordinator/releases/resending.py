# SPDX-License-Identifier: EUPL-1.2
"""Say again, under the new roster, what was refused because it was written under the old one.

Each kind of letter is made anew from what is kept. A helper's commit or abort for a provider is
asked from the helper: it carries the head of its ledger, and an older head behind a newer one would
look like an older ledger. Of a helper that was replaced the commit that is kept goes once more: its
head counts for nothing any more.
"""

from collections.abc import Callable
from types import MappingProxyType

from ontschot.coordinator.mail.desk import Desk
from ontschot.coordinator.queries import service as queries
from ontschot.coordinator.releases import leading, person_keys, serving, stock, words
from ontschot.coordinator.rounds import service as rounds
from ontschot.protocol.documents.releases import ABORT, COMMIT, MANIFEST
from ontschot.protocol.documents.rounds import RoundClosed

ANOTHER_ROSTER = "another-roster"


def say_again(desk: Desk, recipient: str, kind: str, subject: str) -> None:
    """Say something again to a participant; what need not be said any more is left."""
    again = _AGAIN.get(kind)
    active = {one.id for one in desk.roster.participants if one.status == "active"}
    if again is not None and recipient in active:
        again(desk, recipient, subject)


def _question(desk: Desk, recipient: str, digest: str) -> None:
    asked = queries.find(desk.connection, digest)
    if asked is not None and asked.state in queries.OPEN:
        document = queries.signed(desk.connection, digest).to_bytes()
        desk.send(recipient, "question", digest, document)


def _round(desk: Desk, recipient: str, round_hash: str) -> None:
    rounds.deliver_again(desk, round_hash, recipient)


def _round_closed(desk: Desk, recipient: str, round_hash: str) -> None:
    message = RoundClosed(round=round_hash)
    desk.send(recipient, message.type, round_hash, message.to_bytes())


def _manifest(desk: Desk, _recipient: str, digest: str) -> None:
    # It names the old roster, so nobody may take part in it: the next attempt is for everybody.
    leading.ask_to_abort(desk, digest, ANOTHER_ROSTER)


def _admitted(desk: Desk, recipient: str, digest: str) -> None:
    halves = words.of_kind(desk.connection, digest, words.OUTPUT)
    both = [halves.get(helper.id) for helper in desk.roster.helpers()]
    if all(both):
        desk.send(recipient, "admitted", digest, b"".join(half or b"" for half in both))


def _deal(desk: Desk, _recipient: str, set_id: str) -> None:
    stock.spoil(desk, set_id)


def _helpers_word(desk: Desk, recipient: str, digest: str) -> None:
    leading.ask_helpers(desk, digest)
    manifest = leading.find(desk, digest)
    kept = words.of_kind(desk.connection, digest, COMMIT)
    for helper in serving.helpers_gone(desk, manifest) if manifest else ():
        if helper.id in kept:
            desk.send(recipient, COMMIT, digest, kept[helper.id])


_AGAIN: MappingProxyType[str, Callable[[Desk, str, str], None]] = MappingProxyType(
    {
        "question": _question,
        "round": _round,
        "round-closed": _round_closed,
        MANIFEST: _manifest,
        "admitted": _admitted,
        "deal": _deal,
        person_keys.KEY_SET: person_keys.say_set,
        COMMIT: _helpers_word,
        ABORT: _helpers_word,
    }
)
