# SPDX-License-Identifier: EUPL-1.2
"""Compare this node's key with that of every provider on a list, and stop if one differs.

With two keys in one answer a person would fill two buckets and count twice. Each node shows which
key it has by a signature for its own name that only who has the key can make; the coordinator
carries those of all listed nodes in front of a manifest. It can hold them back, and then nobody
consents; it cannot make them, and neither can a node without the key.
"""

from collections.abc import Iterable

from ontschot.node.mailroom.desk import Desk
from ontschot.node.provider.persons import kept
from ontschot.node.provider.persons.agreement import own_check
from ontschot.node.provider.persons.errors import PersonKeysDiffer
from ontschot.protocol.documents.persons import KEY_CHECK, KeyCheck, KeyChecks
from ontschot.protocol.keys import from_base64url
from ontschot.protocol.letters import Letter
from ontschot.protocol.persons import PersonKeyRefused, require_proof
from ontschot.protocol.signed import SignedDocument


def take_checks(desk: Desk, letter: Letter) -> None:
    """Keep the latest signed check of each node.

    Raises:
        PersonKeyRefused: not carried by the coordinator, of another round, not signed by the node,
            or without a proof that it has the key.
        UnknownParticipant: a node that the roster does not list as active.
        BadSignature, MalformedMessage: no signed checks.
    """
    message = KeyChecks.parse(letter.payload)
    if letter.sender != desk.roster.coordinator().id or letter.subject != message.round:
        raise PersonKeyRefused("checks that are not from the coordinator")
    key = kept.find(desk, message.round)
    if key is None or key.state == "closed":
        return
    for text in message.checks:
        signed = SignedDocument.from_bytes(from_base64url(text))
        check = KeyCheck.parse(signed.payload)
        node = desk.roster.participant(check.node)
        if check.round != message.round or node.role != "provider":
            raise PersonKeyRefused("a check of another round, or not of a provider")
        if not signed.signers(KEY_CHECK, {node.signing_key.text: node.id}):
            raise PersonKeyRefused(f"a check that {node.id} did not sign")
        require_proof(check)
        kept.keep_fact(desk, message.round, "check", node.id, signed.payload)


def require_same_key(desk: Desk, round_hash: str, nodes: Iterable[str]) -> None:
    """Check that every one of ``nodes`` has shown that it has this node's key.

    Raises:
        PersonKeyMissing: this node has none.
        PersonKeysDiffer: one has another, or has shown none; the detail names it.
    """
    own = own_check(desk, round_hash)
    known = kept.facts(desk, round_hash, "check")
    for node in nodes:
        if node == desk.me.id:
            continue
        check = KeyCheck.parse(known[node]) if node in known else None
        if check is None or (check.set, check.check) != (own.set, own.check):
            raise PersonKeysDiffer(node)
