# SPDX-License-Identifier: EUPL-1.2
import numpy as np
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ontschot.protocol.sharing import MalformedShare, Stream, derive_key

SEED = bytes(range(32))


def reference(label: str, length: int) -> bytes:
    info = b"ontschot/prg/v1/" + label.encode()
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(SEED)
    return Cipher(algorithms.AES(key), modes.CTR(bytes(16))).encryptor().update(bytes(length))


def test_stream_is_aes_256_ctr_under_a_key_of_its_own_label() -> None:
    assert Stream(SEED, "a/b").read(0, 100).tobytes() == reference("a/b", 100)


def test_labels_and_seeds_give_unrelated_streams() -> None:
    first = Stream(SEED, "one").read(0, 64)
    assert not np.array_equal(first, Stream(SEED, "two").read(0, 64))
    assert not np.array_equal(first, Stream(bytes(32), "one").read(0, 64))


@pytest.mark.parametrize("length", [0, 1, 15, 16, 17, 2**18 - 1, 2**18, 2**18 + 1, 3 * 2**18 + 5])
def test_pieces_of_any_size_make_the_same_stream(length: int) -> None:
    stream = Stream(SEED, "pieces")
    assert stream.read(0, length).tobytes() == reference("pieces", length)
    assert stream.read(32, length).tobytes() == reference("pieces", length + 32)[32:]


def test_words_are_little_endian() -> None:
    stream = Stream(SEED, "words")
    raw = reference("words", 32)
    assert stream.uint32(0, 8).tolist() == np.frombuffer(raw, "<u4").tolist()
    assert stream.uint64(16, 2).tolist() == np.frombuffer(raw[16:], "<u8").tolist()


def test_counter_carries_beyond_32_bits() -> None:
    far = Stream(SEED, "far").read(16 * (2**32 - 1), 48).tobytes()
    key = derive_key(SEED, "far")
    ecb = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305 - the block itself
    blocks = b"".join((2**32 - 1 + i).to_bytes(16, "big") for i in range(3))
    assert far == ecb.update(blocks)


@pytest.mark.parametrize(("offset", "length"), [(1, 16), (-16, 16), (0, -1)])
def test_reads_start_at_a_block(offset: int, length: int) -> None:
    with pytest.raises(ValueError, match="start of a block"):
        Stream(SEED, "x").read(offset, length)


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_seed_has_32_bytes(size: int) -> None:
    with pytest.raises(MalformedShare):
        Stream(bytes(size), "x")


def test_repr_hides_the_key() -> None:
    assert repr(Stream(SEED, "x")) == "Stream(<secret>)"
