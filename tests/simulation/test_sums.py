# SPDX-License-Identifier: EUPL-1.2
"""A question over cells: sums without a gate, at the price of a household at three providers."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import select

from ontschot.coordinator.releases.admitting import ForeignUpload
from ontschot.coordinator.releases.admitting import receipt as receive_receipt
from ontschot.coordinator.releases.schema import batches
from ontschot.node.helper import checks, schema
from ontschot.node.helper.errors import ManifestRefused
from ontschot.node.ledger import service as ledger
from ontschot.node.mailroom.desk import Desk
from ontschot.node.questions import store
from ontschot.protocol.catalogue.definitions import definition
from ontschot.protocol.catalogue.planning import NotTheDefinition
from ontschot.protocol.documents.queries import Query
from ontschot.protocol.documents.uploads import RECEIPT, Receipt
from ontschot.protocol.letters import Letter
from ontschot.protocol.privacy.sensitivity import of_block
from ontschot.protocol.privacy.units import parse_sigma, rho_of
from ontschot.protocol.signed import SignedDocument
from simulation.cells import CAP, CLASSES, NODES, open_over_cells, published, totals
from simulation.federation import COORDINATOR, HELPERS, Federation
from simulation.looking import added, budgets, manifests, price_of, question_state


@pytest.fixture(scope="module")
def _asked(tmp_path_factory: pytest.TempPathFactory) -> Federation:
    return open_over_cells(tmp_path_factory.mktemp("cells"), most=49)


@pytest.fixture
def federation(_asked: Federation, tmp_path: Path) -> Any:
    copied = _asked.copy(tmp_path / "federation")
    yield copied
    copied.close()


def test_without_noise_an_answer_is_the_sum_of_the_cells(federation: Federation) -> None:
    federation.ask(federation.query("Q22"))
    federation.settle()
    (answer,) = federation.answers().values()
    for found, true in zip(published(answer), totals(federation), strict=True):
        assert np.array_equal(found, true)


def test_a_sum_costs_its_price_once_and_uploads_of_cells_nothing(federation: Federation) -> None:
    before = budgets(federation)
    federation.ask(federation.query("Q22"))
    federation.settle()
    (manifest,) = manifests(federation, "sum")
    price = price_of(manifest)
    assert added(before, budgets(federation)) == dict.fromkeys((*HELPERS, *NODES), (0, price))
    for name in (*HELPERS, *NODES):
        person = federation.read(name, lambda c: ledger.account(c, "person", 2024))
        assert person.spent == pytest.approx(2 * price, abs=2)


def test_a_sum_needs_no_dealer_and_no_admission(federation: Federation) -> None:
    federation.ask(federation.query("Q22"))
    federation.settle()
    assert manifests(federation, "admit") == []
    assert federation.read(COORDINATOR, lambda c: c.execute(select(batches)).all()) == []


def test_the_price_is_that_of_a_household_at_three_providers(federation: Federation) -> None:
    for block in federation.question("Q22").blocks:
        assert block.cells is not None
        assert (block.cells.classes, block.cells.providers) == (CLASSES, 3)
        assert int(block.l2_squared) == (3 * CAP) ** 2
        assert int(block.rho) == rho_of(parse_sigma(block.sigma), 36)


def test_what_is_published_says_whom_it_protects_and_how_well(federation: Federation) -> None:
    federation.ask(federation.query("Q22"))
    federation.settle()
    (answer,) = federation.answers().values()
    assert answer["privacy"]["protectedUnit"]["nl"] == "één huishouden, bij hoogstens 3 aanbieders"
    assert answer["clamp"]["nl"] == "Een huishouden telt bij elke aanbieder hoogstens 2 keer mee."
    (remark,) = answer["remarks"]
    for providers in (1, 3, 4):
        assert f"bij {providers} aanbieder" in remark["nl"]
    table = answer["tables"][0]
    assert (table["unit"], table["statistic"], table["capCents"]) == ("allocations", "sum", None)
    assert table["outputs"][1]["label"] == {"nl": "Huisarts", "en": "General practitioner"}


def test_noise_of_both_helpers_is_in_the_answer(federation: Federation) -> None:
    class Five:
        def draw(self, _scale: object, size: int) -> NDArray[np.int64]:
            return np.full(size, -5, dtype=np.int64)

    federation.noise |= dict.fromkeys(HELPERS, Five())
    for helper in HELPERS:
        federation.start(helper)
    federation.ask(federation.query("Q22"))
    federation.settle()
    (answer,) = federation.answers().values()
    for found, true in zip(published(answer), totals(federation), strict=True):
        assert np.array_equal(found, true - 10)


def by_another(federation: Federation, **cells: int) -> Query:
    """Return the question with other cells, priced as they ask."""
    asked = federation.question("Q22")
    blocks = []
    for block in asked.blocks:
        assert block.cells is not None
        changed = block.cells.model_copy(update=cells)
        squared = of_block("sum", [], block.cap, changed).added.l2_squared
        rho = rho_of(parse_sigma(block.sigma), squared)
        update = {"cells": changed, "l2_squared": str(squared), "rho": str(rho)}
        blocks.append(block.model_copy(update=update))
    return asked.model_copy(update={"blocks": blocks})


@pytest.mark.parametrize("party", ["helper-a", "provider-1"])
@pytest.mark.parametrize("cells", [{"providers": 1}, {"providers": 4}, {"classes": 7}])
def test_nobody_takes_a_question_for_other_households_than_the_roster_says(
    federation: Federation, party: str, cells: dict[str, int]
) -> None:
    federation.ask(federation.query("Q22"))
    federation.settle()
    signed = federation.approved(by_another(federation, **cells))
    with pytest.raises(NotTheDefinition):
        federation.at(party, lambda desk: store.verify(desk, signed.to_bytes()))


def test_an_upload_of_cells_has_the_length_of_its_cells(federation: Federation) -> None:
    long = np.zeros(federation.slots, dtype=np.uint32)
    federation.vectors[NODES[0], "referrals-wijk"] = long
    federation.ask(federation.query("Q22"))
    federation.settle()
    held = select(schema.uploads.c.node, schema.uploads.c.status).where(
        schema.uploads.c.variable == "referrals-wijk"
    )
    for helper in HELPERS:
        rows = federation.read(helper, lambda c: c.execute(held).all())
        assert sorted(tuple(row) for row in rows) == [(node, "admitted") for node in NODES[1:]]
    assert question_state(federation) == ("asking", None)


def test_garbage_is_not_published(federation: Federation) -> None:
    garbage = federation.vectors[NODES[0], "referrals-wijk"]
    random = np.random.default_rng(3)
    federation.vectors[NODES[0], "referrals-wijk"] = random.integers(
        0, 2**32, garbage.size, dtype=np.uint32
    )
    federation.ask(federation.query("Q22"))
    federation.settle()
    assert federation.answers() == {}
    assert question_state(federation) == ("failed", "implausible-result")


def test_a_sum_that_may_not_fit_its_word_is_refused(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = budgets(federation)
    monkeypatch.setattr(checks, "fits_word", lambda *_: False)
    federation.ask(federation.query("Q22"))
    federation.settle()
    assert federation.answers() == {}
    assert question_state(federation) == ("failed", "too-many-attempts")
    assert added(before, budgets(federation)) == {}


def test_a_helper_refuses_more_uploads_than_the_roster_allows(federation: Federation) -> None:
    federation.ask(federation.query("Q22"))
    federation.settle()
    (manifest,) = manifests(federation, "sum")
    maps = {b.area_map: federation.maps[b.level, 100] for b in manifest.blocks}

    def check(desk: Desk) -> None:
        few = desk.roster.parameters.model_copy(update={"max_nodes": 3})
        desk.roster = desk.roster.model_copy(update={"parameters": few})
        checks._require_cells(desk, manifest, manifest.parts[0], maps)

    with pytest.raises(ManifestRefused, match="more uploads"):
        federation.at("helper-a", check)


def test_the_definition_counts_what_its_cells_say() -> None:
    for variable in definition("Q22").variables:
        assert variable.cells is not None
        assert len(variable.cells.classes) == CLASSES
        assert variable.node_cap == CAP


def test_a_receipt_of_a_variable_that_the_round_lacks_is_refused(federation: Federation) -> None:
    receipt = Receipt(
        helper="A",
        node=NODES[0],
        round=federation.round().digest,
        variable="nothing",
        envelope="0" * 64,
    )
    signed = SignedDocument(receipt.to_bytes()).add_signature(
        RECEIPT, federation.keys["helper-a"].signing
    )
    letter = Letter(
        type=RECEIPT,
        subject="0" * 64,
        sender="helper-a",
        recipient=COORDINATOR,
        seq=10**6,
        roster_serial=1,
        roster_hash="0" * 64,
        payload=signed.to_bytes(),
    )
    with pytest.raises(ForeignUpload):
        federation.lead(lambda desk: receive_receipt(desk, letter))
