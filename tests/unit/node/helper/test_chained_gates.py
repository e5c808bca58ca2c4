# SPDX-License-Identifier: EUPL-1.2
"""Two gates in a chain at both helpers: exactly the plain function of several totals."""

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ontschot.node.helper.gates import Opened, code_shares, gate_shares
from ontschot.protocol.catalogue.definitions import definition
from ontschot.protocol.documents.queries import Block, Code, Component
from ontschot.protocol.documents.releases import Chain, Gate, Manifest, Part
from ontschot.protocol.gate import GatePart, derive, opened
from ontschot.protocol.release.gates import gate_spec
from ontschot.protocol.universe import AreaMap
from unit.protocol.documents.samples import BINS, MANIFEST

Totals = Mapping[str, NDArray[np.uint32]]


def areas_of(slots: int) -> dict[str, AreaMap]:
    """Return a map in which every slot is an area, so that each figure is one household's."""

    class Each:
        index = np.arange(slots, dtype=np.int32)
        codes = tuple(map(str, range(slots)))

    return {BINS.area_map: Each()}  # type: ignore[dict-item]


def manifest_of(
    codes: Sequence[Code], blocks: Sequence[Block], bits: Mapping[str, int]
) -> Manifest:
    names = sorted({bit.variable for code in codes for bit in code.components})
    parts = [
        Part(
            variable=name,
            gate=Gate(ring_bits=bits[name], batch=f"{number:064x}"),
            uploads=["1" * 64],
        )
        for number, name in enumerate(names)
    ]
    chains = [
        Chain(code=code, gate=Gate(ring_bits=code.ring_bits, batch=f"{number:064x}"))
        for number, code in enumerate(codes, len(parts))
    ]
    return Manifest.model_validate(
        MANIFEST.model_copy(
            update={"parts": parts, "chains": chains, "blocks": list(blocks)}
        ).model_dump()
    )


def open_gate(
    manifest: Manifest, name: str, gate: Gate, shares: Sequence[NDArray[np.generic]]
) -> tuple[Opened, Opened]:
    """Deal a batch for a gate and open it for these two shares."""
    spec = gate_spec(manifest.functions_of(name), len(shares[0]), gate.ring_bits)
    batch = bytes.fromhex(gate.batch)
    derived = derive(spec, batch, bytes(range(32)))
    keys = [
        GatePart.load(spec, "A", batch, derived.part_a),
        GatePart.load(spec, "B", batch, derived.part_b),
    ]
    first, second = (one.masked(share) for one, share in zip(keys, shares, strict=True))  # type: ignore[arg-type]
    y = opened(first, second, gate.ring_bits)
    return Opened(name, keys[0], y), Opened(name, keys[1], y)


def chained(manifest: Manifest, totals: Totals, seed: int = 0) -> dict[str, NDArray[np.uint64]]:
    """Return the figures of both helpers together, modulo 2^32, for each household."""
    random = np.random.default_rng(seed)
    slots = len(next(iter(totals.values())))
    first = []
    for part in manifest.parts:
        own = random.integers(0, 2**32, slots, dtype=np.uint32)
        shares = [own, totals[part.variable] - own]
        first.append(open_gate(manifest, part.variable, part.require_gate(), shares))
    sides = [code_shares(manifest, [pair[side] for pair in first], slots) for side in (0, 1)]
    second = [
        open_gate(manifest, chain.code.id, chain.gate, shares)
        for chain, *shares in zip(manifest.chains, *sides, strict=True)
    ]
    figures = [
        gate_shares(manifest, [pair[side] for pair in (*first, *second)], areas_of(slots))
        for side in (0, 1)
    ]
    return {
        block.id: (figures[0][block.id] + figures[1][block.id]) % 2**32 for block in manifest.blocks
    }


def plainly(code: Code, block: Block, totals: Totals) -> NDArray[np.int64]:
    found = sum(
        (totals[bit.variable] >= bit.threshold).astype(np.int64) * bit.weight
        for bit in code.components
    )
    ends = [*block.thresholds[1:], 2**31]
    rows = [(found >= low) & (found < high) for low, high in zip(block.thresholds, ends)]  # noqa: B905  of one length
    return np.array(rows, dtype=np.int64)


def code_of(*bits: tuple[str, int, int]) -> Code:
    parts = [Component(variable=name, threshold=t, weight=w) for name, t, w in sorted(bits)]
    return Code(id="code", components=parts)


def block_of(code: Code, thresholds: Sequence[int]) -> Block:
    return BINS.model_copy(update={"variable": code.id, "thresholds": list(thresholds)})


