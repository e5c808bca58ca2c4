# SPDX-License-Identifier: EUPL-1.2
"""One function for each phase of a release: agree, prepare, open (and codes), commit, output."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from ontschot.node.helper import answers, batches, facts, uploads, witnessed
from ontschot.node.helper.checks import Checked, check_manifest
from ontschot.node.helper.errors import PeerDeviates
from ontschot.node.helper.gates import (
    Opened,
    Shares,
    cell_shares,
    code_shares,
    gate_shares,
    noised_half,
    total_share,
)
from ontschot.node.helper.identity import my_name, peer, peer_name
from ontschot.node.helper.opening import (
    BOXES,
    bindings_of,
    first_gates,
    opened_gates,
    seal_to_peer,
    second_gates,
    send_masked,
)
from ontschot.node.helper.release import Release, Step, move, peer_said
from ontschot.node.helper.saying import say, say_commit
from ontschot.node.helper.saying import send_output as send_stored_output
from ontschot.node.ledger import marks
from ontschot.node.ledger import service as ledger
from ontschot.node.mailroom.desk import Desk
from ontschot.node.noise import NoiseSource
from ontschot.protocol.canonical import sha256
from ontschot.protocol.documents.base import Head
from ontschot.protocol.documents.releases import (
    AGREE,
    COMMIT,
    CONSENT,
    Agree,
    Commit,
    Part,
    Prepare,
)
from ontschot.protocol.persons import vector_index
from ontschot.protocol.privacy.charge import charges_of
from ontschot.protocol.release.halves import BLIND_BYTES, common_pad
from ontschot.protocol.release.sealing import release_context
from ontschot.protocol.release.tables import tables
from ontschot.protocol.signed import SignedDocument

Entropy = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps with what they draw from: entropy for secrets, and the source of noise."""

    noise: NoiseSource
    entropy: Entropy = secrets.token_bytes

    def table(self) -> dict[str, Step]:
        """Return the step that leaves each state."""
        return {
            "proposed": self.agree,
            "agreed": self.prepare,
            "prepared": self.open,
            "opened": self.open_codes,
            "chained": self.commit,
            "committed": self.send_output,
        }

    def agree(self, desk: Desk, release: Release) -> Release | None:
        """Check everything, reserve the price, bind the batches, and sign that (step 3)."""
        consents = facts.all_of(desk.connection, release.digest, CONSENT)
        if release.manifest.kind != "admit" and not set(release.manifest.nodes) <= set(consents):
            return None
        checked = check_manifest(desk, release.manifest, consents)
        ledger.reserve(
            desk.connection,
            release.digest,
            charges_of(release.manifest.blocks, checked.round.years),
            asker=_asker(checked),
        )
        bindings = _bindings(checked)
        for gate, binding in zip(release.manifest.gates, bindings, strict=True):
            marks.bind(desk.connection, gate.batch, binding)
        secret = self.entropy(32)
        head = ledger.head(desk.connection)
        agree = Agree(
            helper=my_name(desk),
            manifest=release.digest,
            bindings=bindings,
            secret_commitment=sha256(secret),
            ledger=head,
        )
        say(desk, AGREE, release, agree)
        return move(desk, release, "agreed", secret=secret, agreed_head=head.to_bytes())

    def prepare(self, desk: Desk, release: Release) -> Release | None:
        """Send the secret to the peer, naming the peer's head: that witnesses its binding."""
        agree = _peer_agree(desk, release)
        if agree is None or release.secret is None:
            return None
        checked = check_again(desk, release)
        if agree.bindings != _bindings(checked):
            raise PeerDeviates("other uploads behind the batches")
        message = Prepare(
            helper=my_name(desk),
            manifest=release.digest,
            secret=release.secret.hex(),
            witnessed=agree.ledger,
        )
        seal_to_peer(desk, "prepare", release, message.to_bytes())
        return _carry(desk, release, "prepared")

    def open(self, desk: Desk, release: Release) -> Release | None:
        """Send the masked halves to the peer (step 5).

        A batch is bound to one list of uploads, so a later release over the same list sends the
        same bytes again: nothing more is opened than the first time. A sum opens nothing, and
        goes on with the peer's secret alone.
        """
        if _peer_secret(desk, release) is None:
            return None
        if release.manifest.kind != "sum":
            totals = (_total_share(desk, part) for part in release.manifest.parts)
            send_masked(desk, release, "open", first_gates(release.manifest), totals)
        return _carry(desk, release, "opened")

    def open_codes(self, desk: Desk, release: Release) -> Release | None:
        """Send the masked halves of the codes to the peer; without codes, commit at once.

        The values of the first opening are on disk with what leaves here, in one transaction: what
        this helper's share of a code is cannot change after that.
        """
        manifest = release.manifest
        if not manifest.chains:
            return self.commit(desk, release)
        opened = opened_gates(desk, release, "open", first_gates(manifest))
        if opened is None:
            return None
        codes = code_shares(manifest, opened, check_again(desk, release).round.slots)
        send_masked(desk, release, "open-codes", second_gates(manifest), codes)
        return _carry(desk, release, "chained")

    def commit(self, desk: Desk, release: Release) -> Release | None:
        """Evaluate, add noise, charge, and write the half that will ever be sent (step 6)."""
        secret = _peer_secret(desk, release)
        if secret is None or release.secret is None:
            return None
        checked = check_again(desk, release)
        shares = _shares(desk, release, checked)
        if shares is None:
            return None
        me = my_name(desk)
        mine_first = (release.secret, secret) if me == "A" else (secret, release.secret)
        length = sum(table.size for table in tables(release.manifest, checked.maps))
        pad = common_pad(*mine_first, release.digest, length)
        blind = self.entropy(BLIND_BYTES)
        half = noised_half(release.manifest, shares, checked.maps, self.noise, pad, me, blind)
        ledger.spend(desk.connection, release.digest)
        facts.forget(desk.connection, release.digest, BOXES)
        say_commit(desk, release, half)
        return move(desk, release, "committed", output=half)

    def send_output(self, desk: Desk, release: Release) -> Release | None:
        """Send the stored half, once the peer has committed too and holds our commit (step 7)."""
        document = peer_said(desk, release, COMMIT)
        if document is None or release.output is None:
            return None
        if not witnessed.by_peer(desk, release.digest):
            return None
        commit = Commit.parse(_signed_by_peer(desk, COMMIT, document))
        if (commit.manifest, commit.helper) != (release.digest, peer_name(desk)):
            raise PeerDeviates("a commit of something else")
        answers.fix(desk.connection, release.manifest, release.output)
        send_stored_output(desk, release, release.output)
        batches.end_of_admission(desk, release.manifest)
        return move(desk, release, "sent", output=release.output)


