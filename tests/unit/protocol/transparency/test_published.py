# SPDX-License-Identifier: EUPL-1.2
"""What others published: roots of Certificate Transparency's test tree, notes of the Go project."""

import hashlib

import pytest

from ontschot.protocol.keys import BadSignature, VerifyKey
from ontschot.protocol.keys.base64url import to_base64url
from ontschot.protocol.transparency import (
    EMPTY_ROOT,
    Checkpoint,
    Note,
    NoteKey,
    Tile,
    Tree,
    append,
    leaf_hash,
)
from ontschot.protocol.transparency.notes import LOG, from_base64

ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
"""Of the test tree in github.com/google/certificate-transparency, merkletree tests."""

ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

GO_SUM = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
"""The key of the checksum database of Go."""

GO_CHECKPOINT = """\
go.sum database tree
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— sum.golang.org Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
"""  # noqa: E501 - as it was published
"""A checkpoint that it signed; C2SP's documents show it under another name."""


def test_roots_of_certificate_transparency() -> None:
    assert hashlib.sha256(b"").digest() == EMPTY_ROOT
    stored = append(0, [leaf_hash(entry) for entry in ENTRIES], lambda _: b"")
    assert set(stored) == {Tile(0, 0)}
    for size, root in enumerate(ROOTS, 1):
        assert Tree(size, stored.__getitem__).root().hex() == root


def test_a_checkpoint_of_the_go_checksum_database() -> None:
    name, number, encoded = GO_SUM.split("+", 2)
    raw = from_base64(encoded)
    key = NoteKey(name, LOG, VerifyKey.parse("ed25519:" + to_base64url(raw[1:])))
    assert (key.vkey, key.id.hex()) == (GO_SUM, number)
    note = Note.parse(GO_CHECKPOINT.encode())
    assert note.to_bytes() == GO_CHECKPOINT.encode()
    signature = note.by(key)
    assert signature is not None
    key.key.verify_note(note.text.encode(), signature.value)
    with pytest.raises(BadSignature):
        key.key.verify_note(note.text.replace("20852163", "20852164").encode(), signature.value)
    checkpoint = Checkpoint.parse(note.text)
    assert (checkpoint.origin, checkpoint.size) == ("go.sum database tree", 20852163)
    assert checkpoint.text == note.text


def test_full_tiles_go_up_a_level() -> None:
    """70,000 entries: the example of C2SP's ``tlog-tiles``."""
    stored = append(0, [leaf_hash(b"%d" % n) for n in range(70_000)], lambda _: b"")
    widths = {tile: len(data) // 32 for tile, data in stored.items()}
    assert [widths[Tile(0, n)] for n in range(274)] == [256] * 273 + [112]
    assert (widths[Tile(1, 0)], widths[Tile(1, 1)], widths[Tile(2, 0)]) == (256, 17, 1)
    assert len(widths) == 274 + 2 + 1
    # The same in two batches, whatever was written in between.
    first, later = 65_500, [leaf_hash(b"%d" % n) for n in range(65_500, 70_000)]
    half = dict(append(0, [leaf_hash(b"%d" % n) for n in range(first)], lambda _: b""))
    assert half | append(first, later, lambda tile: half.get(tile, b"")) == stored
