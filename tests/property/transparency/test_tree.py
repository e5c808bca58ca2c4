# SPDX-License-Identifier: EUPL-1.2
"""Roots and proofs of the stored tree, against RFC 6962 written down word for word."""

from collections.abc import Iterator
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontschot.protocol.transparency import (
    ProofRefused,
    Tile,
    Tree,
    append,
    leaf_hash,
    tiles,
    verify_consistency,
    verify_inclusion,
)
from property.transparency import reference

SIZES = st.integers(0, 90)


@pytest.fixture(autouse=True)
def small_tiles() -> Iterator[None]:
    """Tiles of four hashes: a tree of ninety entries has four levels of them."""
    with patch.object(tiles, "TILE_HEIGHT", 2), patch.object(tiles, "TILE_WIDTH", 4):
        yield


class Store:
    """Tiles in memory, written in batches."""

    def __init__(self, entries: list[bytes], batches: list[int]) -> None:
        self.tiles: dict[Tile, bytes] = {}
        self.size = 0
        self.entries = entries
        for batch in [*batches, len(entries)]:
            self.add(entries[self.size : self.size + batch])

    def add(self, entries: list[bytes]) -> None:
        changed = append(self.size, [leaf_hash(entry) for entry in entries], self.read)
        for tile, data in changed.items():
            # A tile grows at its end, and a full one never changes.
            assert data.startswith(self.tiles.get(tile, b""))
            assert data != self.tiles.get(tile)
        self.tiles |= changed
        self.size += len(entries)

    def read(self, tile: Tile) -> bytes:
        return self.tiles.get(tile, b"")

    def tree(self, size: int) -> Tree:
        return Tree(size, self.read)


@st.composite
def stores(draw: st.DrawFn) -> Store:
    size = draw(SIZES)
    batches = draw(st.lists(st.integers(0, 20), max_size=8))
    return Store([number.to_bytes(2, "big") for number in range(size)], batches)


@given(stores(), st.data())
def test_roots_are_those_of_the_rfc(store: Store, data: st.DataObject) -> None:
    size = data.draw(st.integers(0, store.size))
    assert store.tree(size).root() == reference.mth(store.entries[:size])


@given(stores().filter(lambda store: store.size > 0), st.data())
def test_an_entry_is_proved_and_no_other(store: Store, data: st.DataObject) -> None:
    size = data.draw(st.integers(1, store.size))
    index = data.draw(st.integers(0, size - 1))
    tree = store.tree(size)
    found, root = tree.inclusion(index), tree.root()
    assert found == reference.path(index, store.entries[:size])
    leaf = leaf_hash(store.entries[index])
    verify_inclusion(leaf, index, size, found, root)

    other = data.draw(st.integers(0, size + 3))
    if other != index:
        with pytest.raises(ProofRefused):
            verify_inclusion(leaf, other, size, found, root)
    with pytest.raises(ProofRefused):
        verify_inclusion(leaf_hash(b"another"), index, size, found, root)
    with pytest.raises(ProofRefused):
        verify_inclusion(leaf, index, size, found, reference.mth([b"another"]))
    for spoiled in spoil(found, data):
        with pytest.raises(ProofRefused):
            verify_inclusion(leaf, index, size, spoiled, root)


@given(stores(), st.data())
def test_a_log_that_went_on_is_proved_and_no_other(store: Store, data: st.DataObject) -> None:
    size = data.draw(st.integers(0, store.size))
    old_size = data.draw(st.integers(0, size))
    tree, old_root = store.tree(size), store.tree(old_size).root()
    found, root = tree.consistency(old_size), tree.root()
    if old_size > 0:
        assert found == reference.proof(old_size, store.entries[:size])
    verify_consistency(old_size, old_root, size, root, found)

    forged = reference.mth([b"another"])
    for bad in ((old_size, forged, size, root), (old_size, old_root, size, forged)):
        if bad != (0, old_root, size, forged):
            with pytest.raises(ProofRefused):
                verify_consistency(*bad, found)
    for spoiled in spoil(found, data):
        with pytest.raises(ProofRefused):
            verify_consistency(old_size, old_root, size, root, spoiled)
    with pytest.raises(ProofRefused):
        verify_consistency(size + 1, root, size, root, [])


@given(stores().filter(lambda store: store.size > 1), st.data())
def test_a_log_that_changed_dropped_moved_or_inserted_an_entry_is_no_continuation(
    store: Store, data: st.DataObject
) -> None:
    """The coordinator may compute what proofs it likes over its other log: none of them fits."""
    size = data.draw(st.integers(2, store.size))
    index = data.draw(st.integers(0, size - 2))
    kept = store.entries[:size]
    act = data.draw(st.sampled_from(["change", "drop", "swap", "insert"]))
    other = {
        "change": [*kept[:index], b"another", *kept[index + 1 :]],
        "drop": [*kept[:index], *kept[index + 1 :]],
        "swap": [*kept[:index], kept[index + 1], kept[index], *kept[index + 2 :]],
        "insert": [*kept[:index], b"another", *kept[index:]],
    }[act]
    forged = Store([*other, *(b"more %d" % n for n in range(3))], [])
    for new_size in range(size, forged.size + 1):
        tree = forged.tree(new_size)
        for old_size in range(1, new_size + 1):
            with pytest.raises(ProofRefused):
                verify_consistency(
                    size, store.tree(size).root(), new_size, tree.root(), tree.consistency(old_size)
                )


def test_nothing_is_read_beyond_the_log() -> None:
    tree = Store([b"a", b"b", b"c"], []).tree(3)
    for index in (-1, 3):
        with pytest.raises(LookupError):
            tree.inclusion(index)
    with pytest.raises(LookupError):
        tree.consistency(4)
    with pytest.raises(LookupError):
        Tree(5, tree.read).root()


def spoil(proof: list[bytes], data: st.DataObject) -> list[list[bytes]]:
    """Return the proof with a hash too many; and with one changed, gone or moved."""
    spoiled = [[*proof, b"\0" * 32], [b"\0" * 32, *proof]]
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        changed = bytes([proof[place][0] ^ 1]) + proof[place][1:]
        spoiled.append([*proof[:place], changed, *proof[place + 1 :]])
        spoiled.append([*proof[:place], proof[place][:31], *proof[place + 1 :]])
        spoiled.append([*proof[:place], *proof[place + 1 :]])
    if len(proof) > 1:
        spoiled.append([*proof[1:], proof[0]])
    return spoiled
