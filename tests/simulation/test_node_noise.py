# SPDX-License-Identifier: EUPL-1.2
"""Nodes that add noise themselves: what leaves, what it costs, who else adds noise, who checks."""

import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import func, select

from ontschot.node.helper import checks, schema, uploads
from ontschot.node.helper.errors import ManifestRefused, NoiseInGate, UploadRefused
from ontschot.node.ledger import service as ledger
from ontschot.node.ledger.verify import verify_chain
from ontschot.node.mailroom.desk import Desk
from ontschot.node.provider.answering import consenting
from ontschot.node.provider.answering.errors import ReleaseNotAllowed
from ontschot.node.provider.answering.handlers import Provider
from ontschot.node.provider.answering.schema import own_uploads
from ontschot.node.provider.policy.model import NoPolicy
from ontschot.protocol.documents.releases import Manifest
from ontschot.protocol.documents.uploads import NodeNoise
from ontschot.protocol.privacy.units import parse_sigma
from ontschot.protocol.release.node_noise import noise_for
from simulation.cells import CAP, NODES, open_over_cells, published, totals
from simulation.federation import HELPERS, Federation
from simulation.looking import added, budgets, manifests, participation, price_of, question_state

ENOUGH = {"referrals-gemeente": "0.0003", "referrals-wijk": "0.0007"}
"""Less than the price of each table of the question (30 and 70 % of 0.01), divided by M^2 = 9."""

UPLOADS = sum(int(noise_for(rho, CAP).rho) for rho in (3 * 10**8, 7 * 10**8))
"""What both uploads of a node cost it, in units of 1e-12 rho."""


class Counting:
    """Draws 1, then 2, then 3: a second draw is seen."""

    def __init__(self) -> None:
        self.scales: list[Fraction] = []

    def draw(self, scale: Fraction, size: int) -> NDArray[np.int64]:
        self.scales.append(scale)
        return np.full(size, -len(self.scales), dtype=np.int64)


@pytest.fixture(scope="module")
def _opened(tmp_path_factory: pytest.TempPathFactory) -> Federation:
    return open_over_cells(tmp_path_factory.mktemp("cells"), most=2)


@pytest.fixture
def federation(_opened: Federation, tmp_path: Path) -> Any:
    copied = _opened.copy(tmp_path / "federation")
    yield copied
    copied.close()


def noised(federation: Federation, *nodes: str, rho: dict[str, str] | None = None) -> None:
    """Let nodes add noise: minus one in the first upload, minus two in the next, and so on."""
    for node in nodes:
        federation.node_noise[node] = rho or ENOUGH
        federation.noise[node] = Counting()
        federation.start(node)


def asked(federation: Federation) -> Manifest:
    federation.ask(federation.query("Q22"))
    federation.settle()
    (manifest,) = manifests(federation, "sum")
    return manifest


def household(federation: Federation, node: str) -> int:
    return federation.read(node, lambda c: ledger.account(c, "household", 2024)).spent


def test_where_all_nodes_add_noise_helpers_add_none(federation: Federation) -> None:
    noised(federation, *NODES)
    manifest = asked(federation)
    assert manifest.noise == "nodes"
    assert [item.upload for item in manifest.noised] == list(manifest.uploads)
    assert [federation.noise[helper].asked for helper in HELPERS] == [[], []]  # type: ignore[attr-defined]
    (answer,) = federation.answers().values()
    for found, true, drawn in zip(published(answer), totals(federation), (1, 2), strict=True):
        assert np.array_equal(found, true - len(NODES) * drawn)


def test_a_node_pays_when_it_uploads_and_never_again(federation: Federation) -> None:
    noised(federation, *NODES)
    before = budgets(federation)
    manifest = asked(federation)
    price = price_of(manifest)
    paid = dict.fromkeys(HELPERS, (0, price)) | dict.fromkeys(NODES, (0, UPLOADS))
    assert added(before, budgets(federation)) == paid
    for node in NODES:
        person = federation.read(node, lambda c: ledger.account(c, "person", 2024))
        assert person.spent == pytest.approx(2 * UPLOADS, abs=2)
    federation.ask(federation.query("Q22", 9 * 10**9))
    federation.settle()
    assert len(federation.answers()) == 2
    assert added(before, budgets(federation)) == paid | dict.fromkeys(
        HELPERS, (0, sum(map(price_of, manifests(federation, "sum"))))
    )


