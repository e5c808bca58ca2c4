# SPDX-License-Identifier: EUPL-1.2
"""What must hold whatever happens (architecture section 7; protocol sections 4, 5 and 7).

Each rule is written from the text, not from the code under test: the rules on lists, the true
figures and the sums of prices are computed here anew.

==================  ================================================================================
one-half            one noised half per answer and helper ever leaves, byte for byte
commits-first       no half leaves before both helpers committed to what they send
one-opening         a batch is never opened at two masked vectors
one-binding         a batch is never bound to two lists of uploads
noised-once         an opened figure is the true one with the noise of each helper, once
list                at least three organisations; two lists, the second with three more
cap                 what left of a provider's or helper's budget never exceeds the cap
approved            no consent and no upload without the approvals and the policy's own yes
kept-secret         no piece of a vector, no seed in a letter, a log line or somebody else's files
ledger              the chain verifies, only grows, and gives back only by the rules
roster              nobody holds a roster that the anchors did not sign, or an earlier than before
published           the published figures are the sum of the two halves that left
==================  ================================================================================

Not failures: a release that ends without an answer, a party that closes itself, a party that is
stuck after an older copy was put back, budget that is lost.
"""

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from ontschot.protocol.clock import to_text
from ontschot.protocol.documents.queries import Block
from ontschot.protocol.documents.releases import Consent, Manifest
from ontschot.protocol.privacy.charge import charges_of
from ontschot.protocol.release.halves import combine
from ontschot.protocol.release.tables import tables
from ontschot.protocol.universe.areas import AreaMap
from simulation.federation import HELPERS, REQUESTER, Vector

if TYPE_CHECKING:
    from simulation.machine.needles import Needles
    from simulation.machine.world import World

MODULUS = 8
BOTH = 3
"""What the noise of both helpers leaves, modulo 8: 1 + 2."""

LEAST_ORGANISATIONS = 3
SECOND_ADDS = 3
CAPS = {"household": 185_070_000_000, "person": 740_280_000_000}

RULES: Final = (
    "one-half",
    "commits-first",
    "one-opening",
    "one-binding",
    "noised-once",
    "list",
    "cap",
    "approved",
    "kept-secret",
    "ledger",
    "roster",
    "published",
)
"""Every rule by its name; for each a fault is planted (``faulty``) that breaks it."""

CHECKED: Final[Counter[str]] = Counter()
"""How often each rule was looked at in this process, so that a report can say it."""


class Violation(AssertionError):
    """A rule was broken; ``rule`` is its name."""

    def __init__(self, rule: str, detail: str) -> None:
        super().__init__(f"{rule}: {detail}")
        self.rule = rule


def require(holds: object, rule: str, detail: str) -> None:
    """Raise ``Violation`` unless something holds."""
    CHECKED[rule] += 1
    if not holds:
        raise Violation(rule, detail)


def nothing_found(needles: "Needles", data: bytes, where: str) -> None:
    """No piece of a vector and no seed is in these bytes."""
    require(not needles.found_in(data), "kept-secret", where)


def permitted(world: "World", name: str, digest: str) -> bool:
    """Return whether a provider may answer a question: approved, valid now, and its own yes."""
    query = world.history.queries.get(digest)
    if query is None or not query.not_before <= to_text(world.clock.now) <= query.not_after:
        return False
    automatic = world.decisions.get(name, "automatic") == "automatic"
    by_policy = automatic and query.requester == REQUESTER and query.question in world.questions
    return by_policy or (name, digest) in world.history.said_yes


def consent_is_allowed(world: "World", name: str, consent: Consent) -> None:
    """A consent was written just now: to an approved question, with the provider's own yes."""
    manifest = world.history.manifests[consent.manifest]
    require(permitted(world, name, manifest.query or ""), "approved", f"{name} consents")
    known = world.history.rosters.get(consent.roster)
    require(known, "approved", f"{name} consents under a roster that nobody signed")
    if known is not None:
        roster = known[0]
        listed = {one.id for one in roster.participants if one.status == "active"}
        in_force = roster.not_before <= to_text(world.clock.now) <= roster.not_after
        require(in_force and name in listed, "approved", f"{name} consents under that roster")
    organisations = {world.organisation(node) for node in manifest.nodes}
    require(len(organisations) >= LEAST_ORGANISATIONS, "list", f"{name} consents to so few")


def upload_is_allowed(world: "World", name: str) -> None:
    """An upload was written: the provider said yes to some question that was approved."""
    asked = world.history.queries
    automatic = world.decisions.get(name, "automatic") == "automatic"
    yes = any(automatic or (name, digest) in world.history.said_yes for digest in asked)
    require(yes, "approved", f"{name} uploads")


