# SPDX-License-Identifier: EUPL-1.2
"""From a commitment to a key, and from a key to whoever lacks it (protocol section 8).

    nothing -> committed -> pinned -> ready        any state -> closed, at the end of the round

Letters only add facts; ``_go_on`` then does what they allow, in the transaction of the letter that
made it possible. So the order of letters does not matter, and a crash repeats or loses nothing.

Why nobody chooses the key: a node shows its contribution only for a set that it has pinned, which
holds every contributor's signed commitment, and it pins one set in a round. Whoever shows it
another set gets no contribution for that one.

Why nobody is given a wrong key: every contribution is held against its commitment in the set,
whoever brings it.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog

from ontschot.node.mailroom import rosters
from ontschot.node.mailroom.desk import Desk
from ontschot.node.provider.persons import kept
from ontschot.node.provider.persons.errors import PersonKeyMissing
from ontschot.node.provider.persons.kept import KeptKey
from ontschot.protocol.documents.persons import (
    KEY_CHECK,
    KEY_COMMIT,
    Contribution,
    KeyAsked,
    KeyCheck,
    KeyCommit,
    KeySet,
    KeyShare,
)
from ontschot.protocol.documents.rounds import RoundClosed
from ontschot.protocol.errors import OntschotError
from ontschot.protocol.letters import Letter
from ontschot.protocol.persons import (
    CONTRIBUTION_BYTES,
    PersonKey,
    PersonKeyRefused,
    commitment,
    commitments_of,
    derive,
)
from ontschot.protocol.persons.sealing import share_context
from ontschot.protocol.signed import SignedDocument

ASK_AGAIN: Final = timedelta(hours=1)
"""How long to wait for contributions before everybody is asked, and then asked again."""

_LOG = structlog.get_logger(__name__)


@dataclass(slots=True)
class Agreement:
    """The state machine; ``entropy`` draws contributions.

    ``asked_at`` says when contributions of a round were asked for last; in memory only: after a
    restart they are asked for once more.
    """

    entropy: Callable[[int], bytes] = secrets.token_bytes
    asked_at: dict[str, datetime] = field(default_factory=dict)

    def join(self, desk: Desk, round_hash: str) -> None:
        """Commit to a contribution, unless this node did so before or the round has ended."""
        if kept.find(desk, round_hash) is not None:
            return
        value = self.entropy(CONTRIBUTION_BYTES)
        document = KeyCommit(
            round=round_hash,
            node=desk.me.id,
            commitment=commitment(round_hash, desk.me.id, value),
        )
        signed = SignedDocument(document.to_bytes()).add_signature(KEY_COMMIT, desk.keys.signing)
        kept.begin(desk, round_hash, signed.to_bytes())
        kept.keep_contribution(desk, round_hash, desk.me.id, value)
        say_commit(desk, desk.roster.coordinator().id, round_hash)

    def take_set(self, desk: Desk, letter: Letter) -> None:
        """Pin whose contributions make the key, once; show the own one if it is among them.

        Raises:
            PersonKeyRefused: not the coordinator's, not asked for, another set than before, or not
                a set of commitments that their nodes signed.
            MalformedMessage: no set.
        """
        key_set = KeySet.parse(letter.payload)
        if letter.sender != desk.roster.coordinator().id or letter.subject != key_set.round:
            raise PersonKeyRefused("a set that is not from the coordinator")
        key = kept.find(desk, key_set.round)
        if key is None or key.state == "closed":
            raise PersonKeyRefused("a set of a round in which this node counts nobody")
        if key.key_set is not None:
            if key.key_set != key_set:
                raise PersonKeyRefused("another set than before")
            return
        commitments = commitments_of(key_set, rosters.since(desk.connection, 1))
        kept.pin(desk, key_set)
        self._show_own(desk, key_set, commitments)
        for sender, box in kept.take_facts(desk, key_set.round, "share").items():
            _take_early(desk, key_set, sender, box)
        _go_on(desk, key_set.round)

    def take_share(self, desk: Desk, letter: Letter) -> None:
        """Take contributions that another node sealed to this one.

        Raises:
            PersonKeyRefused: not by a provider, not asked for, or not what was committed to.
            CannotOpen: not sealed to this node in this round and set.
        """
        round_hash = letter.subject
        if desk.roster.participant(letter.sender).role != "provider":
            raise PersonKeyRefused("a contribution that is not from a provider")
        key = kept.find(desk, round_hash)
        if key is None or key.state == "closed":
            raise PersonKeyRefused("a contribution to a round in which this node counts nobody")
        if key.key_set is None:
            kept.keep_fact(desk, round_hash, "share", letter.sender, letter.payload)
        elif key.state == "pinned":
            _take(desk, key.key_set, letter.sender, letter.payload)
            _go_on(desk, round_hash)

    def answer(self, desk: Desk, letter: Letter) -> None:
        """Give another provider the key, now or as soon as it is here.

        Raises:
            PersonKeyRefused: not a provider, or of a set that is not the one here.
            MalformedMessage: no question for a key.
        """
        asked = KeyAsked.parse(letter.payload)
        if desk.roster.participant(letter.sender).role != "provider":
            raise PersonKeyRefused("only a provider gets the key")
        key = kept.find(desk, asked.round)
        if key is None or key.state == "closed":
            return
        if key.key_set is not None and key.key_set.digest != asked.set:
            raise PersonKeyRefused("another set than the one here")
        kept.keep_fact(desk, asked.round, "asked", letter.sender, letter.payload)
        if key.state == "ready":
            _answer_waiting(desk, key)

    def expire(self, desk: Desk) -> None:
        """Ask everybody for what is still missing; a contributor may have gone."""
        for key in kept.in_state(desk, "ready"):
            find_key(desk, key.round)
        for key in kept.in_state(desk, "pinned"):
            last = self.asked_at.get(key.round)
            if last is None or last + ASK_AGAIN <= desk.now:
                self._ask(desk, key, (one.id for one in desk.roster.providers()))

    def close(self, desk: Desk, letter: Letter) -> None:
        """The round has ended: its key is erased.

        Raises:
            PersonKeyRefused: not said by the coordinator.
        """
        message = RoundClosed.parse(letter.payload)
        if letter.sender != desk.roster.coordinator().id:
            raise PersonKeyRefused("not closed by the coordinator")
        kept.close(desk, message.round)

    def _show_own(self, desk: Desk, key_set: KeySet, commitments: Mapping[str, str]) -> None:
        own = kept.contributions(desk, key_set.round).get(desk.me.id)
        promised = commitments.get(desk.me.id)
        if own is not None and promised == commitment(key_set.round, desk.me.id, own):
            for node in commitments:
                say_share(desk, node, key_set.round)
            desk.after_commit(partial(self.asked_at.update, {key_set.round: desk.now}))
            return
        # Not among the contributors, or its contribution was lost with an earlier database.
        kept.forget_contribution(desk, key_set.round, desk.me.id)
        key = kept.find(desk, key_set.round)
        if key is not None:
            self._ask(desk, key, commitments)

    def _ask(self, desk: Desk, key: KeptKey, nodes: Iterable[str]) -> None:
        for node in nodes:
            say_asked(desk, node, key.round)
        desk.after_commit(partial(self.asked_at.update, {key.round: desk.now}))


def find_key(desk: Desk, round_hash: str) -> PersonKey | None:
    """Return the key of a round, if it is here."""
    key = kept.find(desk, round_hash)
    if key is None or key.key_set is None or key.state != "ready":
        return None
    known = kept.contributions(desk, round_hash)
    if set(known) != set(_commitments(desk, key.key_set)):
        # This node took other keys since; ``expire`` asks for the contributions again.
        kept.set_state(desk, round_hash, "pinned")
        return None
    return derive(round_hash, key.key_set.digest, known)


def require_key(desk: Desk, round_hash: str) -> PersonKey:
    """Return the key of a round.

    Raises:
        PersonKeyMissing: it is not here, or not yet.
    """
    key = find_key(desk, round_hash)
    if key is None:
        raise PersonKeyMissing
    return key


def own_check(desk: Desk, round_hash: str) -> KeyCheck:
    """Return what this node signs about its key.

    Raises:
        PersonKeyMissing: it has none.
    """
    secret, key = require_key(desk, round_hash), kept.find(desk, round_hash)
    if key is None or key.key_set is None:
        raise PersonKeyMissing
    digest = key.key_set.digest
    return KeyCheck(
        round=round_hash,
        node=desk.me.id,
        set=digest,
        check=secret.check,
        proof=secret.proof(digest, desk.me.id),
    )


def say_commit(desk: Desk, recipient: str, round_hash: str) -> None:
    """Send the commitment of this node, as it was signed."""
    key = kept.find(desk, round_hash)
    if key is not None and key.commit is not None:
        desk.send(recipient, KEY_COMMIT, round_hash, key.commit)


def say_check(desk: Desk, recipient: str, round_hash: str) -> None:
    """Sign which key this node has, and send that."""
    key = kept.find(desk, round_hash)
    if key is not None and key.state == "ready":
        document = own_check(desk, round_hash).to_bytes()
        signed = SignedDocument(document).add_signature(KEY_CHECK, desk.keys.signing)
        desk.send(recipient, KEY_CHECK, round_hash, signed.to_bytes())


def say_asked(desk: Desk, recipient: str, round_hash: str) -> None:
    """Ask a node for contributions, while some are missing here."""
    key = kept.find(desk, round_hash)
    active = {one.id for one in desk.roster.providers()} - {desk.me.id}
    if key is not None and key.key_set is not None and key.state == "pinned":
        message = KeyAsked(round=round_hash, set=key.key_set.digest)
        if recipient in active:
            desk.send(recipient, message.type, round_hash, message.to_bytes())


def say_share(desk: Desk, recipient: str, round_hash: str) -> None:
    """Seal to a node what is here: with a key all contributions, before that the own one."""
    key = kept.find(desk, round_hash)
    nodes = {one.id: one for one in desk.roster.providers() if one.id != desk.me.id}
    if key is None or key.key_set is None or key.state == "closed" or recipient not in nodes:
        return
    known = kept.contributions(desk, round_hash)
    if key.state != "ready":
        known = {node: value for node, value in known.items() if node == desk.me.id}
    if not known:
        return
    message = KeyShare(
        round=round_hash,
        set=key.key_set.digest,
        contributions=[Contribution(node=node, value=known[node].hex()) for node in sorted(known)],
    )
    context = share_context(round_hash, message.set, desk.me.id, recipient)
    box = nodes[recipient].sealing_key.seal(message.to_bytes(), context)
    desk.send(recipient, message.type, round_hash, box)


def _take_early(desk: Desk, key_set: KeySet, sender: str, box: bytes) -> None:
    # It was taken before it could be judged; what is wrong with it harms nobody but its sender.
    try:
        _take(desk, key_set, sender, box)
    except OntschotError as error:
        _LOG.warning("contribution not taken", sender=sender, code=error.code)


def _take(desk: Desk, key_set: KeySet, sender: str, box: bytes) -> None:
    context = share_context(key_set.round, key_set.digest, sender, desk.me.id)
    share = KeyShare.parse(desk.keys.open(box, context))
    if (share.round, share.set) != (key_set.round, key_set.digest):
        raise PersonKeyRefused("contributions to another key")
    promised = _commitments(desk, key_set)
    for item in share.contributions:
        value = bytes.fromhex(item.value)
        if promised.get(item.node) != commitment(key_set.round, item.node, value):
            raise PersonKeyRefused(f"not what {item.node} committed to")
    for item in share.contributions:
        kept.keep_contribution(desk, key_set.round, item.node, bytes.fromhex(item.value))


def _go_on(desk: Desk, round_hash: str) -> None:
    key = kept.find(desk, round_hash)
    if key is None or key.key_set is None or key.state != "pinned":
        return
    if set(kept.contributions(desk, round_hash)) != set(_commitments(desk, key.key_set)):
        return
    kept.set_state(desk, round_hash, "ready")
    say_check(desk, desk.roster.coordinator().id, round_hash)
    _answer_waiting(desk, key)
    _LOG.info("key for persons ready", round=round_hash[:12])


def _answer_waiting(desk: Desk, key: KeptKey) -> None:
    for node in kept.take_facts(desk, key.round, "asked"):
        say_share(desk, node, key.round)


def _commitments(desk: Desk, key_set: KeySet) -> Mapping[str, str]:
    return commitments_of(key_set, rosters.since(desk.connection, 1))
