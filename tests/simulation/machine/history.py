# SPDX-License-Identifier: EUPL-1.2
"""What the whole world saw of every party: it survives restarts, restored copies and lost disks.

A rule that looks into a party's present database is fooled by a restored copy. So whatever leaves a
party is opened here with the recipient's key (which only a test has) and remembered for ever; the
rules of ``rules`` are about that.
"""

import copy
from collections import defaultdict
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, TypeAlias

from ontschot.node.helper.opening import first_gates, second_gates
from ontschot.node.ledger.model import Entry
from ontschot.node.questions.keys import answer_key
from ontschot.protocol.canonical import sha256
from ontschot.protocol.documents.queries import Query
from ontschot.protocol.documents.releases import (
    ABORT,
    COMMIT,
    CONSENT,
    MANIFEST,
    Commit,
    Consent,
    Manifest,
)
from ontschot.protocol.documents.uploads import Envelope
from ontschot.protocol.errors import OntschotError
from ontschot.protocol.gate.masked import masked_size
from ontschot.protocol.letters import Letter, SignedLetter, read
from ontschot.protocol.release.sealing import release_context
from ontschot.protocol.roster import Roster
from ontschot.protocol.signed import SignedDocument
from simulation.federation import COORDINATOR, HELPERS, Vector
from simulation.machine import rules
from simulation.machine.needles import Needles

if TYPE_CHECKING:
    from simulation.machine.world import World

Kept: TypeAlias = list[list[tuple[object, ...]]]
"""The rows of some tables, each table in one order."""

GATES = {"open": first_gates, "open-codes": second_gates}
"""Letters with masked halves, and the gates of a manifest that they are for."""

PROPOSALS = (MANIFEST, "abort-request")
SEEN = 64


