# SPDX-License-Identifier: EUPL-1.2
"""The coordinator's part in the key for persons (protocol section 8): it fixes who contributes.

It carries commitments and checks, which are public, and sealed contributions, which it cannot open.
What it fixes first it fixes for good: a node that was shown one set takes no other.
"""

from collections import Counter
from collections.abc import Mapping

import structlog
from sqlalchemy import Connection, delete, select

from ontschot.coordinator.mail.desk import Desk
from ontschot.coordinator.releases.schema import person_words
from ontschot.coordinator.rounds import service as rounds
from ontschot.protocol.documents.persons import (
    KEY_CHECK,
    KEY_COMMIT,
    KeyCheck,
    KeyChecks,
    KeyCommit,
    KeySet,
)
from ontschot.protocol.documents.rounds import Round
from ontschot.protocol.keys import from_base64url, to_base64url
from ontschot.protocol.letters import Letter
from ontschot.protocol.persons import ORGANISATIONS, PersonKeyRefused, require_proof
from ontschot.protocol.signed import SignedDocument

KEY_SET = "key-set"
KEY_CHECKS = "key-checks"

_LOG = structlog.get_logger()


def committed(desk: Desk, letter: Letter) -> None:
    """A provider promises a contribution: with those of three organisations the set is fixed.

    One that comes later gets the set, and its key from those who have it.

    Raises:
        PersonKeyRefused: not signed by the provider, or of a round without persons.
        UnknownRound, RoundClosed: no such round, or it has ended.
    """
    signed = _require_own(desk, letter, KEY_COMMIT)
    commit = KeyCommit.parse(signed.payload)
    if (commit.node, commit.round) != (letter.sender, letter.subject):
        raise PersonKeyRefused("a commitment of someone else")
    _require_persons(desk, commit.round)
    _keep(desk.connection, commit.round, KEY_COMMIT, commit.node, letter.payload)
    if _fixed(desk.connection, commit.round) is not None:
        say_set(desk, commit.node, commit.round)
        return
    key_set = _fix(desk, commit.round)
    if key_set is not None:
        for node in _of_kind(desk.connection, commit.round, KEY_COMMIT):
            say_set(desk, node, commit.round)


def checked(desk: Desk, letter: Letter) -> None:
    """A provider has its key, and shows which.

    Raises:
        PersonKeyRefused: not signed by the provider, without a proof that it has the key, or of a
            round without persons.
        UnknownRound, RoundClosed: no such round, or it has ended.
    """
    signed = _require_own(desk, letter, KEY_CHECK)
    check = KeyCheck.parse(signed.payload)
    if (check.node, check.round) != (letter.sender, letter.subject):
        raise PersonKeyRefused("a check of someone else")
    require_proof(check)
    _require_persons(desk, check.round)
    _keep(desk.connection, check.round, KEY_CHECK, check.node, letter.payload)


def with_one_key(desk: Desk, round_hash: str) -> frozenset[str]:
    """Return the providers that signed the same check: the most that did, or none."""
    values = {node: (check.set, check.check) for node, check in _checks(desk, round_hash).items()}
    if not values:
        return frozenset()
    most, number = max(sorted(Counter(values.values()).items()), key=lambda item: item[1])
    if number < len(values):
        _LOG.warning("keys for persons differ", round=round_hash[:12], nodes=len(values) - number)
    return frozenset(node for node, value in values.items() if value == most)


def waits_for(connection: Connection, round_hash: str) -> list[str]:
    """Return for whom a key waits: of a fixed set that gave fewer than three providers a key yet.

    Who has the key gives the contributions to everybody who asks. So contributors that have it,
    while others do not, keep something back. Where nobody has it, it may be any of them: what they
    send each other is sealed.
    """
    document = _fixed(connection, round_hash)
    ready = _of_kind(connection, round_hash, KEY_CHECK)
    if document is None or len(ready) >= ORGANISATIONS:
        return []
    commits = (from_base64url(text) for text in KeySet.parse(document).commits)
    nodes = [KeyCommit.parse(SignedDocument.from_bytes(one).payload).node for one in commits]
    return [node for node in nodes if node in ready] or nodes