def test_an_answer_states_mode_unit_error_and_losses(federation: Federation) -> None:
    noised(federation, *NODES)
    manifest = asked(federation)
    (answer,) = federation.answers().values()
    assert answer["privacy"]["protectedUnit"]["nl"] == "één huishouden, bij één aanbieder"
    assert Fraction(answer["privacy"]["rho"]) == Fraction(UPLOADS, 10**12)
    losses, noise = (remark["nl"] for remark in answer["remarks"])
    for providers in (1, 3, 4):
        assert f"bij {providers} aanbieder" in losses
    assert noise.startswith("Alle 4 aanbieders hebben zelf ruis toegevoegd")
    for table, variable in zip(answer["tables"], ENOUGH, strict=True):
        (sigma,) = {item.sigma for item in manifest.noised if _variable(manifest, item) == variable}
        assert (table["noise"], table["sigmaPerHelper"]) == ("nodes", "0")
        assert table["providersWithNoise"] == len(NODES)
        for area in table["areas"]:
            for figure in area["figures"]:
                expected = math.sqrt(len(NODES)) * float(parse_sigma(sigma))
                assert figure["standardError"] == pytest.approx(expected, abs=1e-3)


def _variable(manifest: Manifest, item: Any) -> str:
    return next(part.variable for part in manifest.parts if item.upload in part.uploads)


def test_in_a_mixed_list_helpers_add_full_noise(federation: Federation) -> None:
    noised(federation, *NODES[:2])
    before = budgets(federation)
    manifest = asked(federation)
    price = price_of(manifest)
    assert manifest.noise == "helpers"
    assert len(manifest.noised) == 2 * len(ENOUGH)
    drawn = [parse_sigma(block.sigma) for block in manifest.blocks]
    for helper in HELPERS:
        assert [scale for scale, _ in federation.noise[helper].asked] == drawn  # type: ignore[attr-defined]
    paid = dict.fromkeys((*HELPERS, *NODES[2:]), (0, price))
    assert added(before, budgets(federation)) == paid | dict.fromkeys(NODES[:2], (0, UPLOADS))
    (answer,) = federation.answers().values()
    assert answer["privacy"]["protectedUnit"]["nl"] == "één huishouden, bij hoogstens 3 aanbieders"
    assert "voegden er 2 ook zelf ruis toe" in answer["remarks"][1]["nl"]
    table, block = answer["tables"][0], manifest.blocks[0]
    own = parse_sigma(noise_for(3 * 10**8, CAP).sigma)
    error = math.sqrt(2 * float(parse_sigma(block.sigma)) ** 2 + 2 * float(own) ** 2)
    assert table["areas"][0]["figures"][0]["standardError"] == pytest.approx(error, abs=1e-3)
    assert (table["noise"], table["providersWithNoise"]) == ("full", 2)


def test_one_upload_with_less_noise_than_asked_brings_the_helpers_noise_back(
    federation: Federation,
) -> None:
    noised(federation, *NODES)
    noised(federation, NODES[3], rho=ENOUGH | {"referrals-wijk": "0.01"})
    manifest = asked(federation)
    assert manifest.noise == "helpers"
    assert len(manifest.noised) == len(manifest.uploads)


def test_what_leaves_is_noised_and_nothing_else_leaves(federation: Federation) -> None:
    noised(federation, NODES[0])
    asked(federation)
    for drawn, name in enumerate(ENOUGH, start=1):
        halves = []
        for helper in HELPERS:

            def look(desk: Desk, name: str = name) -> list[NDArray[np.uint32]]:
                table = schema.uploads.c
                rows = desk.connection.execute(
                    select(table.envelope).where(table.node == NODES[0], table.variable == name)
                ).scalars()
                held = [uploads.require(desk.connection, row) for row in rows]
                return [uploads.half_vector(desk, item) for item in held]

            (half,) = federation.at(helper, look)
            halves.append(half)
        signed = (halves[0] + halves[1]).view(np.int32).astype(np.int64)
        true = federation.vectors[NODES[0], name].astype(np.int64)
        assert np.array_equal(signed, true - drawn)


