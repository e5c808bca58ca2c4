# SPDX-License-Identifier: EUPL-1.2
"""Key files: rights, atomic writing, encryption, and damage."""

import json
import os
import stat
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from ontschot.protocol.keys import (
    CannotOpen,
    PrivateKeys,
    SealingKey,
    SigningKey,
    is_encrypted,
    read_keys,
    read_private,
    read_public_keys,
    write_keys,
    write_private,
)
from ontschot.protocol.keys.errors import (
    KeyFileDamaged,
    KeyFileExists,
    KeyFileExposed,
    KeyFileMissing,
    WrongPassphrase,
)

KEYS = PrivateKeys(SigningKey.from_bytes(bytes(32)), SealingKey.from_bytes(bytes(96)))
PERSON = PrivateKeys(SigningKey.from_bytes(bytes(range(32))))
COST = 2**14


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys.json"


def edit(path: Path, **changes: Any) -> None:
    """Change fields of a key file; ``a__b`` is field b of field a."""
    document = json.loads(path.read_bytes())
    for name, value in changes.items():
        outer, _, inner = name.partition("__")
        if inner:
            document[outer][inner] = value
        else:
            document[outer] = value
    data = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    path.write_text(data, encoding="utf-8")


@pytest.mark.parametrize("keys", [KEYS, PERSON])
@pytest.mark.parametrize("passphrase", [None, "vier woorden in één"])
def test_keys_read_back(path: Path, keys: PrivateKeys, passphrase: str | None) -> None:
    write_keys(path, keys, passphrase, cost=COST)
    found = read_keys(path, passphrase)
    assert found.signing == keys.signing
    assert found.public == keys.public
    assert read_public_keys(path) == keys.public
    assert is_encrypted(path) == (passphrase is not None)


def test_a_passphrase_for_a_file_without_one_is_not_minded(path: Path) -> None:
    write_keys(path, PERSON)
    assert read_keys(path, "x").signing == PERSON.signing


def test_the_file_is_for_its_owner_only_whatever_the_umask(path: Path) -> None:
    before = os.umask(0)
    try:
        write_keys(path, PERSON)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601, 0o644])
def test_a_file_that_others_can_get_at_is_refused(path: Path, mode: int) -> None:
    write_keys(path, PERSON)
    path.chmod(mode)
    for read in (read_keys, read_public_keys, is_encrypted):
        with pytest.raises(KeyFileExposed, match=f"{mode:04o}"):
            read(path)


def test_keys_are_never_overwritten(path: Path) -> None:
    write_keys(path, PERSON)
    with pytest.raises(KeyFileExists):
        write_keys(path, KEYS)
    assert read_keys(path).signing == PERSON.signing
    assert list(path.parent.iterdir()) == [path]


def test_a_private_file_may_be_replaced_on_purpose(path: Path) -> None:
    write_private(path, b"old")
    write_private(path, b"new", replace=True)
    assert read_private(path) == b"new"
    assert list(path.parent.iterdir()) == [path]


def test_a_crash_before_the_rename_leaves_the_old_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_private(path, b"old")

    def crash(_self: Path, _target: Path) -> Path:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "replace", crash)
    with pytest.raises(KeyFileMissing, match="Input/output error"):
        write_private(path, b"new", replace=True)
    assert read_private(path) == b"old"
    assert list(path.parent.iterdir()) == [path]


