# SPDX-License-Identifier: EUPL-1.2
"""Which contributions make a key: at least three nodes of distinct organisations, each signed."""

from collections.abc import Iterable, Mapping
from typing import Final

from ontschot.protocol.documents.persons import KEY_COMMIT, KeyCommit, KeySet
from ontschot.protocol.errors import MalformedMessage
from ontschot.protocol.keys import BadSignature, from_base64url
from ontschot.protocol.persons.errors import PersonKeyRefused
from ontschot.protocol.roster import Participant, Roster
from ontschot.protocol.signed import SignedDocument

ORGANISATIONS: Final = 3
"""The least number of distinct organisations whose contributions make a key."""


def commitments_of(key_set: KeySet, rosters: Iterable[Roster]) -> Mapping[str, str]:
    """Return the commitment of each node of a set, by node.

    ``rosters`` are those held since the round came, the one in force among them: a contributor may
    have changed its key, or have left, since it committed.

    Raises:
        PersonKeyRefused: a commitment that its node did not sign, is of another round, or of a node
            or organisation that is there already; not in order of node; too few organisations.
    """
    known = [_providers(roster) for roster in rosters]
    found: dict[str, str] = {}
    organisations: set[str] = set()
    for text in key_set.commits:
        commit, organisation = _signed(text, known)
        if commit.round != key_set.round or organisation in organisations:
            raise PersonKeyRefused("a commitment to another round, or an organisation twice")
        found[commit.node] = commit.commitment
        organisations.add(organisation)
    if list(found) != sorted(found) or len(organisations) < ORGANISATIONS:
        raise PersonKeyRefused(f"not {ORGANISATIONS} organisations, in order of node")
    return found


def require_commit(signed: SignedDocument, node: Participant) -> KeyCommit:
    """Return the commitment that ``node`` signed.

    Raises:
        PersonKeyRefused: it did not.
    """
    commit = _parse(signed)
    _require_signed(signed, node)
    if commit.node != node.id:
        raise PersonKeyRefused("a commitment of someone else")
    return commit


def _signed(text: str, known: list[dict[str, list[Participant]]]) -> tuple[KeyCommit, str]:
    try:
        signed = SignedDocument.from_bytes(from_base64url(text))
    except MalformedMessage as error:
        raise PersonKeyRefused("not a signed commitment") from error
    commit = _parse(signed)
    for providers in reversed(known):
        for node in providers.get(commit.node, ()):
            try:
                _require_signed(signed, node)
            except PersonKeyRefused:
                continue
            return commit, node.organisation
    raise PersonKeyRefused(f"a commitment that {commit.node} did not sign")


def _parse(signed: SignedDocument) -> KeyCommit:
    try:
        return KeyCommit.parse(signed.payload)
    except MalformedMessage as error:
        raise PersonKeyRefused("not a commitment") from error


def _require_signed(signed: SignedDocument, node: Participant) -> None:
    try:
        signers = signed.signers(KEY_COMMIT, {node.signing_key.text: node.id})
    except (BadSignature, MalformedMessage) as error:
        raise PersonKeyRefused("a bad signature") from error
    if not signers:
        raise PersonKeyRefused("a commitment of someone else")


def _providers(roster: Roster) -> dict[str, list[Participant]]:
    # Also those who were revoked: what they contributed is in the key all the same.
    found: dict[str, list[Participant]] = {}
    for one in roster.participants:
        if one.role == "provider":
            found.setdefault(one.id, []).append(one)
    return found
