# SPDX-License-Identifier: EUPL-1.2
"""A question about persons, from the first commitment to the published estimate."""

from collections.abc import Iterator
from math import log
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select

from ontschot.coordinator.queries.schema import participations
from ontschot.coordinator.releases import closing, person_keys
from ontschot.node.ledger import service as ledger
from ontschot.node.mailroom.desk import Desk
from ontschot.node.provider.answering.schema import own_uploads
from ontschot.node.provider.persons import schema
from ontschot.node.provider.persons.agreement import find_key, own_check
from ontschot.protocol.catalogue.definitions import definition
from ontschot.protocol.documents.persons import KEY_CHECK
from ontschot.protocol.persons import PersonKey, buckets_of
from ontschot.protocol.privacy.charge import (
    HOUSEHOLD_PERSONS,
    PERSON_PROVIDERS,
    Charge,
    Unit,
    charges_of,
    person_squares,
)
from ontschot.protocol.privacy.conversion import epsilon_of
from ontschot.protocol.privacy.units import Rho, parse_sigma, rho_text
from ontschot.protocol.signed import SignedDocument
from simulation.federation import COORDINATOR, HELPERS, Federation
from simulation.looking import manifests, price_of, question_state

NODES = tuple(f"provider-{number}" for number in range(1, 6))
LATE = NODES[-1]
LISTED = NODES[:-1]
ADMISSION = 10**7


def fill(federation: Federation, nodes: tuple[str, ...], seed: int = 11) -> None:
    """Give each node a vector of every variable in which a few buckets are filled."""
    random = np.random.default_rng(seed)
    for variable in definition("Q05").variables:
        assert variable.persons is not None
        area_map = federation.maps[variable.persons.level, variable.persons.minimum]
        places = buckets_of(variable.persons, area_map).count
        for node in nodes:
            flags = (random.random(places) < 0.02).astype(np.uint32)
            federation.vectors[node, variable.id] = flags


@pytest.fixture(scope="module")
def _admitted(tmp_path_factory: pytest.TempPathFactory) -> Federation:
    federation = Federation(
        tmp_path_factory.mktemp("persons"), NODES, {}, questions=("Q05",), decisions={LATE: "hold"}
    )
    fill(federation, NODES)
    federation.open_round()
    federation.ask(federation.query("Q05"))
    federation.settle()
    federation.close()
    return federation


@pytest.fixture
def admitted(_admitted: Federation, tmp_path: Path) -> Iterator[Federation]:
    """Question Q05: four providers have one key and admitted uploads, one hesitates."""
    copied = _admitted.copy(tmp_path / "federation")
    yield copied
    copied.close()


@pytest.fixture(scope="module")
def answered(
    _admitted: Federation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Federation]:
    """The same an hour later: answered over the four. To be looked at only."""
    copied = _admitted.copy(tmp_path_factory.mktemp("answered") / "federation")
    release(copied)
    yield copied
    copied.close()


def release(federation: Federation) -> None:
    """Let the coordinator go on without the one who hesitates."""
    federation.clock.advance(hours=1)
    federation.tick()


def occupied(federation: Federation, variable: str, nodes: tuple[str, ...] = LISTED) -> list[int]:
    """Return how many buckets of each area any of the nodes fills."""
    known = federation.round().variable(variable)
    assert known.persons is not None
    layout = buckets_of(known.persons, federation.maps[known.persons.level, known.persons.minimum])
    any_of = np.any([federation.vectors[node, variable] for node in nodes], axis=0)
    counts = np.bincount(layout.index[any_of], minlength=len(layout.sizes))
    return [int(count) for count in counts]


def estimated(federation: Federation, variable: str, nodes: tuple[str, ...] = LISTED) -> list[int]:
    known = federation.round().variable(variable)
    assert known.persons is not None
    layout = buckets_of(known.persons, federation.maps[known.persons.level, known.persons.minimum])
    found = zip(occupied(federation, variable, nodes), layout.sizes.tolist(), strict=True)
    return [round(-size * log(1 - count / size)) for count, size in found]


def published(answer: dict[str, Any]) -> dict[str, list[int]]:
    return {
        table["id"]: [area["figures"][0]["value"] for area in table["areas"]]
        for table in answer["tables"]
    }


def test_without_noise_an_answer_is_the_estimate_from_the_buckets(answered: Federation) -> None:
    (answer,) = answered.answers().values()
    known = definition("Q05")
    assert published(answer) == {
        block.id: estimated(answered, block.variable) for block in known.blocks
    }
    assert all(found > 0 for table in published(answer).values() for found in table)
    assert question_state(answered) == ("published", None)