def list_is_allowed(world: "World", helper: str, manifest: Manifest) -> None:
    """The lists of a question, over everything that ever left a helper, keep to the rules."""
    if manifest.kind == "admit":
        return
    lists: list[frozenset[str]] = []
    for (_, sender), known in world.history.answered.items():
        same = (known.query, known.round) == (manifest.query, manifest.round)
        nodes = frozenset(known.nodes)
        if sender == helper and known.kind != "admit" and same and nodes not in lists:
            lists.append(nodes)
    for nodes in lists:
        organisations = {world.organisation(node) for node in nodes}
        require(len(organisations) >= LEAST_ORGANISATIONS, "list", f"{helper}: {sorted(nodes)}")
    require(len(lists) <= 2, "list", f"{helper} answered over {len(lists)} lists")
    if len(lists) == 2:
        first, second = lists
        more = {world.organisation(node) for node in second - first}
        allowed = first < second and len(more) >= SECOND_ADDS
        require(allowed, "list", f"{helper}: {sorted(first)}, then {sorted(second)}")


def budgets_hold(world: "World", helper: str, manifest: Manifest) -> None:
    """What left a helper, and what left about a listed provider, stays below every cap."""
    answered = world.history.answered
    at_helper = [known for (_, sender), known in answered.items() if sender == helper]
    _require_below(f"of {helper}", at_helper)
    for node in manifest.nodes:
        about = {key: known for (key, _), known in answered.items() if node in known.nodes}
        _require_below(f"about {node}", about.values())


def _require_below(what: str, released: Iterable[Manifest]) -> None:
    sums = dict.fromkeys(CAPS, 0)
    for manifest in released:
        for charge in charges_of(manifest.blocks, (2024,)):
            sums[charge.unit] += charge.rho
    for unit, cap in CAPS.items():
        require(sums[unit] <= cap, "cap", f"{sums[unit]} of {cap} {unit} {what}")


def noised_once(world: "World", manifest: Manifest) -> None:
    """Both halves of a release left: each figure is off by noise of A and of B, once each."""
    maps = {one.digest: one for one in world.maps.values()}
    figures = opened(world, manifest)
    for block, found in zip(manifest.blocks, figures, strict=True):
        off = found - true_figures(world, manifest, block, maps[block.area_map])
        require(np.all(off % MODULUS == BOTH), "noised-once", f"{block.id} of {manifest.kind}")


def opened(world: "World", manifest: Manifest) -> list[NDArray[np.int64]]:
    """Return what the two halves that left add up to, by block."""
    maps = {one.digest: one for one in world.maps.values()}
    halves = [world.history.sent[manifest.digest, helper] for helper in HELPERS]
    return combine(tables(manifest, maps), *halves)


def true_figures(
    world: "World", manifest: Manifest, block: Block, areas: AreaMap
) -> NDArray[np.int64]:
    """Return the figures of a block before noise, shape (outputs, areas), from the vectors."""
    total = _total(world, manifest, block.variable)
    if manifest.kind == "admit":
        return np.zeros((block.outputs, len(areas.codes)), dtype=np.int64)
    if block.statistic == "sum":
        return total.astype(np.int64).reshape(block.outputs, len(areas.codes))
    return np.stack([_per_area(row, areas) for row in _per_slot(total, block)])


def _total(world: "World", manifest: Manifest, name: str) -> Vector:
    """Return the sum of the listed vectors of a variable, or each household's code."""
    for code in manifest.codes:
        if code.id == name:
            bits = [
                one.weight * (_total(world, manifest, one.variable) >= one.threshold)
                for one in code.components
            ]
            codes: Vector = np.sum(bits, axis=0, dtype=np.uint32)
            return codes
    part = next(part for part in manifest.parts if part.variable == name)
    found = [world.history.uploads[envelope][2] for envelope in part.uploads]
    total: Vector = np.sum(found, axis=0, dtype=np.uint32)
    return total


def _per_slot(total: Vector, block: Block) -> list[NDArray[np.int64]]:
    if block.statistic == "capped":
        return [np.minimum(total, block.cap or 0).astype(np.int64)]
    reached = [(total >= least).astype(np.int64) for least in block.thresholds]
    if block.statistic == "at-least":
        return reached
    return [low - high for low, high in zip(reached, [*reached[1:], 0 * reached[0]], strict=True)]


def _per_area(values: NDArray[np.int64], areas: AreaMap) -> NDArray[np.int64]:
    inside = areas.index >= 0
    sums = np.bincount(areas.index[inside], values[inside], len(areas.codes))
    return sums.astype(np.int64)
