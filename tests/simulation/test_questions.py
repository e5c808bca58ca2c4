# SPDX-License-Identifier: EUPL-1.2
"""A question at a node and at a helper: verified anew by each, then decided by the provider."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from ontschot.coordinator.queries import service as queries
from ontschot.coordinator.releases.again import NoMoreLists, NotPublished, ask_second_list
from ontschot.node.provider.answering import schema
from ontschot.node.provider.policy.model import NoPolicy
from ontschot.node.public_inputs.store import UnknownPublicInput
from ontschot.node.questions import store
from ontschot.protocol.catalogue.approval import NotApproved, NotValidNow
from ontschot.protocol.catalogue.planning import NotTheDefinition
from ontschot.protocol.documents.queries import QUERY
from ontschot.protocol.errors import MalformedMessage, OntschotError
from ontschot.protocol.keys import SigningKey
from ontschot.protocol.signed import SignedDocument
from simulation.bench import Bench
from simulation.conftest import LATE, NODES
from simulation.federation import HELPERS, Federation
from simulation.looking import (
    added,
    budgets,
    manifests,
    participation,
    price_of,
    published_bins,
    question_state,
    true_bins,
)


def by_a_stranger(federation: Federation) -> SignedDocument:
    signed = federation.approved(federation.question("Q13"), by=(0,))
    return signed.add_signature(QUERY, SigningKey.generate())


def with_block(federation: Federation, **changes: object) -> SignedDocument:
    asked = federation.question("Q13")
    blocks = [asked.blocks[0].model_copy(update=changes), *asked.blocks[1:]]
    return federation.approved(asked.model_copy(update={"blocks": blocks}))


BAD: dict[str, tuple[Callable[[Federation], SignedDocument], type[OntschotError]]] = {
    "approved by one": (lambda f: f.approved(f.question("Q13"), by=(0,)), NotApproved),
    "approved by nobody": (lambda f: f.approved(f.question("Q13"), by=()), NotApproved),
    "approved without the providers": (
        lambda f: f.approved(f.question("Q13"), by=(0, 2)),
        NotApproved,
    ),
    "approved by a stranger": (by_a_stranger, NotApproved),
    "not valid yet": (
        lambda f: f.approved(f.question("Q13", not_before="2025-03-02T00:00:00Z")),
        NotValidNow,
    ),
    "valid no more": (
        lambda f: f.approved(
            f.question("Q13", not_before="2024-01-01T00:00:00Z", not_after="2025-02-01T00:00:00Z")
        ),
        NotValidNow,
    ),
    "of another federation": (
        lambda f: f.approved(f.question("Q13", federation="other")),
        NotApproved,
    ),
    "in an unknown round": (
        lambda f: f.approved(f.question("Q13", round="0" * 64)),
        UnknownPublicInput,
    ),
    "with another definition": (
        lambda f: f.approved(f.question("Q13", definition="0" * 64)),
        NotTheDefinition,
    ),
    "at another price": (lambda f: with_block(f, rho="1"), NotTheDefinition),
    "with other noise": (lambda f: with_block(f, sigma="1/1"), NotTheDefinition),
    "with another sensitivity": (lambda f: with_block(f, l2_squared="0"), NotTheDefinition),
    "with other thresholds": (lambda f: with_block(f, thresholds=[1, 2]), NotTheDefinition),
    "over another map": (
        lambda f: with_block(f, area_map=f.maps["buurt", 100].digest),
        NotTheDefinition,
    ),
    "that is none": (lambda _: SignedDocument(b"{}"), MalformedMessage),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("party", ["helper-a", "provider-1"])
def test_a_bad_question_is_refused_by_everybody(bench: Bench, name: str, party: str) -> None:
    make, error = BAD[name]
    payload = make(bench.federation).to_bytes()
    with pytest.raises(error):
        bench.undone(lambda desk: store.verify(desk, payload), party)


def ask(federation: Federation, **changes: str) -> str:
    """Ask another question, and let it be carried; return its hash."""
    asked = federation.approved(federation.question("Q13", 10**10, **changes))
    federation.ask(asked)
    federation.settle()
    return asked.digest


def kept(federation: Federation, node: str, digest: str) -> tuple[str, str | None]:
    found = federation.at(node, lambda desk: store.find(desk.connection, digest))
    assert found is not None
    return found.decision, found.reason


def said(federation: Federation, node: str, digest: str) -> tuple[str, str | None]:
    return federation.lead(lambda desk: queries.participation(desk.connection, digest))[node]


def test_a_policy_decides_and_says_why(admitted: Federation) -> None:
    admitted.decisions |= {"provider-1": "refuse", "provider-2": "hold"}
    digest = ask(admitted, purpose="anders")
    assert kept(admitted, "provider-1", digest) == ("refused", "policy-refuses-question")
    assert said(admitted, "provider-1", digest) == ("refused", "policy-refuses-question")
    assert kept(admitted, "provider-2", digest) == ("held", None)
    assert said(admitted, "provider-2", digest) == ("held", None)
    assert kept(admitted, "provider-3", digest) == ("accepted", None)


def test_a_question_of_another_requester_is_refused(admitted: Federation) -> None:
    digest = ask(admitted, requester="gemeente-elders")
    for node in NODES:
        assert said(admitted, node, digest) == ("refused", "policy-requester-not-listed")


def test_without_a_policy_nothing_runs(admitted: Federation) -> None:
    def none() -> None:
        raise NoPolicy

    admitted.roles["provider-1"]._policy = none  # type: ignore[union-attr]
    digest = ask(admitted, purpose="anders")
    assert said(admitted, "provider-1", digest) == ("refused", "no-policy")
    assert kept(admitted, "provider-1", digest) == ("refused", "no-policy")


def test_a_person_decides_on_what_was_held(admitted: Federation) -> None:
    first = admitted.question("Q13").digest
    provider = admitted.roles[LATE]
    admitted.at(LATE, lambda desk: provider.accept(desk, first))  # type: ignore[union-attr]
    admitted.settle()
    (answer,) = admitted.answers().values()
    assert published_bins(answer) == true_bins(admitted, NODES)
    assert participation(admitted, LATE) == ("taking-part", None)

    admitted.decisions = dict.fromkeys(NODES, "hold")
    second = ask(admitted, purpose="anders")
    admitted.at(LATE, lambda desk: provider.refuse(desk, second, "not-now"))  # type: ignore[union-attr]
    admitted.settle()
    assert kept(admitted, LATE, second) == ("refused", "not-now")
    assert said(admitted, LATE, second) == ("refused", "not-now")


def test_an_upload_serves_many_questions(admitted: Federation) -> None:
    digest = ask(admitted, purpose="anders")
    assert kept(admitted, "provider-1", digest) == ("accepted", None)
    rows = admitted.read(
        "provider-1", lambda c: c.execute(select(schema.own_uploads.c.generation)).scalars().all()
    )
    assert rows == [1]


def test_late_providers_make_a_second_list_at_full_price(admitted: Federation) -> None:
    """Three organisations more than in the first list; with fewer, the first answer stands."""
    admitted.decisions = dict.fromkeys(("provider-4", "provider-5", LATE), "hold")
    digest = ask(admitted, purpose="anders")
    with pytest.raises(NotPublished):
        admitted.lead(lambda desk: ask_second_list(desk, digest))
    admitted.clock.advance(hours=1)
    admitted.tick()
    first = next(one for one in manifests(admitted) if one.query == digest)
    assert len(first.nodes) == 3
    before = budgets(admitted)

    accept(admitted, digest, "provider-4", "provider-5")
    admitted.lead(lambda desk: ask_second_list(desk, digest))
    admitted.tick()
    assert state_of(admitted, digest) == ("published", "too-few-providers")
    assert added(before, budgets(admitted)) == {}

    accept(admitted, digest, LATE)
    before = budgets(admitted)
    admitted.lead(lambda desk: ask_second_list(desk, digest))
    admitted.tick()
    assert state_of(admitted, digest)[0] == "published"
    second = [one for one in manifests(admitted) if one.query == digest][-1]
    assert (second.nodes, second.release_id) == (sorted(NODES), f"{first.release_id}-2")
    answer = admitted.answers()[second.release_id]
    assert published_bins(answer) == true_bins(admitted, NODES)
    price = price_of(second)
    assert added(before, budgets(admitted)) == dict.fromkeys((*HELPERS, *NODES), (0, price))
    with pytest.raises(NoMoreLists):
        admitted.lead(lambda desk: ask_second_list(desk, digest))


def accept(federation: Federation, digest: str, *nodes: str) -> None:
    for node in nodes:
        provider = federation.roles[node]
        federation.at(node, lambda desk, who=provider: who.accept(desk, digest))  # type: ignore[misc]
    federation.settle()


def state_of(federation: Federation, digest: str) -> tuple[str, str | None]:
    found = federation.lead(lambda desk: queries.find(desk.connection, digest))
    assert found is not None
    return found.state, found.reason


def test_the_states_of_the_first_question_are_its_own(admitted: Federation) -> None:
    assert question_state(admitted) == ("asking", None)