def test_every_provider_has_one_key_and_nobody_else_has_any(answered: Federation) -> None:
    round_hash = answered.round().digest

    def check(desk: Desk) -> str:
        key = find_key(desk, round_hash)
        assert key is not None
        return key.check

    assert len({answered.at(node, check) for node in LISTED}) == 1
    for name in (*HELPERS, "dealer", LATE):
        for table in (schema.keys, schema.facts, schema.contributions):
            assert answered.read(name, lambda c, t=table: c.execute(select(t)).all()) == []  # type: ignore[misc]


def test_both_accounts_pay_for_the_release_and_for_the_checks_of_uploads(
    answered: Federation,
) -> None:
    (manifest,) = manifests(answered)
    price, variables = price_of(manifest), len(manifest.parts)
    for name, uploads in (
        *((node, variables) for node in LISTED),
        *((helper, variables * len(LISTED)) for helper in HELPERS),
    ):
        for unit, times in (
            ("person", person_squares(PERSON_PROVIDERS)),
            ("household", HOUSEHOLD_PERSONS**2),
        ):
            account = answered.read(name, lambda c, u=unit: ledger.account(c, u, 2024))  # type: ignore[misc]
            paid = times * (price + uploads * ADMISSION)
            assert account.spent == pytest.approx(paid, rel=1e-6)
            assert account.reserved == 0


def test_what_is_published_says_who_is_protected_and_who_could_look(
    answered: Federation,
) -> None:
    (answer,) = answered.answers().values()
    assert answer["privacy"]["protectedUnit"]["nl"] == "één persoon, bij hoogstens 3 aanbieders"
    (manifest,) = manifests(answered)
    _, person = charges_of(manifest.blocks, [2024])
    assert answer["privacy"]["rho"] == rho_text(person.rho)
    assert answer["privacy"]["epsilon"] == f"{epsilon_of(person.rho):.12f}".rstrip("0")
    assert answer["clamp"]["nl"] == "Een persoon telt hoogstens één keer mee."
    said = " ".join(remark["nl"] for remark in answer["remarks"])
    for words in (
        "bij 1 aanbieder",
        "bij 3 aanbieders",
        "met 1 persoon",
        "met 4 personen in één gebied",
        "helper A, helper B en de dealer",
        "zonder BSN",
    ):
        assert words in said
    assert {table["unit"] for table in answer["tables"]} == {"persons"}
    titles = [table["title"]["nl"] for table in answer["tables"]]
    assert titles[:2] == ["Mensen met hulp", "Mensen met hulp uit de Jeugdwet"]


def test_the_margin_is_that_of_the_noise_and_of_collisions(answered: Federation) -> None:
    (answer,) = answered.answers().values()
    (manifest,) = manifests(answered)
    for block, table in zip(manifest.blocks, answer["tables"], strict=True):
        counts, sizes = occupied(answered, block.variable), layout_of(answered, block.variable)
        for area, count, size in zip(table["areas"], counts, sizes, strict=True):
            empty = 1 - count / size
            noise = 2 * float(parse_sigma(block.sigma)) ** 2 / empty**2
            collisions = size * (1 / empty - 1 + log(empty))
            (figure,) = area["figures"]
            expected = (noise + collisions) ** 0.5
            assert figure["standardError"] == pytest.approx(expected, abs=0.001)


@pytest.mark.parametrize("unit", ["household", "person"])
@pytest.mark.parametrize("party", ["helper-a", "provider-2"])
def test_an_exhausted_account_of_either_unit_refuses(
    admitted: Federation, unit: Unit, party: str
) -> None:
    left = admitted.read(party, lambda c: ledger.available(c, unit, 2024))
    charge = Charge(unit, (2024,), Rho(left - 1))
    admitted.at(party, lambda desk: ledger.spend(desk.connection, "f" * 64, [charge]))
    release(admitted)
    answers = admitted.answers()
    if party == "helper-a":
        assert answers == {}
        assert question_state(admitted) == ("failed", "too-many-attempts")
    else:
        (answer,) = answers.values()
        assert answer["coverage"]["participants"] == len(LISTED) - 1


