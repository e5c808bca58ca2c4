# SPDX-License-Identifier: EUPL-1.2
"""The roster (deelnemerslijst): who takes part, with which keys, under which rules and numbers.

Everything two parties must know of each other is in this one signed document (protocol section 1):
keys are pinned here, and nobody hands out keys otherwise. ``succession`` says which roster follows
which; ``rules`` what every roster must satisfy.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import BeforeValidator, ConfigDict, Field, PlainSerializer, StringConstraints

from ontschot.protocol.clock import from_text
from ontschot.protocol.documents.base import (
    Decimal,
    Document,
    Hash,
    Identifier,
    Line,
    MalformedDocument,
    Moment,
)
from ontschot.protocol.keys import SealingPublicKey, VerifyKey
from ontschot.protocol.roster.errors import UnknownParticipant

ROSTER = "roster"
"""Kind of signature over a roster."""

PROVIDERS_COUNCIL = "providers-council"

Role: TypeAlias = Literal["provider", "helper-a", "helper-b", "dealer", "coordinator"]
ApproverRole: TypeAlias = Literal["municipality", "providers-council", "privacy-officer"]
Unit: TypeAlias = Literal["household", "person"]

Organisation: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.:-]{0,62}$")]
"""Identifier of a legal entity, such as ``kvk:12345678``; equal text is the same organisation."""


def _verify_key(value: object) -> VerifyKey:
    return value if isinstance(value, VerifyKey) else VerifyKey.parse(_text(value))


def _sealing_key(value: object) -> SealingPublicKey:
    return value if isinstance(value, SealingPublicKey) else SealingPublicKey.parse(_text(value))


def _text(value: object) -> str:
    if not isinstance(value, str):
        msg = "a key that is no text"
        raise ValueError(msg)  # noqa: TRY004  (pydantic turns ValueError into its own error)
    return value


SigningKeyText: TypeAlias = Annotated[str, BeforeValidator(lambda text: _verify_key(text).text)]
"""A public signing key as text, checked to be one."""


class Anchor(Document):
    """Someone who signs rosters on behalf of a body of the federation."""

    id: Identifier
    name: Line
    organisation: Organisation
    body: Identifier
    key: SigningKeyText


class Approver(Document):
    """Someone who approves questions in a role."""

    id: Identifier
    name: Line
    role: ApproverRole
    organisation: Organisation
    key: SigningKeyText


class Participant(Document):
    """An installation that takes part, with the keys by which all others know it."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    id: Identifier
    role: Role
    name: Line
    organisation: Organisation
    signing_key: Annotated[
        VerifyKey, BeforeValidator(_verify_key), PlainSerializer(lambda key: key.text)
    ]
    sealing_key: Annotated[
        SealingPublicKey,
        BeforeValidator(_sealing_key),
        PlainSerializer(lambda key: key.text),
    ]
    contact: Line
    status: Literal["active", "revoked"]


class ApprovalRule(Document):
    """How many approvers must sign a question, and which roles must be among them."""

    minimum: Annotated[int, Field(ge=2, le=20)] = 2
    roles: Annotated[tuple[ApproverRole, ...], Field(min_length=1)] = (
        "municipality",
        "providers-council",
    )


class Budget(Document):
    """The cap of one account: all releases over records of ``year``, in units of 1e-12 rho.

    The default is rho 0.18507: epsilon 3 at delta 1e-6 (privacy, section 0.4).
    """

    unit: Unit
    year: Annotated[int, Field(ge=2000, le=2200)]
    rho: Decimal = "185070000000"


class Universe(Document):
    """A public list of slots with its encoder, and the only area maps that may go with it."""

    hash: Hash
    encoder: Identifier
    area_maps: tuple[Hash, ...]


class Parameters(Document):
    """The numbers of ``protocol.md`` and ``privacy.md`` on which a federation decides.

    Attributes:
        min_nodes: least number of distinct organisations in a release.
        max_nodes: most nodes in a release (K_max); decides the ring's size.
        household_providers: M: at how many providers a household is protected in cell vectors.
        approvals: who must sign a question.
        noise: each helper adds full noise: one honest helper is enough.
        budgets: the accounts; a year without one is closed.
        universes: the only universes that may be computed over.
        admission_rho: price of the check on one upload, in units of 1e-12 rho.
        audit_candidates: s: batches from which one is kept in an audit of the dealer.
        slot_minutes: results leave at multiples of this; 0 is at once (demo only).
        clock_tolerance_seconds: by how much clocks may differ.
    """

    min_nodes: Annotated[int, Field(ge=3, le=1000)] = 5
    max_nodes: Annotated[int, Field(ge=3, le=1000)] = 100
    household_providers: Annotated[int, Field(ge=1, le=100)] = 3
    approvals: ApprovalRule = ApprovalRule()
    noise: Literal["full"] = "full"
    budgets: tuple[Budget, ...]
    universes: tuple[Universe, ...]
    admission_rho: Decimal = "10000000"
    audit_candidates: Annotated[int, Field(ge=2, le=1000)] = 100
    slot_minutes: Annotated[int, Field(ge=0, le=1440)] = 15
    clock_tolerance_seconds: Annotated[int, Field(ge=0, le=300)] = 60