def test_the_charge_of_an_upload_survives_a_restart_and_an_abort(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    noised(federation, *NODES)
    monkeypatch.setattr(checks, "fits_word", lambda *_: False)
    federation.ask(federation.query("Q22"))
    federation.settle()
    assert federation.answers() == {}
    for node in NODES:
        federation.start(node)
    federation.settle()
    for node in NODES:
        assert household(federation, node) == UPLOADS
        federation.read(node, verify_chain)


def test_a_replaced_upload_is_drawn_and_paid_anew(federation: Federation) -> None:
    noised(federation, NODES[0])
    asked(federation)
    role = federation.roles[NODES[0]]
    assert isinstance(role, Provider)
    assert federation.at(NODES[0], role.renew_all) == 2
    federation.settle()
    assert household(federation, NODES[0]) == 2 * UPLOADS
    source = federation.noise[NODES[0]]
    assert isinstance(source, Counting)
    assert len(source.scales) == 4


def test_a_full_ledger_lets_nothing_leave(federation: Federation) -> None:
    noised(federation, NODES[0], rho=ENOUGH | {"referrals-wijk": "0.9"})
    federation.ask(federation.query("Q22"))
    federation.settle()
    assert participation(federation, NODES[0]) == ("refused", "budget-exhausted")
    assert household(federation, NODES[0]) == 0
    assert _sent(federation) == 0


def _sent(federation: Federation) -> int:
    return federation.read(
        NODES[0], lambda c: c.execute(select(func.count()).select_from(own_uploads)).scalar_one()
    )


def test_a_policy_that_went_away_lets_nothing_leave(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(_policy: object, _variable: str) -> int:
        raise NoPolicy("policy.toml")

    monkeypatch.setattr("ontschot.node.provider.policy.model.Policy.noise_price", nothing)
    federation.ask(federation.query("Q22"))
    federation.settle()
    assert participation(federation, NODES[0]) == ("refused", "failed")
    assert _sent(federation) == 0


@pytest.mark.parametrize("lie", ["noise", "left-out", "louder"])
def test_helpers_and_nodes_refuse_a_manifest_that_lies_about_noise(
    federation: Federation, lie: str
) -> None:
    noised(federation, *NODES)
    manifest = asked(federation)
    told = list(manifest.noised)
    if lie == "noise":
        lied = manifest.model_copy(update={"noise": "helpers"})
    elif lie == "left-out":
        lied = manifest.model_copy(update={"noise": "helpers", "noised": []})
    else:
        louder = [item.model_copy(update={"sigma": "4096/1"}) for item in told]
        lied = manifest.model_copy(update={"noised": louder})

    def as_helper(desk: Desk) -> None:
        held = {
            part.variable: tuple(uploads.require(desk.connection, name) for name in part.uploads)
            for part in lied.parts
        }
        checks._require_node_noise(lied, held)

    def as_node(desk: Desk) -> None:
        mine = [next(name for name in part.uploads if name in _own(desk)) for part in lied.parts]
        consenting._require_own_noise(desk, lied, mine)

    for helper in HELPERS:
        with pytest.raises(ManifestRefused, match="noise"):
            federation.at(helper, as_helper)
    with pytest.raises(ReleaseNotAllowed, match="noise"):
        federation.at(NODES[0], as_node)


def _own(desk: Desk) -> set[str]:
    return set(desk.connection.execute(select(own_uploads.c.envelope)).scalars())


def test_a_helper_lets_no_noised_upload_into_a_gate(federation: Federation) -> None:
    noised(federation, *NODES)
    manifest = asked(federation)

    def check(desk: Desk) -> None:
        held = {
            part.variable: tuple(uploads.require(desk.connection, name) for name in part.uploads)
            for part in manifest.parts
        }
        gate = manifest.model_copy(update={"kind": "gate", "noise": "helpers", "noised": []})
        checks._require_node_noise(gate, held)

    for helper in HELPERS:
        with pytest.raises(NoiseInGate):
            federation.at(helper, check)


def test_a_helper_refuses_an_upload_whose_noise_is_none(federation: Federation) -> None:
    noised(federation, NODES[0])
    asked(federation)
    variable = federation.round().variable("referrals-wijk")
    plain = variable.model_copy(update={"cells": None, "measure": "served"})

    def check(desk: Desk) -> None:
        name = next(iter(desk.connection.execute(select(schema.uploads.c.envelope)).scalars()))
        envelope = uploads.require(desk.connection, name).envelope
        cheap = NodeNoise(sigma="64/1", rho="1")
        odd = NodeNoise(sigma="64/3", rho="1")
        for noise in (cheap, odd):
            with pytest.raises(UploadRefused):
                uploads._require_noise(envelope.model_copy(update={"noise": noise}), variable)
        with pytest.raises(NoiseInGate):
            uploads._require_noise(envelope.model_copy(update={"noise": cheap}), plain)

    federation.at("helper-a", check)


def test_without_a_policy_for_it_nothing_changes(federation: Federation) -> None:
    manifest = asked(federation)
    assert (manifest.noise, manifest.noised) == ("helpers", [])
    assert question_state(federation) == ("published", None)
