# SPDX-License-Identifier: EUPL-1.2
"""Checks of section 6 on figures: areas, ring, noise, and what an admission may be."""

from collections.abc import Callable
from typing import Any

import pytest

from ontschot.node.helper import checks
from ontschot.node.helper.errors import AlreadyAnswered, AreaTooSmall, BatchRefused, ManifestRefused
from ontschot.node.mailroom.desk import Desk
from ontschot.protocol.catalogue.planning import NotTheDefinition
from ontschot.protocol.documents.queries import Block
from ontschot.protocol.documents.releases import Manifest, Part
from ontschot.protocol.errors import OntschotError
from ontschot.protocol.privacy.units import format_sigma, rho_of, sigma_for
from ontschot.protocol.release.gates import admission_block
from simulation.bench import Bench, Case, expect, set_upload


def capped(bench: Bench, **fields: Any) -> Block:
    sigma = sigma_for(10**9, 9)
    made = Block(
        id="sum",
        variable="served",
        level="buurt",
        area_map=bench.federation.maps["buurt", 250].digest,
        statistic="capped",
        thresholds=[],
        cap=3,
        l2_squared="9",
        sigma=format_sigma(sigma),
        rho=str(rho_of(sigma, 9)),
    )
    return made.model_copy(update=fields)


def require_areas(bench: Bench, asked: Block) -> OntschotError | None:
    def act(desk: Desk) -> OntschotError | None:
        try:
            checks._require_areas(desk, asked, bench.federation.round())
        except OntschotError as error:
            return error
        return None

    return bench.undone(act)


def test_euros_need_areas_of_250_addresses(bench: Bench) -> None:
    assert require_areas(bench, capped(bench)) is None
    small = capped(bench, area_map=bench.federation.maps["buurt", 100].digest)
    assert isinstance(require_areas(bench, small), AreaTooSmall)


def test_counts_need_areas_of_100_addresses(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    count = bench.manifest.blocks[0].model_copy(
        update={"level": "buurt", "area_map": bench.federation.maps["buurt", 100].digest}
    )
    assert require_areas(bench, count) is None
    # No map of the rule has a smaller area; with a stricter rule this one does (140 addresses).
    monkeypatch.setattr(checks, "COUNTS_MINIMUM", 141)
    assert isinstance(require_areas(bench, count), AreaTooSmall)


def test_a_map_must_be_of_the_round_and_of_the_level(bench: Bench) -> None:
    stranger = require_areas(bench, capped(bench, area_map="0" * 64))
    assert isinstance(stranger, ManifestRefused)
    assert "not the round's" in stranger.detail
    mislabelled = require_areas(bench, capped(bench, level="gemeente"))
    assert isinstance(mislabelled, ManifestRefused)
    assert "another level" in mislabelled.detail


def require_ring(bench: Bench, asked: Block) -> OntschotError | None:
    manifest = bench.changed(blocks=[asked])

    def act(desk: Desk) -> OntschotError | None:
        try:
            checks._require_ring(desk, manifest, manifest.parts[0], bench.federation.round())
        except OntschotError as error:
            return error
        return None

    return bench.undone(act)


def test_a_threshold_or_cap_must_lie_in_the_ring(bench: Bench) -> None:
    first = bench.manifest.blocks[0]
    for asked in (
        first.model_copy(update={"thresholds": [1, 16]}),
        capped(bench, cap=16),
    ):
        found = require_ring(bench, asked)
        assert isinstance(found, ManifestRefused)
        assert "outside the ring" in found.detail
    inside = require_ring(bench, capped(bench, cap=15))
    assert isinstance(inside, BatchRefused)


def test_a_sum_must_fit_its_word(bench: Bench) -> None:
    many = bench.federation.round().model_copy(update={"slots": 2**26})
    manifest = bench.changed(blocks=[capped(bench, cap=32)], **bench.part(ring_bits=6))

    def act(desk: Desk) -> str:
        roster = desk.roster.model_copy(
            update={"parameters": desk.roster.parameters.model_copy(update={"max_nodes": 63})}
        )
        desk.roster = roster
        with pytest.raises(ManifestRefused) as caught:
            checks._require_ring(desk, manifest, manifest.parts[0], many)
        return caught.value.detail

    assert "may not fit" in bench.undone(act)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"sigma": "1/1"}, NotTheDefinition),
        ({"rho": "1"}, NotTheDefinition),
        ({"l2_squared": "4"}, NotTheDefinition),
        ({"sigma": f"{2**56}/1", "rho": "1"}, ManifestRefused),
    ],
)
def test_price_and_noise_are_computed_anew(
    bench: Bench, fields: dict[str, str], error: type[OntschotError]
) -> None:
    with pytest.raises(error):
        checks._require_noise(capped(bench, **fields))