def test_noise_of_both_helpers_is_in_the_buckets(admitted: Federation) -> None:
    class Five:
        def draw(self, _scale: object, size: int) -> Any:
            return np.full(size, 5, dtype=np.int64)

    admitted.noise |= dict.fromkeys(HELPERS, Five())
    for helper in HELPERS:
        admitted.start(helper)
    release(admitted)
    (answer,) = admitted.answers().values()
    (size,) = layout_of(admitted, "persons-gemeente")
    (count,) = occupied(admitted, "persons-gemeente")
    assert published(answer)["total-gemeente"] == [round(-size * log(1 - (count + 10) / size))]


def test_a_round_that_ends_takes_its_key_along(admitted: Federation) -> None:
    round_hash = admitted.round().digest
    admitted.lead(lambda desk: closing.close_round(desk, round_hash))
    admitted.settle()
    admitted.tick()
    for node in NODES:
        for table in (schema.contributions, schema.facts):
            rows = admitted.read(node, lambda c, t=table: c.execute(select(t)).all())  # type: ignore[misc]
            assert rows == []
        (row,) = admitted.read(node, lambda c: c.execute(select(schema.keys)).all())
        assert (row.state, row.commit, row.key_set) == ("closed", None, None)
        assert admitted.at(node, lambda desk: find_key(desk, round_hash)) is None


def test_one_who_accepts_after_the_answer_uploads_with_the_same_key(admitted: Federation) -> None:
    digest = admitted.question("Q05").digest
    admitted.at(LATE, lambda desk: admitted.roles[LATE].accept(desk, digest))  # type: ignore[union-attr]
    admitted.settle()
    (answer,) = admitted.answers().values()
    assert answer["coverage"]["participants"] == len(NODES)
    assert published(answer)["total-buurt"] == estimated(admitted, "persons-buurt", NODES)


def test_nothing_is_uploaded_for_a_question_that_ended_before_the_key_came(
    admitted: Federation,
) -> None:
    admitted.carrier.hold = lambda to, letter: to == LATE and letter.type == "key-set"
    digest = admitted.question("Q05").digest
    admitted.at(LATE, lambda desk: admitted.roles[LATE].accept(desk, digest))  # type: ignore[union-attr]
    admitted.settle()
    admitted.clock.advance(days=31)
    admitted.carrier.let_go()
    admitted.settle()
    admitted.tick()
    round_hash = admitted.round().digest
    assert admitted.at(LATE, lambda desk: find_key(desk, round_hash)) is not None
    assert admitted.read(LATE, lambda c: c.execute(select(own_uploads)).all()) == []
    assert admitted.read(LATE, lambda c: ledger.account(c, "household", 2024)).spent == 0


def test_buckets_out_of_range_are_not_admitted(admitted: Federation) -> None:
    vector = admitted.vectors[LATE, "persons-buurt"]
    admitted.vectors[LATE, "persons-buurt"] = vector + np.uint32(7)
    digest = admitted.question("Q05").digest
    admitted.at(LATE, lambda desk: admitted.roles[LATE].accept(desk, digest))  # type: ignore[union-attr]
    admitted.settle()
    release(admitted)
    (answer,) = admitted.answers().values()
    assert answer["coverage"]["participants"] == len(LISTED)
    assert published(answer)["total-buurt"] == estimated(admitted, "persons-buurt")


def test_a_listed_provider_with_another_key_gets_no_consent(admitted: Federation) -> None:
    """Whoever carries the letters lists a provider whose key differs: everybody else stops."""
    round_hash = admitted.round().digest

    def other(desk: Desk) -> None:
        own, key = own_check(desk, round_hash), PersonKey(bytes(32), round_hash)
        proof = key.proof(own.set, own.node)
        check = own.model_copy(update={"check": key.check, "proof": proof})
        signed = SignedDocument(check.to_bytes()).add_signature(KEY_CHECK, desk.keys.signing)
        desk.send(COORDINATOR, KEY_CHECK, round_hash, signed.to_bytes())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(person_keys, "with_one_key", lambda *_: frozenset(NODES))
        admitted.at("provider-2", other)
        admitted.settle()
        release(admitted)
    codes = {node: refusal_of(admitted, node) for node in LISTED}
    assert admitted.answers() == {}
    assert "person-keys-differ" in codes.values()


def refusal_of(federation: Federation, node: str) -> str | None:
    table = participations.c
    return federation.read(
        COORDINATOR, lambda c: c.execute(select(table.code).where(table.node == node)).scalar()
    )


def layout_of(federation: Federation, variable: str) -> list[int]:
    known = federation.round().variable(variable)
    assert known.persons is not None
    area_map = federation.maps[known.persons.level, known.persons.minimum]
    return [int(size) for size in buckets_of(known.persons, area_map).sizes]