class Roster(Document):
    """One roster; frozen, and checked against ``rules`` when it comes from bytes."""

    v: Literal[1] = 1
    type: Literal["roster"] = "roster"
    federation: Identifier
    profile: Literal["production", "rehearsal", "demo"]
    pilot: bool
    serial: Annotated[int, Field(ge=1, le=2**31)]
    prev_hash: Hash | None
    not_before: Moment
    not_after: Moment
    anchors: Annotated[tuple[Anchor, ...], Field(min_length=2, max_length=32)]
    quorum: Annotated[int, Field(ge=2, le=32)]
    participants: Annotated[tuple[Participant, ...], Field(max_length=2000)]
    approvers: Annotated[tuple[Approver, ...], Field(max_length=200)]
    parameters: Parameters

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Return the roster in ``data``; says nothing about signatures.

        Raises:
            MalformedMessage: not canonical JSON, not a roster, a default left out; or, as
                ``RosterRuleBroken``, a roster against the rules.
        """
        from ontschot.protocol.roster.rules import check_rules  # noqa: PLC0415  (rules read models)

        roster = super().parse(data)
        if roster.to_bytes() != data:
            raise MalformedDocument("Roster: not in its one spelling")
        check_rules(roster)
        return roster

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the canonical bytes, in hexadecimal."""
        return super().digest

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy; what was worked out from the old fields is not copied along."""
        copy = super().model_copy(update=update, deep=deep)
        for name in ("digest", "_by_id"):
            copy.__dict__.pop(name, None)
        return copy

    @property
    def starts(self) -> datetime:
        """From when it is in force."""
        return from_text(self.not_before)

    @property
    def ends(self) -> datetime:
        """Until when it is in force."""
        return from_text(self.not_after)

    def participant(self, participant_id: str) -> Participant:
        """Return the active participant called ``participant_id``.

        Raises:
            UnknownParticipant: not listed, or revoked.
        """
        found = self._by_id.get(participant_id)
        if found is None or found.status != "active":
            raise UnknownParticipant("not listed" if found is None else f"{found.id}: revoked")
        return found

    def by_signing_key(self, key: VerifyKey) -> Participant:
        """Return the active participant that signs with ``key``.

        Raises:
            UnknownParticipant: nobody does, or a revoked participant did.
        """
        for participant in self.participants:
            if participant.signing_key == key:
                return self.participant(participant.id)
        raise UnknownParticipant("a signing key that is not listed")

    def with_role(self, role: Role) -> tuple[Participant, ...]:
        """Return the active participants in ``role``, by id."""
        active = [one for one in self.participants if one.status == "active" and one.role == role]
        return tuple(sorted(active, key=lambda one: one.id))

    def providers(self) -> tuple[Participant, ...]:
        """Return the active providers, by id."""
        return self.with_role("provider")

    def helpers(self) -> tuple[Participant, Participant]:
        """Return helper A and helper B."""
        return self._only("helper-a"), self._only("helper-b")

    def dealer(self) -> Participant:
        """Return the dealer."""
        return self._only("dealer")

    def coordinator(self) -> Participant:
        """Return the coordinator."""
        return self._only("coordinator")

    @property
    def anchor_keys(self) -> Mapping[str, Anchor]:
        """The anchors by key, for ``SignedDocument.signers``."""
        return {anchor.key: anchor for anchor in self.anchors}

    @property
    def approver_keys(self) -> Mapping[str, Approver]:
        """The approvers by key, for ``SignedDocument.signers``."""
        return {approver.key: approver for approver in self.approvers}

    def _only(self, role: Role) -> Participant:
        found = self.with_role(role)
        if len(found) != 1:
            raise UnknownParticipant(f"{len(found)} participants in role {role}")
        return found[0]

    @cached_property
    def _by_id(self) -> dict[str, Participant]:
        return {participant.id: participant for participant in self.participants}