def admission(bench: Bench, **fields: Any) -> Manifest:
    """Return the admission of one held upload, with fields changed."""
    sigma = sigma_for(10**7, 1)
    variable = bench.federation.round().variable("served")
    asked = admission_block(
        variable,
        bench.federation.maps["gemeente", 100].digest,
        format_sigma(sigma),
        str(rho_of(sigma, 1)),
    )
    part = Part(
        variable="served",
        gate=bench.manifest.parts[0].require_gate().model_copy(update={"ring_bits": 4}),
        uploads=[bench.envelope("provider-2").digest],
    )
    made = bench.changed(
        kind="admit",
        query=None,
        release_id="admit-again",
        nodes=["provider-2"],
        parts=[part],
        blocks=[asked],
    )
    return made.model_copy(update=fields)


def at_price(rho: int) -> dict[str, str]:
    sigma = sigma_for(rho, 1)
    return {"sigma": format_sigma(sigma), "rho": str(rho_of(sigma, 1))}


ADMISSIONS: dict[str, Case] = {
    "of two uploads": (
        lambda b: admission(b, parts=[two_uploads(b)], nodes=["provider-2", "provider-3"]),
        ManifestRefused,
        "of one upload",
    ),
    "of another threshold": (
        lambda b: admission(b, blocks=[changed_admission(b, thresholds=[3])]),
        ManifestRefused,
        "not the admission",
    ),
    "of two blocks": (
        lambda b: admission(b, blocks=[changed_admission(b), changed_admission(b, id="two")]),
        ManifestRefused,
        "not the admission",
    ),
    "at a higher price": (
        lambda b: admission(b, blocks=[changed_admission(b, **at_price(2 * 10**7))]),
        ManifestRefused,
        "at the roster's price",
    ),
    "with so much noise that garbage would pass": (
        lambda b: admission(b, blocks=[changed_admission(b, **at_price(1))]),
        ManifestRefused,
        "at the roster's price",
    ),
    "over a map that leaves slots out": (
        lambda b: admission(
            b, blocks=[changed_admission(b, area_map=b.federation.maps["buurt", 100].digest)]
        ),
        ManifestRefused,
        "another level",
    ),
    "of another node": (
        lambda b: admission(b, nodes=["provider-1"]),
        ManifestRefused,
        "not one of each",
    ),
    "of a variable that is none": (
        lambda b: admission(
            b,
            parts=[admission(b).parts[0].model_copy(update={"variable": "x"})],
            blocks=[changed_admission(b, variable="x")],
        ),
        ManifestRefused,
        "not a variable",
    ),
}


def changed_admission(bench: Bench, **fields: Any) -> Block:
    return admission(bench).blocks[0].model_copy(update=fields)


def two_uploads(bench: Bench) -> Part:
    both = sorted(bench.envelope(node).digest for node in ("provider-2", "provider-3"))
    return admission(bench).parts[0].model_copy(update={"uploads": both})


def holding(bench: Bench, status: str) -> Callable[[Desk], None]:
    def act(desk: Desk) -> None:
        for node in ("provider-2", "provider-3"):
            bench.plant_upload(desk, bench.envelope(node), status)

    return act


@pytest.mark.parametrize("name", ADMISSIONS)
def test_an_admission_that_is_not_one_is_refused(bench: Bench, name: str) -> None:
    change, error, detail = ADMISSIONS[name]
    expect(bench.check(change(bench), {}, holding(bench, "held")), error, detail)


@pytest.mark.parametrize("status", ["admitted", "rejected", "withdrawn", "erased"])
def test_only_a_held_upload_is_admitted(bench: Bench, status: str) -> None:
    found = bench.check(admission(bench), {}, holding(bench, status))
    expect(found, ManifestRefused, "an upload is not held")


def test_the_batch_of_a_question_does_not_serve_an_admission(bench: Bench) -> None:
    found = bench.check(admission(bench), {}, holding(bench, "held"))
    expect(found, BatchRefused, "something else")


def test_an_upload_is_counted_once(bench: Bench) -> None:
    """Another admission of the same upload, under another name, has its answer already."""
    own = bench.uploads_by_node()["provider-2"]
    part = admission(bench).parts[0].model_copy(update={"uploads": [own]})
    found = bench.check(admission(bench, parts=[part]), {}, set_upload(bench, status="held"))
    expect(found, AlreadyAnswered, "admit-again")
