# SPDX-License-Identifier: EUPL-1.2
"""A coordinator shows helper A one manifest and helper B another, and providers lie for both.

Honest providers consent to one of the two at most, so no helper would have all consents of both.
Here every provider lies, with its own, real key: each helper then has all it needs to agree to what
it was shown, and does. What is left is that nothing opens unless both helpers signed one hash.
"""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from ontschot.node.ledger import service as ledger
from ontschot.node.mailroom.desk import Desk
from ontschot.node.mailroom.schema import IN, OUT
from ontschot.protocol.documents.releases import (
    ABORT,
    AGREE,
    COMMIT,
    CONSENT,
    MANIFEST,
    Consent,
    Manifest,
)
from ontschot.protocol.signed import SignedDocument
from simulation.bench import Bench, later
from simulation.federation import HELPERS, Federation
from simulation.looking import added, budgets, price_of, states

A, B = HELPERS
TELLING = {"prepare", "open", "open-codes", COMMIT, "output"}
"""Letters of a helper after which somebody might know more: a secret, values, a half."""

OTHERS: dict[str, Callable[[Bench], Manifest]] = {
    "another-release": lambda bench: bench.changed(release_id="for-b"),
    "another-expiry": lambda bench: bench.changed(expiry=later(bench, minutes=30)),
    "one-provider-fewer": lambda bench: bench.without("provider-1"),
}
"""What B is shown instead. The batch is the same, so that openings would fit each other."""


def lie(federation: Federation, node: str, manifest: Manifest, envelope: str) -> None:
    """Consent at both helpers to whatever there is, and reserve nothing."""

    def consent(desk: Desk) -> None:
        document = Consent(
            node=node,
            manifest=manifest.digest,
            roster=desk.roster.digest,
            envelopes=[envelope],
            ledger=ledger.head(desk.connection),
        )
        signed = SignedDocument(document.to_bytes()).add_signature(CONSENT, desk.keys.signing)
        for helper in HELPERS:
            desk.send(helper, CONSENT, manifest.digest, signed.to_bytes())

    federation.at(node, consent)


def show(federation: Federation, helper: str, manifest: Manifest) -> None:
    """Propose a manifest to one helper, and to nobody else."""
    federation.lead(lambda desk: desk.send(helper, MANIFEST, manifest.digest, manifest.to_bytes()))


def attack(federation: Federation, bench: Bench, of_a: Manifest, of_b: Manifest) -> None:
    """Every provider consents to both; A is shown the one, and B the other."""
    own = bench.uploads_by_node()
    for manifest in {one.digest: one for one in (of_a, of_b)}.values():
        for node in manifest.nodes:
            lie(federation, node, manifest, own[node])
    show(federation, A, of_a)
    show(federation, B, of_b)
    federation.settle()


def written(federation: Federation, helper: str, *about: Manifest) -> set[str]:
    """Return the types of the letters that a helper wrote about these."""
    digests = [manifest.digest for manifest in about]
    query = select(OUT.c.type).where(OUT.c.subject.in_(digests))
    return set(federation.read(helper, lambda c: c.execute(query).scalars()))


def heard(federation: Federation, helper: str, kind: str, manifest: Manifest) -> set[str]:
    """Return from whom a helper took letters of a type about a manifest."""
    query = select(IN.c.sender).where(
        IN.c.type == kind, IN.c.subject == manifest.digest, IN.c.code.is_(None)
    )
    return set(federation.read(helper, lambda c: c.execute(query).scalars()))


def test_one_manifest_would_be_answered_with_these_lies(admitted: Federation) -> None:
    """Otherwise the tests below would prove nothing: consents are no obstacle here."""
    bench = Bench(admitted)
    attack(admitted, bench, bench.manifest, bench.manifest)
    for helper in HELPERS:
        assert states(admitted, bench.manifest)[helper] == "sent"
        assert written(admitted, helper, bench.manifest) >= TELLING - {"open-codes"}


@pytest.mark.parametrize("other", OTHERS)
def test_two_manifests_for_two_helpers_lead_nowhere(admitted: Federation, other: str) -> None:
    bench = Bench(admitted)
    of_a, of_b = bench.manifest, OTHERS[other](bench)
    before = budgets(admitted)
    attack(admitted, bench, of_a, of_b)
    # Each has everything, and agreed to what it saw; each even holds the other's agreement.
    assert (states(admitted, of_a)[A], states(admitted, of_b)[B]) == ("agreed", "agreed")
    assert states(admitted, of_b)[A] is None
    assert states(admitted, of_a)[B] is None
    for helper in HELPERS:
        for manifest in (of_a, of_b):
            assert heard(admitted, helper, CONSENT, manifest) == set(manifest.nodes)
    assert heard(admitted, B, AGREE, of_a) == {A}
    assert heard(admitted, A, AGREE, of_b) == {B}
    expect_nothing_told(admitted, of_a, of_b)
    reserved = {A: (price_of(of_a), 0), B: (price_of(of_b), 0)}
    assert added(before, budgets(admitted)) == reserved

    admitted.clock.advance(hours=2)
    for helper in HELPERS:
        admitted.at(helper, admitted.roles[helper].expire)
    admitted.settle()
    assert (states(admitted, of_a)[A], states(admitted, of_b)[B]) == ("aborted", "aborted")
    assert written(admitted, A, of_a) == written(admitted, B, of_b) == {AGREE, ABORT}
    expect_nothing_told(admitted, of_a, of_b)
    assert added(before, budgets(admitted)) == {}


def test_who_agreed_to_one_list_opens_nothing_for_the_other(admitted: Federation) -> None:
    """When each has agreed to its own, it is shown the other's as well: the batch is bound."""
    bench = Bench(admitted)
    of_a, of_b = bench.manifest, bench.without("provider-1")
    attack(admitted, bench, of_a, of_b)
    show(admitted, A, of_b)
    show(admitted, B, of_a)
    admitted.settle()
    for helper, manifest in ((A, of_b), (B, of_a)):
        assert states(admitted, manifest)[helper] == "aborted"
    expect_nothing_told(admitted, of_a, of_b)


def expect_nothing_told(federation: Federation, *about: Manifest) -> None:
    """No secret, no opening, no half left either helper."""
    for helper in HELPERS:
        assert not written(federation, helper, *about) & TELLING
    assert federation.answers() == {}
