# SPDX-License-Identifier: EUPL-1.2
import hashlib
from dataclasses import replace

import pytest

from ontschot.protocol.gate import (
    BatchSpec,
    BoundComponent,
    MalformedBinding,
    binding_of,
    chained_binding_of,
)

UH, ONE, TWO = "a" * 64, "1" * 64, "2" * 64


def test_binding_is_the_hash_of_a_canonical_document() -> None:
    text = (
        f'{{"envelopes":["{ONE}","{TWO}"],"ring_bits":16,"type":"ontschot/gate/binding/v1",'
        f'"uh":"{UH}","variable":"costs"}}'
    )
    assert binding_of(UH, "costs", 16, [ONE, TWO]) == hashlib.sha256(text.encode()).hexdigest()


def test_order_of_uploads_does_not_matter_and_anything_else_does() -> None:
    base = binding_of(UH, "costs", 16, [ONE, TWO])
    assert binding_of(UH, "costs", 16, iter([TWO, ONE])) == base
    others = {
        binding_of("b" * 64, "costs", 16, [ONE, TWO]),
        binding_of(UH, "served", 16, [ONE, TWO]),
        binding_of(UH, "costs", 17, [ONE, TWO]),
        binding_of(UH, "costs", 16, [ONE]),
        binding_of(UH, "costs", 16, [ONE, "3" * 64]),
    }
    assert len(others | {base}) == 6


@pytest.mark.parametrize(
    ("uh", "variable", "ring_bits", "envelopes"),
    [
        ("A" * 64, "costs", 16, [ONE]),
        (UH[1:], "costs", 16, [ONE]),
        (UH + "\n", "costs", 16, [ONE]),
        (UH, "", 16, [ONE]),
        (UH, "costs", 0, [ONE]),
        (UH, "costs", 32, [ONE]),
        (UH, "costs", 16, []),
        (UH, "costs", 16, [ONE, ONE]),
        (UH, "costs", 16, [ONE, "2"]),
    ],
)
def test_values_that_cannot_be_right_are_refused(
    uh: str, variable: str, ring_bits: int, envelopes: list[str]
) -> None:
    with pytest.raises(MalformedBinding):
        binding_of(uh, variable, ring_bits, envelopes)


SPEC = BatchSpec("table", 10, 2, ((0, 0, 0, 1),))
BITS = (
    BoundComponent("served", 2, 1, batch="3" * 64, binding="4" * 64),
    BoundComponent("served-jw", 1, 2, batch="5" * 64, binding="6" * 64),
)


def test_the_binding_of_a_code_is_the_hash_of_a_canonical_document() -> None:
    text = (
        f'{{"components":[{{"batch":"{"3" * 64}","binding":"{"4" * 64}","threshold":2,'
        f'"variable":"served","weight":1}},{{"batch":"{"5" * 64}","binding":"{"6" * 64}",'
        f'"threshold":1,"variable":"served-jw","weight":2}}],"spec":"{SPEC.digest}",'
        '"type":"ontschot/gate/chained-binding/v1"}'
    )
    assert chained_binding_of(SPEC, BITS) == hashlib.sha256(text.encode()).hexdigest()


def test_everything_that_a_code_follows_from_changes_its_binding() -> None:
    first, second = BITS
    base = chained_binding_of(SPEC, BITS)
    others = [
        (BatchSpec("table", 10, 2, ((0, 0, 1, 0),)), BITS),
        (BatchSpec("table", 11, 2, SPEC.outputs), BITS),
        (SPEC, (first,)),
        (SPEC, (second, first)),
        *(
            (SPEC, (replace(first, **change), second))
            for change in (
                {"variable": "other"},
                {"threshold": 1},
                {"weight": 2},
                {"batch": "7" * 64},
                {"binding": "7" * 64},
            )
        ),
    ]
    found = {chained_binding_of(spec, bits) for spec, bits in others}
    assert len(found | {base}) == len(others) + 1


@pytest.mark.parametrize(
    ("spec", "bits"),
    [
        (BatchSpec("dcf", 10, 7, payload="count"), BITS),
        (SPEC, ()),
        (SPEC, (replace(BITS[0], batch="3" * 63),)),
        (SPEC, (replace(BITS[0], binding="G" * 64),)),
        (SPEC, (replace(BITS[0], variable=""),)),
        (SPEC, (replace(BITS[0], threshold=0),)),
        (SPEC, (replace(BITS[0], weight=0),)),
    ],
)
def test_a_code_that_cannot_be_is_not_bound(
    spec: BatchSpec, bits: tuple[BoundComponent, ...]
) -> None:
    with pytest.raises(MalformedBinding):
        chained_binding_of(spec, bits)
