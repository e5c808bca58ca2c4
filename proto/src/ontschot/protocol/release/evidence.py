# SPDX-License-Identifier: EUPL-1.2
"""The evidence beside a published answer: anyone can check it without trusting who published it.

Both helpers signed the manifest (AGREE) and the hash of their noised half (COMMIT). The halves are
published: each is uniformly random by itself, and together they are the noised sums and nothing
else. Whoever holds a roster therefore checks that what is published is what both committed to.
"""

from dataclasses import dataclass
from typing import Literal

from ontschot.protocol.canonical import sha256
from ontschot.protocol.documents.base import Document
from ontschot.protocol.documents.releases import AGREE, COMMIT, Agree, Commit, Manifest
from ontschot.protocol.errors import Refusal
from ontschot.protocol.keys import from_base64url, to_base64url
from ontschot.protocol.language import Text
from ontschot.protocol.roster import Roster
from ontschot.protocol.signed import SignedDocument


class EvidenceDoesNotHold(Refusal):
    """A signature or hash does not fit: what is published is not what the helpers committed."""

    code = "evidence-does-not-hold"
    title = Text("Het bewijs klopt niet", "The evidence does not hold")
    remedy = Text(
        "Vertrouw dit antwoord niet. Vraag beide helpers wat zij tekenden.",
        "Do not trust this answer. Ask both helpers what they signed.",
    )


class Evidence(Document):
    """Everything signed about one release; pairs are helper A and helper B, all in base64url."""

    v: Literal[1] = 1
    type: Literal["evidence"] = "evidence"
    manifest: str
    agreed: tuple[str, str]
    committed: tuple[str, str]
    halves: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Verified:
    """A manifest and two halves that both helpers stand for."""

    manifest: Manifest
    half_a: bytes
    half_b: bytes


def evidence_of(
    manifest: bytes, agreed: list[bytes], committed: list[bytes], halves: list[bytes]
) -> Evidence:
    """Return the evidence of a release; the lists are of helper A, then helper B."""
    agree_a, agree_b = map(to_base64url, agreed)
    commit_a, commit_b = map(to_base64url, committed)
    half_a, half_b = map(to_base64url, halves)
    return Evidence(
        manifest=to_base64url(manifest),
        agreed=(agree_a, agree_b),
        committed=(commit_a, commit_b),
        halves=(half_a, half_b),
    )


def verify_evidence(evidence: Evidence, roster: Roster) -> Verified:
    """Check every signature and hash against the helpers of ``roster``.

    Raises:
        EvidenceDoesNotHold: the detail names what does not fit.
        BadSignature, MalformedMessage: a signature or document is damaged.
    """
    manifest = Manifest.parse(from_base64url(evidence.manifest))
    halves = [from_base64url(half) for half in evidence.halves]
    helpers = zip(("A", "B"), roster.helpers(), strict=True)
    for (name, helper), agreed, committed, half in zip(
        helpers, evidence.agreed, evidence.committed, halves, strict=True
    ):
        keys = {helper.signing_key.text: helper.id}
        agree = Agree.parse(_signed(agreed, AGREE, keys, name))
        commit = Commit.parse(_signed(committed, COMMIT, keys, name))
        if {agree.manifest, commit.manifest} != {manifest.digest}:
            raise EvidenceDoesNotHold(f"helper {name} signed another manifest")
        if agree.helper != name or commit.helper != name:
            raise EvidenceDoesNotHold(f"helper {name} signed as the other one")
        if commit.output != sha256(half):
            raise EvidenceDoesNotHold(f"not the half that helper {name} committed to")
    return Verified(manifest, *halves)


def _signed(text: str, kind: str, keys: dict[str, str], name: str) -> bytes:
    signed = SignedDocument.from_bytes(from_base64url(text))
    if not signed.signers(kind, keys):
        raise EvidenceDoesNotHold(f"not signed by helper {name}")
    return signed.payload