def say_checks(desk: Desk, nodes: list[str], round_hash: str) -> None:
    """Send each of ``nodes`` the signed checks of all of them, as they came."""
    words = _of_kind(desk.connection, round_hash, KEY_CHECK)
    message = KeyChecks(
        round=round_hash, checks=[to_base64url(words[node]) for node in nodes if node in words]
    )
    for node in nodes:
        desk.send(node, message.type, round_hash, message.to_bytes())


def say_set(desk: Desk, recipient: str, round_hash: str) -> None:
    """Send a provider the set, if it was fixed."""
    document = _fixed(desk.connection, round_hash)
    if document is not None and recipient in {node.id for node in desk.roster.providers()}:
        desk.send(recipient, KEY_SET, round_hash, document)


def forget(connection: Connection, round_hash: str) -> None:
    """Erase what was said about the key of a round that has ended."""
    connection.execute(delete(person_words).where(person_words.c.round == round_hash))


def _fix(desk: Desk, round_hash: str) -> KeySet | None:
    # One node of each organisation, so that three contributors are three organisations.
    nodes = {node.id: node.organisation for node in desk.roster.providers()}
    words = _of_kind(desk.connection, round_hash, KEY_COMMIT)
    chosen: dict[str, str] = {}
    for node in sorted(set(words) & set(nodes)):
        chosen.setdefault(nodes[node], node)
    if len(chosen) < ORGANISATIONS:
        return None
    contributors = sorted(chosen.values())[:ORGANISATIONS]
    key_set = KeySet(round=round_hash, commits=[to_base64url(words[node]) for node in contributors])
    coordinator = desk.roster.coordinator().id
    _keep(desk.connection, round_hash, KEY_SET, coordinator, key_set.to_bytes())
    _LOG.info("key for persons", round=round_hash[:12], contributors=contributors)
    return key_set


def _checks(desk: Desk, round_hash: str) -> Mapping[str, KeyCheck]:
    return {
        node: KeyCheck.parse(SignedDocument.from_bytes(document).payload)
        for node, document in _of_kind(desk.connection, round_hash, KEY_CHECK).items()
    }


def _require_own(desk: Desk, letter: Letter, kind: str) -> SignedDocument:
    signed = SignedDocument.from_bytes(letter.payload)
    sender = desk.roster.participant(letter.sender)
    if sender.role != "provider" or not signed.signers(kind, {sender.signing_key.text: sender.id}):
        raise PersonKeyRefused("not signed by a provider")
    return signed


def _require_persons(desk: Desk, round_hash: str) -> Round:
    round_ = rounds.require_open(desk.connection, round_hash)
    if not any(variable.persons for variable in round_.variables):
        raise PersonKeyRefused("a round without persons")
    return round_


def _fixed(connection: Connection, round_hash: str) -> bytes | None:
    return next(iter(_of_kind(connection, round_hash, KEY_SET).values()), None)


def _of_kind(connection: Connection, round_hash: str, kind: str) -> dict[str, bytes]:
    table = person_words.c
    rows = connection.execute(
        select(table.sender, table.body)
        .where(table.round == round_hash, table.kind == kind)
        .order_by(table.sender)
    )
    return {row.sender: row.body for row in rows}


def _keep(connection: Connection, round_hash: str, kind: str, sender: str, body: bytes) -> None:
    connection.execute(
        delete(person_words).where(
            person_words.c.round == round_hash,
            person_words.c.kind == kind,
            person_words.c.sender == sender,
        )
    )
    connection.execute(
        person_words.insert().values(round=round_hash, kind=kind, sender=sender, body=body)
    )
