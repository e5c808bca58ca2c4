# SPDX-License-Identifier: EUPL-1.2
"""Ask a question of a running federation, and see how long each part of an answer takes."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx

from benchmarks.scale.party import Party
from benchmarks.scale.wire import CannotLook, Carried, carried
from benchmarks.timeline import last_consent, read_notes
from benchmarks.usage import usage_of
from ontschot.protocol.catalogue.definitions import definition
from ontschot.protocol.catalogue.planning import plan_blocks
from ontschot.protocol.documents.queries import QUERY, Query
from ontschot.protocol.documents.releases import Manifest
from ontschot.protocol.signed import SignedDocument
from ontschot_demo import measuring

RHO = 3_000_000_000
"""Price of a question, in units of 1e-12: small, so that a year's budget is enough for all."""

_UPLOADS = "SELECT count(*) FROM upload WHERE round = ? AND variable IN ({}) AND state IN ({})"
_HELD = ("held", "admitting", "admitted")
_PROPOSED = "SELECT count(*) FROM release WHERE query = ?"
_RELEASE = "SELECT document, consented_at FROM release WHERE query = ? AND state = 'done'"
_RESULT = "SELECT id FROM result WHERE query = ?"


@dataclass(frozen=True, slots=True)
class Answered:
    """One question answered; all times in seconds, bytes and megabytes by process.

    Attributes:
        uploading: from asking until both helpers hold every upload.
        admitting: from there until every upload is checked, with keys dealt and audited for each.
        dealing: from there until the manifest is proposed: the question's own keys.
        release: from the last consent on its provider's disk until the answer is read over REST.
        stamped: the same from the moment that the coordinator had that consent.
        uploaded: what each process carried from asking until every upload was checked.
        released: what each process carried from proposal to answer.
        peaks: the most memory of each process since it was asked, in MB.
        answer: the answer.
    """

    uploading: float
    admitting: float
    dealing: float
    release: float
    stamped: float
    uploaded: Mapping[str, Carried]
    released: Mapping[str, Carried]
    peaks: Mapping[str, float]
    answer: Mapping[str, object]


def ask(party: Party, slots: int, question: str) -> Answered:
    """Ask a question in the round over ``slots`` and wait for its answer.

    Raises:
        PartyStopped: a process ended.
        TimeoutError: it took too long.
    """
    names = [one.id for one in definition(question).variables]
    signed = approved(party, slots, question)
    before = _carried(party)
    forget_peaks(party)
    asked = time.time()
    measuring.ask(party.federation, signed)
    held = party.wait_for(lambda: _uploads(party, slots, names, _HELD))
    admitted = party.wait_for(lambda: _uploads(party, slots, names, ("admitted",)))
    after_uploads = _carried(party)
    proposed = party.wait_for(lambda: party.read(_PROPOSED, [signed.digest]) != [(0,)])
    at_proposal = _carried(party)
    answer, read = _answer(party, signed.digest)
    peaks = {name: usage_of(pid).peak for name, pid in party.pids().items()}
    ((document, consented),) = party.read(_RELEASE, [signed.digest])
    manifest = Manifest.parse(document)
    at_coordinator = datetime.fromisoformat(consented).timestamp()
    return Answered(
        held - asked,
        admitted - held,
        proposed - admitted,
        read - _last_consent(party, manifest),
        read - at_coordinator,
        _since(before, after_uploads),
        _since(at_proposal, _carried(party)),
        peaks,
        answer,
    )


def ask_at_once(party: Party, slots: int, question: str, count: int) -> float:
    """Ask a question ``count`` times at once, each for a purpose of its own.

    Return the seconds from the first asking until the last answer was read.
    """
    signed = [approved(party, slots, question) for _ in range(count)]
    start = time.time()
    for one in signed:
        measuring.ask(party.federation, one)
    return max(_answer(party, one.digest)[1] for one in signed) - start


def approved(party: Party, slots: int, question: str) -> SignedDocument:
    """Return an approved question over a round, for a purpose that no other question has."""
    round_ = party.rounds[slots]
    usual = Query.parse(measuring.approved(party.federation, round_, question, RHO).payload)
    maps = {(item.level, item.minimum): item.hash for item in round_.area_maps}
    most = party.federation.office.act(lambda desk: desk.roster.parameters.household_providers)
    blocks = plan_blocks(definition(question), maps, RHO, household_providers=most)
    purpose = f"Meting {time.monotonic_ns()}"
    signed = SignedDocument(
        usual.model_copy(update={"purpose": purpose, "blocks": blocks}).to_bytes()
    )
    for key in party.federation.approvers:
        signed = signed.add_signature(QUERY, key)
    return signed


def forget_peaks(party: Party) -> None:
    """Let the most memory of every process count from now (Linux)."""
    for pid in party.pids().values():
        Path(f"/proc/{pid}/clear_refs").write_text("5", "ascii")


def _uploads(party: Party, slots: int, names: Sequence[str], states: Sequence[str]) -> bool:
    query = _UPLOADS.format(", ".join("?" * len(names)), ", ".join("?" * len(states)))
    found = party.read(query, [party.rounds[slots].digest, *names, *states])
    return found == [(len(party.providers) * len(names),)]


def _answer(party: Party, digest: str) -> tuple[Mapping[str, object], float]:
    # Whoever reads has its client ready: making one takes longer than the reading.
    with httpx.Client(base_url=party.federation.coordinator.rest_url, timeout=60) as client:
        party.wait_for(lambda: bool(party.read(_RESULT, [digest])))
        ((name,),) = party.read(_RESULT, [digest])
        found = client.get(f"/v1/results/{name}").raise_for_status().json()
        return found, time.time()


def _last_consent(party: Party, manifest: Manifest) -> float:
    notes = []
    for name in party.providers:
        lines = (party.notes / f"{name}.jsonl").read_text("ascii").splitlines()
        notes += read_notes(name, [line for line in lines if manifest.digest in line])
    return last_consent(notes, manifest.digest, manifest.nodes)


def _carried(party: Party) -> dict[str, Carried]:
    try:
        return {name: carried(pid) for name, pid in party.pids().items()}
    except CannotLook:
        return {}


def _since(before: Mapping[str, Carried], after: Mapping[str, Carried]) -> dict[str, Carried]:
    return {name: found - before[name] for name, found in after.items() if name in before}