def require_exact(
    codes: Sequence[Code], blocks: Sequence[Block], bits: Mapping[str, int], totals: Totals
) -> None:
    manifest = manifest_of(codes, blocks, bits)
    figures = chained(manifest, totals)
    for block in blocks:
        code = next(code for code in codes if code.id == block.variable)
        assert np.array_equal(figures[block.id], plainly(code, block, totals)), block.id


@pytest.mark.parametrize(("first", "second"), list(product([3, 4, 7, 9], repeat=2)))
def test_all_pairs_of_small_totals(first: int, second: int) -> None:
    """Rings up to 6 bits go by a table, larger ones by comparison; both in one chain as well."""
    pairs = np.array(list(product(range(8), range(8))), dtype=np.uint32)
    totals = {"a": pairs[:, 0].copy(), "b": pairs[:, 1].copy()}
    code = code_of(("a", 2, 1), ("b", 1, 2))
    require_exact([code], [block_of(code, [1, 2, 3])], {"a": first, "b": second}, totals)


@pytest.mark.parametrize("question", ["Q11", "Q12", "Q26"])
@pytest.mark.parametrize("bits", [2, 7])
def test_the_catalogues_codes(question: str, bits: int) -> None:
    known = definition(question)
    names = sorted({bit.variable for code in known.codes for bit in code.components})
    values = [0, 1] if len(names) > 2 else [0, 1, 2, 3]
    rows = np.array(list(product(values, repeat=len(names))), dtype=np.uint32)
    totals = {name: rows[:, number].copy() for number, name in enumerate(names)}
    blocks = [
        block_of(known.codes[0], block.thresholds).model_copy(update={"id": block.id})
        for block in known.blocks
    ]
    require_exact(known.codes, blocks, dict.fromkeys(names, bits), totals)


def test_two_codes_and_a_plain_block_share_the_first_gates() -> None:
    values = np.arange(8, dtype=np.uint32)
    totals = {"a": values, "b": values[::-1].copy()}
    one = code_of(("a", 1, 1), ("a", 3, 1), ("b", 2, 1))
    two = code_of(("a", 3, 1), ("b", 5, 2)).model_copy(update={"id": "other"})
    blocks = [
        block_of(one, [1, 2, 3]),
        block_of(two, [1, 3]).model_copy(update={"id": "second"}),
        BINS.model_copy(update={"id": "plain", "variable": "a", "thresholds": [1, 3]}),
    ]
    for bits in (3, 7):
        manifest = manifest_of([one, two], blocks, {"a": bits, "b": bits})
        figures = chained(manifest, totals)
        for code, block in ((one, blocks[0]), (two, blocks[1])):
            assert np.array_equal(figures[block.id], plainly(code, block, totals))
        plain = [(values >= 1) & (values < 3), values >= 3]
        assert np.array_equal(figures["plain"], np.array(plain, dtype=np.int64))


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_any_code_of_any_totals(data: st.DataObject) -> None:
    names = data.draw(st.lists(st.sampled_from("abcd"), min_size=2, max_size=4, unique=True))
    bits = {name: data.draw(st.sampled_from([4, 7])) for name in names}
    limits = st.integers(1, 15)
    code = code_of(*((name, data.draw(limits), data.draw(st.integers(1, 15))) for name in names))
    found = data.draw(st.sets(st.integers(1, code.largest), min_size=1, max_size=5))
    rows = st.lists(st.integers(0, 15), min_size=5, max_size=5)
    totals = {name: np.array(data.draw(rows), dtype=np.uint32) for name in names}
    require_exact([code], [block_of(code, sorted(found))], bits, totals)


def test_a_share_of_a_code_alone_is_uniform() -> None:
    """Chi-square over Z_4 at 20,000 households, all with code 3; beyond 40 once in 10^8 runs."""
    slots = 20_000
    code = code_of(("a", 1, 1), ("b", 1, 2))
    manifest = manifest_of([code], [block_of(code, [3])], {"a": 4, "b": 7})
    totals = dict.fromkeys(("a", "b"), np.full(slots, 2, dtype=np.uint32))
    first = [
        open_gate(
            manifest,
            part.variable,
            part.require_gate(),
            [np.zeros(slots, np.uint32), totals[part.variable]],
        )
        for part in manifest.parts
    ]
    shares = [code_shares(manifest, [pair[side] for pair in first], slots)[0] for side in (0, 1)]
    assert np.all((shares[0] + shares[1]) % 4 == 3)
    for share in shares:
        counts = np.bincount(share.astype(np.int64), minlength=4)
        assert np.sum((counts - slots / 4) ** 2) / (slots / 4) < 40