@dataclass
class History:
    """What was seen, by what it is about.

    Attributes:
        queries: questions that approvers really signed.
        said_yes: (provider, question) for which a person said yes.
        rosters: every roster that the anchors really signed.
        tape: every letter that was shown to somebody, by (recipient, sender, type).
        manifests: every manifest that was shown to somebody.
        uploads: provider, variable and vector of every envelope that was written.
        halves: the noised half that left, by (answer key, helper).
        answered: the manifest under which it first left.
        sent: the same half, by (manifest, helper).
        opened: the masked half that left, by (helper, batch).
        bound: what a helper bound a batch to, by (helper, batch).
        commits: hashes that a helper committed to, by (manifest, helper).
        aborts: which helpers signed the end of a manifest.
        chains: the entries of a party's ledger, as last seen.
        serials: the serial of a party's roster, as last seen.
        verified: every row of a party's ledger, as last verified.
        written: digests of letters that were looked at when they were written.
        published: digests of answers that were compared.
        answers: the answers that were there when they were.
        needles: what may be found nowhere.
    """

    queries: dict[str, Query] = field(default_factory=dict)
    said_yes: set[tuple[str, str]] = field(default_factory=set)
    rosters: dict[str, tuple[Roster, SignedDocument]] = field(default_factory=dict)
    tape: dict[tuple[str, str, str], list[SignedLetter]] = field(
        default_factory=lambda: defaultdict(list)
    )
    manifests: dict[str, Manifest] = field(default_factory=dict)
    uploads: dict[str, tuple[str, str, Vector]] = field(default_factory=dict)
    halves: dict[tuple[str, str], bytes] = field(default_factory=dict)
    answered: dict[tuple[str, str], Manifest] = field(default_factory=dict)
    sent: dict[tuple[str, str], bytes] = field(default_factory=dict)
    opened: dict[tuple[str, str], bytes] = field(default_factory=dict)
    bound: dict[tuple[str, str], str] = field(default_factory=dict)
    commits: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    aborts: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    chains: dict[str, list[Entry]] = field(default_factory=dict)
    serials: dict[str, int] = field(default_factory=dict)
    verified: dict[str, Kept] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)
    published: set[str] = field(default_factory=set)
    answers: set[str] = field(default_factory=set)
    needles: Needles = field(default_factory=Needles)
    drawn: dict[tuple[str, str], Vector] = field(default_factory=dict)

    def copy(self) -> "History":
        """Return a history that goes on from here."""
        other = History(**{one.name: copy.copy(getattr(self, one.name)) for one in fields(self)})
        for name in ("tape", "commits", "aborts"):
            known = getattr(other, name)
            known.update({key: copy.copy(value) for key, value in known.items()})
        other.needles = self.needles.copy()
        return other

    def forget(self, name: str) -> None:
        """A party's files were replaced: its ledger need not go on from what was seen last.

        A binding that it forgot may be made otherwise, as long as nothing was opened with it.
        """
        self.bound = {key: value for key, value in self.bound.items() if key[0] != name}
        self.chains.pop(name, None)
        self.serials.pop(name, None)
        self.verified.pop(name, None)

    def note_vector(self, name: str, variable: str, vector: Vector) -> None:
        """A provider made a vector from its records."""
        self.drawn[name, variable] = vector
        self.needles.add_vector(vector)

    def note_seed(self, seed: bytes) -> None:
        """A provider drew the seed of a share."""
        self.needles.add_seed(seed)

    def shown(self, name: str, wire: SignedLetter) -> None:
        """A letter was shown to a party, in order or not."""
        letter = read(wire)
        known = self.tape[name, letter.sender, letter.type]
        if wire not in known:
            known.append(wire)
        if letter.type in PROPOSALS and letter.sender == COORDINATOR:
            try:
                manifest = Manifest.parse(letter.payload)
            except OntschotError:
                return
            self.manifests[manifest.digest] = manifest

    def look(self, world: "World", name: str) -> None:
        """Look at what a party wrote since it was last looked at."""
        for outgoing in world.mailrooms[name].unposted(SEEN):
            if outgoing.wire.digest in self.written:
                continue
            self.written.add(outgoing.wire.digest)
            letter = read(outgoing.wire)
            if letter.type in ("upload", "uploaded"):
                self._uploaded(world, name, letter)
            elif letter.type == CONSENT:
                consent = Consent.parse(SignedDocument.from_bytes(letter.payload).payload)
                rules.consent_is_allowed(world, name, consent)

    def left(self, world: "World", name: str, wire: SignedLetter) -> None:
        """A letter leaves a party, for the first time or again; nothing can call it back."""
        letter = read(wire)
        rules.nothing_found(self.needles, wire.header + wire.payload, f"a letter of {name}")
        for ref in letter.attachments:
            held = world.mailrooms[name].files.store.path(ref.sha256).read_bytes()
            rules.nothing_found(self.needles, held, f"beside a letter of {name}")
        if letter.sender not in HELPERS:
            return
        if letter.type == COMMIT:
            commit = Commit.parse(SignedDocument.from_bytes(letter.payload).payload)
            self.commits[letter.subject, name].add(commit.output)
        elif letter.type == ABORT:
            self.aborts[letter.subject].add(name)
        elif letter.type in GATES:
            self._opened(world, letter)
        elif letter.type == "output":
            self._sent(world, letter)

    def _uploaded(self, world: "World", name: str, letter: Letter) -> None:
        signed = SignedDocument.from_bytes(letter.payload)
        envelope = Envelope.parse(signed.payload)
        if signed.digest not in self.uploads:
            rules.upload_is_allowed(world, name)
            vector = self.drawn[name, envelope.variable]
            self.uploads[signed.digest] = (name, envelope.variable, vector)

    def _opened(self, world: "World", letter: Letter) -> None:
        helper = letter.sender
        context = release_context(letter.type, letter.subject, "AB"[HELPERS.index(helper)])  # type: ignore[arg-type]  # one of two types, one of two letters
        data = world.keys[letter.recipient].open(letter.payload, context)
        for _name, gate in GATES[letter.type](self.manifests[letter.subject]):
            size = masked_size(world.slots, gate.ring_bits)
            half, data = data[:size], data[size:]
            known = self.opened.setdefault((helper, gate.batch), half)
            rules.require(known == half, "one-opening", f"{helper} opened a batch twice")

    def _sent(self, world: "World", letter: Letter) -> None:
        helper, manifest = letter.sender, self.manifests[letter.subject]
        context = release_context("output", letter.subject, "AB"[HELPERS.index(helper)])  # type: ignore[arg-type]  # one of two letters
        half = world.keys[COORDINATOR].open(letter.payload, context)
        key = answer_key(manifest).digest
        known = self.halves.setdefault((key, helper), half)
        rules.require(known == half, "one-half", f"{helper} sent two halves for one answer")
        self.sent[manifest.digest, helper] = half
        peer = HELPERS[1 - HELPERS.index(helper)]
        rules.require(
            sha256(half) in self.commits[manifest.digest, helper]
            and bool(self.commits[manifest.digest, peer]),
            "commits-first",
            f"{helper} sent a half before both committed",
        )
        if (key, helper) not in self.answered:
            self.answered[key, helper] = manifest
            rules.list_is_allowed(world, helper, manifest)
            rules.budgets_hold(world, helper, manifest)
        if (manifest.digest, peer) in self.sent:
            rules.noised_once(world, manifest)