def check_again(desk: Desk, release: Release) -> Checked:
    """Return everything that was looked up when this release was agreed to."""
    consents = facts.all_of(desk.connection, release.digest, CONSENT)
    return check_manifest(desk, release.manifest, consents)


def _asker(checked: Checked) -> str:
    # Admissions of one node's uploads are limited together, like the questions of one requester.
    return checked.query.requester if checked.query else f"admission {checked.manifest.nodes[0]}"


def _carry(desk: Desk, release: Release, state: str) -> Release:
    return move(desk, release, state, secret=release.secret, agreed_head=release.agreed_head)


def _bindings(checked: Checked) -> list[str]:
    return bindings_of(checked.manifest, checked.round.slots, checked.uploads)


def _signed_by_peer(desk: Desk, kind: str, document: bytes) -> bytes:
    signed = SignedDocument.from_bytes(document)
    if not signed.signers(kind, {peer(desk).signing_key.text: peer(desk).id}):
        raise PeerDeviates(f"{kind} is not signed by the other helper")
    return signed.payload


def _peer_agree(desk: Desk, release: Release) -> Agree | None:
    document = peer_said(desk, release, AGREE)
    if document is None:
        return None
    agree = Agree.parse(_signed_by_peer(desk, AGREE, document))
    if (agree.manifest, agree.helper) != (release.digest, peer_name(desk)):
        raise PeerDeviates("agreed to something else")
    return agree


def _peer_secret(desk: Desk, release: Release) -> bytes | None:
    box = peer_said(desk, release, "prepare")
    agree = _peer_agree(desk, release)
    if box is None or agree is None or release.agreed_head is None:
        return None
    context = release_context("prepare", release.digest, peer_name(desk))
    prepare = Prepare.parse(desk.keys.open(box, context))
    secret = bytes.fromhex(prepare.secret)
    if sha256(secret) != agree.secret_commitment:
        raise PeerDeviates("a secret that does not fit its commitment")
    if prepare.witnessed != Head.parse(release.agreed_head):
        raise PeerDeviates("does not witness the head of this ledger")
    return secret


def _total_share(desk: Desk, part: Part) -> NDArray[np.uint32]:
    held = [uploads.require(desk.connection, name) for name in part.uploads]
    return total_share(uploads.half_vector(desk, item) for item in held)


def _shares(desk: Desk, release: Release, checked: Checked) -> Shares | None:
    manifest = release.manifest
    if manifest.kind == "sum":
        totals = {part.variable: _total_share(desk, part) for part in manifest.parts}
        return cell_shares(manifest, totals, checked.maps)
    first = opened_gates(desk, release, "open", first_gates(manifest))
    if first is None:
        return None
    second: Iterable[Opened] | None = ()
    if manifest.chains:
        second = opened_gates(desk, release, "open-codes", second_gates(manifest))
    if second is None:
        return None
    return gate_shares(manifest, chain(first, second), checked.maps, _index(checked))


def _index(checked: Checked) -> Mapping[str, NDArray[np.int32]]:
    codes = {code.id for code in checked.manifest.codes}
    return {
        block.id: vector_index(
            None if block.variable in codes else checked.round.variable(block.variable),
            checked.maps[block.area_map],
        )
        for block in checked.manifest.blocks
    }
