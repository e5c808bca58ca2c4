# SPDX-License-Identifier: EUPL-1.2
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontschot.protocol.errors import all_errors
from ontschot.protocol.sharing import (
    MalformedShare,
    decode_seed,
    decode_share,
    encode_share,
    expand,
    pad_uint64,
    split,
    system_entropy,
)

VECTOR = np.array([0, 1, 2**31, 2**32 - 1, 7], dtype=np.uint32)


def counting() -> Callable[[int], bytes]:
    calls = iter(range(1, 1000))
    return lambda size: next(calls).to_bytes(size, "big")


def test_seed_and_share_add_up_to_the_vector() -> None:
    seed, share = split(VECTOR, counting())
    assert np.array_equal(expand(seed, 5) + share, VECTOR)
    assert not np.array_equal(share, VECTOR)


def test_every_split_draws_a_fresh_seed() -> None:
    entropy = counting()
    first, second = split(VECTOR, entropy), split(VECTOR, entropy)
    assert first[0] != second[0]
    assert not np.array_equal(first[1], second[1])


def test_system_entropy_is_the_default() -> None:
    assert split(VECTOR)[0] != split(VECTOR)[0]
    assert len(system_entropy(32)) == 32


def test_shares_of_several_parties_add_up() -> None:
    entropy = counting()
    parts = [split(VECTOR, entropy) for _ in range(5)]
    seeds = sum((expand(seed, 5) for seed, _ in parts), start=np.zeros(5, dtype=np.uint32))
    shares = sum((share for _, share in parts), start=np.zeros(5, dtype=np.uint32))
    assert np.array_equal(seeds + shares, VECTOR * np.uint32(5))


def test_source_that_runs_dry_is_refused() -> None:
    with pytest.raises(MalformedShare):
        split(VECTOR, lambda _: b"short")


@pytest.mark.parametrize(
    "vector", [VECTOR.astype(np.int32), VECTOR.astype(np.uint64), VECTOR.reshape(1, 5)]
)
def test_only_vectors_of_uint32_are_split(vector: np.ndarray) -> None:
    with pytest.raises(ValueError, match="one-dimensional uint32"):
        split(vector, counting())


def test_share_expansion_and_pad_are_different_streams() -> None:
    seed = bytes(32)
    assert expand(seed, 8).tobytes() != pad_uint64(seed, 4).tobytes()
    assert pad_uint64(seed, 4).dtype == np.uint64


def test_expansion_of_a_longer_vector_starts_the_same() -> None:
    assert np.array_equal(expand(bytes(32), 1000)[:10], expand(bytes(32), 10))


def test_wire_form_is_little_endian_and_nothing_else() -> None:
    assert encode_share(VECTOR) == bytes.fromhex("00000000 01000000 00000080 ffffffff 07000000")
    assert np.array_equal(decode_share(encode_share(VECTOR), 5), VECTOR)
    assert np.array_equal(decode_share(memoryview(encode_share(VECTOR)), 5), VECTOR)


@given(st.binary(max_size=64), st.integers(0, 20))
def test_decoding_takes_the_exact_length_only(data: bytes, n: int) -> None:
    if len(data) == 4 * n:
        assert encode_share(decode_share(data, n)) == data
    else:
        with pytest.raises(MalformedShare):
            decode_share(data, n)


@given(st.binary(max_size=64) | st.binary(min_size=32, max_size=32))
def test_seed_takes_32_bytes_only(data: bytes) -> None:
    if len(data) == 32:
        assert decode_seed(data) == data
    else:
        with pytest.raises(MalformedShare):
            decode_seed(data)


def test_error_is_registered_and_holds_no_value() -> None:
    assert all_errors()["malformed-share"] is MalformedShare
    with pytest.raises(MalformedShare) as caught:
        decode_share(b"\xde\xad", 1)
    assert caught.value.detail == "2 bytes where 4 belong"
