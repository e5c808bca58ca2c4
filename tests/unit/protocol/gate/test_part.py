# SPDX-License-Identifier: EUPL-1.2
import mmap
import pathlib
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ontschot.protocol.gate import (
    BatchSpec,
    DcfOutputs,
    GateOutOfRange,
    GatePart,
    MalformedGatePart,
    Party,
    Payload,
    decode_masked,
    derive,
    encode_masked,
    layout,
    opened,
    part,
    walk,
)
from ontschot.protocol.sharing import expand, split

BATCH = b"0123456789abcdef"
SEED = bytes(range(32))
TABLE = BatchSpec("table", 40, 4, (tuple(x * x for x in range(16)), (2**32 - 1,) * 16))
DCF = BatchSpec("dcf", 40, 4, payload="wide")
PAYLOADS: tuple[Payload, ...] = ("count", "sum", "wide")


def pair(spec: BatchSpec, seed: bytes = SEED) -> tuple[GatePart, GatePart]:
    made = derive(spec, BATCH, seed)
    return (
        GatePart.load(spec, "A", BATCH, made.part_a, made.hashes.part_a),
        GatePart.load(spec, "B", BATCH, made.part_b, made.hashes.part_b),
    )


def hidden(a: GatePart, b: GatePart) -> NDArray[np.uint32]:
    nothing = np.zeros(a.spec.slots, dtype=np.uint32)
    return opened(a.masked(nothing), b.masked(nothing), a.spec.ring_bits)