def test_the_data_is_on_the_disk_before_it_has_its_name(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[bool] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        flushed.append(path.exists())
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    write_private(path, b"data")
    assert flushed == [False, True]


def test_no_folder_and_no_file(tmp_path: Path) -> None:
    with pytest.raises(KeyFileMissing):
        write_keys(tmp_path / "nowhere" / "k", PERSON)
    with pytest.raises(KeyFileMissing):
        read_keys(tmp_path / "k")
    with pytest.raises(KeyFileMissing):
        read_keys(tmp_path)


def test_a_pipe_is_no_key_file(path: Path) -> None:
    os.mkfifo(path, 0o600)
    with pytest.raises(KeyFileMissing):
        read_keys(path)


def test_a_very_long_file_is_not_read(path: Path) -> None:
    write_private(path, b"")
    os.truncate(path, 2**20 + 1)
    with pytest.raises(KeyFileMissing):
        read_private(path)


@pytest.mark.parametrize("passphrase", [None, "", "another", "vier woorden in éen"])
def test_another_passphrase_does_not_open(path: Path, passphrase: str | None) -> None:
    write_keys(path, PERSON, "vier woorden in één", cost=COST)
    with pytest.raises(WrongPassphrase):
        read_keys(path, passphrase)


def test_a_passphrase_may_be_typed_on_any_keyboard(path: Path) -> None:
    write_keys(path, PERSON, unicodedata.normalize("NFC", "één"), cost=COST)
    assert read_keys(path, unicodedata.normalize("NFD", "één")).signing == PERSON.signing


def test_encrypted_secrets_are_not_in_the_file(path: Path) -> None:
    write_keys(path, PERSON)
    plain = json.loads(path.read_bytes())["secret"]
    path.unlink()
    write_keys(path, PERSON, "x", cost=COST)
    assert plain.encode() not in path.read_bytes()


def test_exchanged_public_keys_are_noticed(path: Path) -> None:
    write_keys(path, PERSON, "x", cost=COST)
    edit(path, public__signing_key=KEYS.signing.public.text)
    with pytest.raises(WrongPassphrase):
        read_keys(path, "x")
    path.unlink()
    write_keys(path, PERSON)
    edit(path, public__signing_key=KEYS.signing.public.text)
    with pytest.raises(KeyFileDamaged):
        read_keys(path)


@pytest.mark.parametrize(
    "changes",
    [
        {"v": 2},
        {"type": "signed"},
        {"extra": 1},
        {"secret": "AA=="},
        {"secret": 7},
        {"secret": "e30"},
        {"protection": "none"},
        {"protection": {}},
        {"protection": {"kdf": "scrypt", "cipher": "aes-256-gcm", "n": 2**30}},
    ],
    ids=repr,
)
def test_damage_is_said_in_words(path: Path, changes: dict[str, Any]) -> None:
    write_keys(path, PERSON)
    edit(path, **changes)
    with pytest.raises(KeyFileDamaged):
        read_keys(path, "x")


@pytest.mark.parametrize("field", ["n", "nonce", "salt", "kdf", "cipher"])
@pytest.mark.parametrize("value", ["", "AAAA", 3, None, [2**14]])
def test_damaged_protection_is_said_in_words(path: Path, field: str, value: object) -> None:
    write_keys(path, PERSON, "x", cost=COST)
    edit(path, **{f"protection__{field}": value})
    with pytest.raises(KeyFileDamaged):
        read_keys(path, "x")


@pytest.mark.parametrize("public", [None, {}, {"signing_key": "x", "sealing_key": None}])
def test_damaged_public_keys_are_said_in_words(path: Path, public: object) -> None:
    write_keys(path, PERSON)
    edit(path, public=public)
    with pytest.raises(KeyFileDamaged):
        read_public_keys(path)
    with pytest.raises(KeyFileDamaged):
        read_keys(path)


def test_bytes_that_are_no_json(path: Path) -> None:
    write_private(path, b"\xff")
    with pytest.raises(KeyFileDamaged):
        read_keys(path)


def test_the_fingerprint_of_both_keys_changes_with_either() -> None:
    public = [
        KEYS.public,
        PrivateKeys(PERSON.signing, KEYS.sealing).public,
        PrivateKeys(KEYS.signing, SealingKey.generate()).public,
        PrivateKeys(KEYS.signing).public,
    ]
    assert len({one.fingerprint for one in public}) == len(public)


def test_keys_open_what_was_sealed_to_them() -> None:
    assert KEYS.public.sealing is not None
    box = KEYS.public.sealing.seal(b"x", b"info")
    assert KEYS.open(box, b"info") == b"x"
    with pytest.raises(CannotOpen):
        PERSON.open(box, b"info")


def test_secrets_are_in_no_repr() -> None:
    assert "redacted" in repr(KEYS)
    assert KEYS.signing.to_bytes().hex() not in repr(KEYS)
