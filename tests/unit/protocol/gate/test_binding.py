# SPDX-License-Identifier: EUPL-1.2
import hashlib

import pytest

from ontschot.protocol.gate import MalformedBinding, binding_of

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