def pass_gate(a: GatePart, b: GatePart, x: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Share x, exchange masked values over the wire form, and return y as both see it."""
    bits, n = a.spec.ring_bits, a.spec.slots
    seed, share = split(x, lambda size: bytes([7]) * size)
    from_a = encode_masked(a.masked(expand(seed, n)), bits)
    mine = b.masked(share)
    return opened(mine, decode_masked(from_a, n, bits), bits)


def compare(a: GatePart, b: GatePart, y: NDArray[np.uint32], limits: list[int]) -> DcfOutputs:
    caps = limits if a.spec.group.columns == 2 else []
    one, two = a.evaluate(y, limits, caps), b.evaluate(y, limits, caps)
    return DcfOutputs(one.at_least + two.at_least, one.capped + two.capped)


def all_pairs(spec: BatchSpec) -> tuple[GatePart, GatePart, NDArray[np.uint32]]:
    """Return parts and totals such that every (x, r) of the ring occurs."""
    a, b = pair(spec)
    x = np.arange(spec.slots, dtype=np.uint32) % np.uint32(spec.ring)
    seen = set(zip(x.tolist(), hidden(a, b).tolist(), strict=True))
    assert len(seen) == spec.ring**2
    return a, b, x


def right(result: DcfOutputs, x: NDArray[np.uint32], limits: list[int]) -> bool:
    """Return whether these are the counts, and the capped values if there are any."""
    counts = np.array([x >= limit for limit in limits])
    capped = [np.minimum(x, limit) for limit in limits[: len(result.capped)]]
    return np.array_equal(result.at_least, counts) and np.array_equal(
        result.capped, np.array(capped).reshape(len(capped), x.size)
    )


@pytest.mark.parametrize("bits", [3, 4])
@pytest.mark.parametrize("payload", PAYLOADS)
def test_every_total_mask_threshold_and_cap_in_a_small_ring(payload: Payload, bits: int) -> None:
    a, b, x = all_pairs(BatchSpec("dcf", 4000, bits, payload=payload))
    limits = list(range(1, 2**bits))
    result = compare(a, b, pass_gate(a, b, x), limits)
    assert len(result.capped) == (0 if payload == "count" else len(limits))
    assert right(result, x, limits)


def test_identities_of_section_5_in_plain_integers() -> None:
    size = 16
    for x in range(size):
        for r in range(size):
            y = (x + r) % size
            for t in range(1, size):
                w = [int(a < r) for a in range(size)]
                wraps, shifted = int(y < t), w[(y - t) % size]
                below = wraps + shifted - w[y]
                assert below == int(x < t)
                assert y * below - r * below + size * wraps * shifted == x * int(x < t)
                long = wraps * w[y] + w[max(y, (y - t) % size)] - w[y]
                assert wraps * shifted == long


@pytest.mark.parametrize("bits", [1, 2, 3, 4])
def test_every_total_and_mask_of_a_table(bits: int) -> None:
    size = 2**bits
    rows = (tuple(range(size)), tuple(int(x >= 1) for x in range(size)), (2**32 - 1,) * size)
    a, b, x = all_pairs(BatchSpec("table", 24 * size**2, bits, rows))
    y = pass_gate(a, b, x)
    assert np.array_equal(a.outputs(y) + b.outputs(y), np.array(rows, dtype=np.uint32)[:, x])


def test_two_variables_packed_in_a_table_of_256() -> None:
    rows = (tuple(min(p & 15, 3) + 100 * (p >> 4) for p in range(256)),)
    spec = BatchSpec("table", 300, 8, rows)
    a, b = pair(spec)
    rng = np.random.default_rng(3)
    low, high = (rng.integers(0, 16, 300, dtype=np.uint32) for _ in range(2))
    low_seed, low_share = split(low, lambda size: bytes([1]) * size)
    high_seed, high_share = split(high, lambda size: bytes([2]) * size)
    sixteen = np.uint32(16)
    mine = a.masked(expand(low_seed, 300) + sixteen * expand(high_seed, 300))
    y = opened(mine, b.masked(low_share + sixteen * high_share), 8)
    assert np.array_equal((a.outputs(y) + b.outputs(y))[0], np.minimum(low, 3) + 100 * high)


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("bits", [3, 5, 16, 20, 31])
@pytest.mark.parametrize("slots", [1, 7, layout.STRETCH - 1, layout.STRETCH + 5])
def test_comparison_in_other_rings_and_over_stretches(
    payload: Payload, bits: int, slots: int
) -> None:
    a, b = pair(BatchSpec("dcf", slots, bits, payload=payload))
    x = np.random.default_rng(bits).integers(0, 2**bits, slots, dtype=np.uint32)
    x[0], x[-1] = 0, 2**bits - 1
    limits = [1, 2 ** (bits - 1), 2**bits - 1]
    assert right(compare(a, b, pass_gate(a, b, x), limits), x, limits)


def test_capped_sums_wrap_in_32_bits_only_where_they_do_not_fit() -> None:
    x = np.full(40, 2**31 - 1, dtype=np.uint32)
    sums = {}
    for payload in PAYLOADS[1:]:
        a, b = pair(BatchSpec("dcf", 40, 31, payload=payload))
        result = compare(a, b, pass_gate(a, b, x), [2**31 - 1])
        sums[payload] = int(np.add.reduce(result.capped[0]))
    assert sums["wide"] == 40 * (2**31 - 1)
    assert sums["sum"] % 2**32 == sums["wide"] % 2**32


def test_keys_that_count_have_no_sums() -> None:
    a, _ = pair(BatchSpec("dcf", 40, 4, payload="count"))
    with pytest.raises(GateOutOfRange):
        a.evaluate(np.zeros(40, dtype=np.uint32), [], [3])


def test_table_over_stretches() -> None:
    slots = 2 * layout.STRETCH + 3
    a, b = pair(BatchSpec("table", slots, 6, (tuple(range(64)),)))
    x = np.random.default_rng(1).integers(0, 64, slots, dtype=np.uint32)
    y = pass_gate(a, b, x)
    assert np.array_equal((a.outputs(y) + b.outputs(y))[0], x)


def test_gates_chain_by_sharing_outputs_in_the_next_ring() -> None:
    needs = BatchSpec("table", 60, 3, ((0,) + (1,) * 7,))
    kinds = [pair(needs, bytes([k]) * 32) for k in range(3)]
    x = np.random.default_rng(2).integers(0, 3, (3, 60), dtype=np.uint32)
    sums = [np.zeros(60, dtype=np.uint32) for _ in "AB"]
    for (a, b), totals in zip(kinds, x, strict=True):
        y = pass_gate(a, b, totals)
        sums[0] += a.outputs(y)[0]
        sums[1] += b.outputs(y)[0]
    a, b = pair(BatchSpec("table", 60, 4, (tuple(int(k >= 2) for k in range(16)),)))
    y = opened(a.masked(sums[0]), b.masked(sums[1]), 4)
    several = (x > 0).sum(axis=0) >= 2
    assert np.array_equal((a.outputs(y) + b.outputs(y))[0], several)


def test_shares_modulo_2_to_the_64_enter_as_well() -> None:
    a, b = pair(DCF)
    x = np.arange(40, dtype=np.uint64) % np.uint64(16)
    share = np.random.default_rng(5).integers(0, 2**64, 40, dtype=np.uint64)
    y = opened(a.masked(x - share), b.masked(share), 4)
    assert np.array_equal(y, (x + hidden(a, b)) % 16)


def test_order_repeats_and_absence_of_limits() -> None:
    a, b = pair(BatchSpec("dcf", 40, 8, payload="sum"))
    x = np.arange(40, dtype=np.uint32)
    y = pass_gate(a, b, x)
    one, two = a.evaluate(y, [30, 3, 30], [9]), b.evaluate(y, [30, 3, 30], [9])
    assert np.array_equal(one.at_least + two.at_least, [x >= 30, x >= 3, x >= 30])
    assert np.array_equal(one.capped + two.capped, [np.minimum(x, 9)])
    empty = a.evaluate(y, [], [])
    assert empty.at_least.shape == empty.capped.shape == (0, 40)


def test_distinct_points_are_walked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    a, _ = pair(DCF)
    walked: list[int] = []
    real = walk.evaluate

    def counting(*args: Any) -> Any:
        walked.append(len(args[4]))
        return real(*args)

    monkeypatch.setattr(walk, "evaluate", counting)
    a.evaluate(np.zeros(40, dtype=np.uint32), [3, 5, 3], [5, 7])
    assert walked == [4]


@pytest.mark.parametrize("payload", ["sum", "wide"])
def test_result_does_not_depend_on_how_much_is_done_at_once(
    payload: Payload,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spec = BatchSpec("dcf", 1000, 9, payload=payload)
    a, _ = pair(spec)
    y = np.random.default_rng(4).integers(0, 512, 1000, dtype=np.uint32)
    expected = a.evaluate(y, [1, 100], [511])
    for at_once in (1, 640, 4096):
        monkeypatch.setattr(part, "_AT_ONCE", at_once)
        again = a.evaluate(y, [1, 100], [511])
        assert np.array_equal(again.at_least, expected.at_least)
        assert np.array_equal(again.capped, expected.capped)


def test_each_party_alone_sees_no_result() -> None:
    a, b = pair(DCF)
    y = pass_gate(a, b, np.full(40, 15, dtype=np.uint32))
    for one in (a, b):
        outputs = one.evaluate(y, [1], [1])
        assert (outputs.at_least > 2**32).mean() > 0.9
        assert (outputs.capped > 2**32).mean() > 0.9


def changed(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


@pytest.mark.parametrize("spec", [TABLE, DCF])
@pytest.mark.parametrize("party", ["A", "B"])
def test_only_the_very_part_loads(spec: BatchSpec, party: Party) -> None:
    made = derive(spec, BATCH, SEED)
    data = made.part_a if party == "A" else made.part_b
    other: Party = "B" if party == "A" else "A"
    wrong_ring = BatchSpec("dcf", 40, 5, payload="wide")
    GatePart.load(spec, party, BATCH, data)
    for arguments in (
        (spec, other, BATCH, data),
        (wrong_ring, party, BATCH, data),
        (spec, party, BATCH[::-1], data),
        (spec, party, b"short", data),
        (spec, party, bytes(65), data),
        (spec, party, BATCH, data[:-1]),
        (spec, party, BATCH, data + b"\x00"),
        (spec, party, BATCH, b""),
        (spec, party, BATCH, changed(data, layout.header_at(spec))),
    ):
        with pytest.raises(MalformedGatePart):
            GatePart.load(*arguments)


def test_same_length_but_another_function_does_not_load() -> None:
    other = BatchSpec("table", 40, 4, TABLE.outputs[::-1])
    made = derive(TABLE, BATCH, SEED)
    assert layout.part_bytes(other, "B") == len(made.part_b)
    with pytest.raises(MalformedGatePart):
        GatePart.load(other, "B", BATCH, made.part_b)


@pytest.mark.parametrize("spec", [TABLE, DCF])
def test_one_changed_bit_anywhere_is_not_what_was_offered(spec: BatchSpec) -> None:
    made = derive(spec, BATCH, SEED)
    for at in (0, 64, layout.own_at(spec) - 1, len(made.part_b) // 2, len(made.part_b) - 1):
        data = changed(made.part_b, at)
        with pytest.raises(MalformedGatePart):
            GatePart.load(spec, "B", BATCH, data, made.hashes.part_b)


def test_loads_from_a_mapped_file(tmp_path: pathlib.Path) -> None:
    made = derive(DCF, BATCH, SEED)
    path = tmp_path / "part"
    path.write_bytes(made.part_b)
    y = np.zeros(40, dtype=np.uint32)
    expected = GatePart.load(DCF, "B", BATCH, made.part_b).evaluate(y, [3], [])
    with path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        loaded = GatePart.load(DCF, "B", BATCH, mapped, made.hashes.part_b)
        assert np.array_equal(loaded.evaluate(y, [3], []).at_least, expected.at_least)


@pytest.mark.parametrize("limit", [0, -1, 16, 2**40])
def test_limits_are_inside_the_ring(limit: int) -> None:
    a, _ = pair(DCF)
    y = np.zeros(40, dtype=np.uint32)
    with pytest.raises(GateOutOfRange):
        a.evaluate(y, [limit], [])
    with pytest.raises(GateOutOfRange):
        a.evaluate(y, [], [3, limit])


def test_each_kind_answers_its_own_questions() -> None:
    y = np.zeros(40, dtype=np.uint32)
    with pytest.raises(GateOutOfRange):
        pair(DCF)[0].outputs(y)
    with pytest.raises(GateOutOfRange):
        pair(TABLE)[1].evaluate(y, [1], [])


@pytest.mark.parametrize(
    "y",
    [
        np.zeros(39, dtype=np.uint32),
        np.zeros((1, 40), dtype=np.uint32),
        np.zeros(40, dtype=np.uint64),
        np.full(40, 16, dtype=np.uint32),
    ],
)
def test_opened_values_are_one_below_n_per_slot(y: NDArray[np.uint32]) -> None:
    with pytest.raises(ValueError, match="opened value"):
        pair(DCF)[0].evaluate(y, [1], [])
    with pytest.raises(ValueError, match="opened value"):
        pair(TABLE)[0].outputs(y)


def test_shares_are_one_per_slot() -> None:
    with pytest.raises(ValueError, match="40 slots"):
        pair(DCF)[0].masked(np.zeros(41, dtype=np.uint32))


def test_repr_shows_no_key() -> None:
    made = derive(DCF, BATCH, SEED)
    a, _ = pair(DCF)
    assert repr(a) == "GatePart(A, dcf, slots=40, <secret>)"
    assert repr(a._streams) == "PartyStreams(<secret>)"
    assert "part_a=b" not in repr(made)
    assert made.hashes.part_a in repr(made)


@pytest.mark.parametrize("workers", [None, 2, 5])
@pytest.mark.parametrize("party", ["A", "B"])
@pytest.mark.parametrize("payload", PAYLOADS)
def test_the_number_of_threads_changes_no_comparison(
    payload: Payload, party: Party, workers: int | None
) -> None:
    spec = BatchSpec("dcf", 3 * layout.STRETCH + 17, 5, payload=payload)
    keys = dict(zip(("A", "B"), pair(spec), strict=True))[party]
    y = np.random.default_rng(5).integers(0, spec.ring, spec.slots, dtype=np.uint32)
    caps = [3, 31] if spec.group.columns == 2 else []
    one, many = keys.evaluate(y, [1, 9], caps, 1), keys.evaluate(y, [1, 9], caps, workers)
    assert np.array_equal(one.at_least, many.at_least)
    assert np.array_equal(one.capped, many.capped)


@pytest.mark.parametrize("party", ["A", "B"])
def test_the_number_of_threads_changes_no_table(party: Party) -> None:
    spec = BatchSpec("table", 3 * layout.STRETCH + 17, 2, ((0, 1, 4, 9), (7, 7, 7, 2**32 - 1)))
    keys = dict(zip(("A", "B"), pair(spec), strict=True))[party]
    y = np.random.default_rng(5).integers(0, spec.ring, spec.slots, dtype=np.uint32)
    assert np.array_equal(keys.outputs(y, 1), keys.outputs(y, 3))
