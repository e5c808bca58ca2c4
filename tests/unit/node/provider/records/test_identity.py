# SPDX-License-Identifier: EUPL-1.2
"""Sealing, finding and opening BSNs, and the file with their keys."""

import json
import os
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from ontschot.node.provider.records.bsn import Bsn
from ontschot.node.provider.records.clients import ensure_clients, reencrypt, require_one_key
from ontschot.node.provider.records.dissent import set_objection
from ontschot.node.provider.records.errors import (
    IdentityKeysDamaged,
    IdentityKeysExist,
    IdentityKeysExposed,
    IdentityKeysMissing,
    IdentityKeysMixed,
    IdentityKeyUnknown,
)
from ontschot.node.provider.records.identity import (
    Identity,
    IdentityKey,
    SealedBsn,
    add_key,
    create_keys,
    load_keys,
)
from ontschot.node.provider.records.models import Client

BSN = Bsn("999900006")


def test_sealing_opens_again_and_never_looks_the_same(identity: Identity) -> None:
    one, two = identity.seal(BSN), identity.seal(BSN)
    assert identity.open(one) == identity.open(two) == BSN
    assert one.index == two.index == identity.index(BSN)
    assert one.ciphertext != two.ciphertext
    assert len(one.ciphertext) == 12 + 9 + 16
    assert len(one.index) == 32


def test_another_providers_index_differs(identity: Identity, tmp_path: Path) -> None:
    assert identity.index(BSN) != create_keys(tmp_path / "other.json").index(BSN)


@pytest.mark.parametrize("place", [0, 11, 12, 20, 21, 36])
def test_a_changed_byte_is_noticed(identity: Identity, place: int) -> None:
    sealed = identity.seal(BSN)
    changed = bytearray(sealed.ciphertext)
    changed[place] ^= 1
    with pytest.raises(IdentityKeyUnknown):
        identity.open(SealedBsn(sealed.index, bytes(changed), sealed.key_id))


def test_a_sealed_bsn_cannot_move_to_another_row(identity: Identity) -> None:
    sealed = identity.seal(BSN)
    with pytest.raises(IdentityKeyUnknown):
        identity.open(SealedBsn(b"\0" * 32, sealed.ciphertext, sealed.key_id))
    with pytest.raises(IdentityKeyUnknown):
        identity.open(SealedBsn(sealed.index, sealed.ciphertext, "unknown"))
    with pytest.raises(IdentityKeyUnknown):
        identity.open(SealedBsn(sealed.index, b"", sealed.key_id))


def test_secrets_are_not_shown(identity: Identity) -> None:
    key = IdentityKey.generate()
    shown = repr(identity) + repr(key) + repr(BSN) + str(BSN)
    assert "999900006" not in shown
    assert repr(key.sealing)[2:8] not in shown


def test_a_key_file_is_its_owners_only_and_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    created = create_keys(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_keys(path).index(BSN) == created.index(BSN)
    before = path.read_bytes()
    with pytest.raises(IdentityKeysExist):
        create_keys(path)
    assert path.read_bytes() == before


def test_the_mode_does_not_depend_on_the_umask(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        create_keys(tmp_path / "keys.json")
        add_key(tmp_path / "keys.json")
    finally:
        os.umask(old)
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601, 0o660, 0o666])
def test_a_key_file_that_others_can_use_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "keys.json"
    create_keys(path)
    path.chmod(mode)
    with pytest.raises(IdentityKeysExposed, match=f"{mode:04o}"):
        load_keys(path)
    with pytest.raises(IdentityKeysExposed):
        add_key(path)


def test_a_key_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(IdentityKeysMissing):
        load_keys(tmp_path / "none.json")
    with pytest.raises(IdentityKeysMissing):
        create_keys(tmp_path / "no" / "folder.json")
    with pytest.raises(IdentityKeysMissing):
        load_keys(tmp_path)


GOOD_KEY = "A" * 43 + "="


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "null",
        "\xff",
        "[" * 5000,
        json.dumps({"format": "other", "current": "a", "keys": {}}),
        json.dumps({"format": "ontschot-identity-keys/1", "current": "a", "keys": {}}),
        json.dumps({"format": "ontschot-identity-keys/1", "current": "a", "keys": {"a": {}}}),
        json.dumps(
            {"format": "ontschot-identity-keys/1", "current": "a",
             "keys": {"a": {"sealing": "AAAA", "indexing": GOOD_KEY}}}
        ),
        json.dumps(
            {"format": "ontschot-identity-keys/1", "current": "a",
             "keys": {"a": {"sealing": "?", "indexing": GOOD_KEY}}}
        ),
        json.dumps(
            {"format": "ontschot-identity-keys/1", "current": ["a"],
             "keys": {"a": {"sealing": GOOD_KEY, "indexing": GOOD_KEY}}}
        ),
    ],
)  # fmt: skip
def test_a_damaged_key_file_is_refused_without_quoting_it(tmp_path: Path, text: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(text, encoding="latin-1")
    path.chmod(0o600)
    with pytest.raises(IdentityKeysDamaged) as caught:
        load_keys(path)
    assert caught.value.__cause__ is None
    assert caught.value.detail == "keys.json"


def test_a_new_key_keeps_the_old_ones(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    old = create_keys(path)
    sealed = old.seal(BSN)
    new = add_key(path)
    assert new.key_id != old.key_id
    assert load_keys(path).key_id == new.key_id
    assert load_keys(path).open(sealed) == BSN
    assert new.index(BSN) != old.index(BSN)
    assert [child.name for child in tmp_path.iterdir()] == ["keys.json"]


def test_rotation_brings_every_client_over(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "rotating.json"
    old = create_keys(path)
    people = [Bsn("999900006"), Bsn("999900018"), Bsn("999990019")]
    with engine.begin() as connection:
        ensure_clients(connection, [old.seal(bsn) for bsn in people])
    new = add_key(path)
    with engine.begin() as connection, pytest.raises(IdentityKeysMixed):
        require_one_key(connection, new)
    with pytest.raises(IdentityKeysMixed):
        set_objection(engine, new, people[0], date(2026, 1, 1))
    assert reencrypt(engine, new) == 3
    assert reencrypt(engine, new) == 0
    with engine.begin() as connection:
        require_one_key(connection, new)
        rows = connection.execute(
            select(Client.bsn_index, Client.bsn_versleuteld, Client.bsn_sleutel)
        ).all()
    opened = {new.open(SealedBsn(index, text or b"", key or "")) for index, text, key in rows}
    assert opened == set(people)
    assert {row.bsn_index for row in rows} == {new.index(bsn) for bsn in people}


def test_rotation_with_a_foreign_key_changes_nothing(engine: Engine, tmp_path: Path) -> None:
    mine, foreign = create_keys(tmp_path / "mine.json"), create_keys(tmp_path / "foreign.json")
    with engine.begin() as connection:
        ensure_clients(connection, [mine.seal(BSN)])
    with pytest.raises(IdentityKeyUnknown):
        reencrypt(engine, foreign)
    with engine.begin() as connection:
        require_one_key(connection, mine)


def test_a_client_is_made_once(engine: Engine, identity: Identity) -> None:
    with engine.begin() as connection:
        ensure_clients(connection, [identity.seal(BSN), identity.seal(BSN)])
        ensure_clients(connection, [identity.seal(BSN)])
        ensure_clients(connection, [])
        assert len(connection.execute(select(Client.client_id)).all()) == 1
