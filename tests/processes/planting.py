# SPDX-License-Identifier: EUPL-1.2
"""Leaks made on purpose: one value of each kind, in every encoding, in copies of real files."""

import base64
import hashlib
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np

from ontschot.protocol.universe import normalise
from processes.measured import Measured, rows
from processes.pooled import Pool
from processes.sensitive import amounts, file_lines

Sample: TypeAlias = tuple[str, bytes]
"""What it gives away, and bytes that a careless program might have written."""


def samples(measured: Measured, pool: Pool) -> dict[str, Sample]:
    """Return a value of each kind in each form, by name."""
    lines = file_lines(measured)
    first, second, *_ = lines
    address = normalise(*(first[name] for name in _ADDRESS))
    values = amounts(lines)[:3]
    everyone = pool.all(
        "SELECT sum(cents)::BIGINT FROM bedrag WHERE variable = 'euros' GROUP BY slot ORDER BY slot"
    )
    totals = [cents for (cents,) in everyone if cents]
    vectors = pool.vectors("quanta")
    ((pseudonym,),) = rows(
        measured.party.home("aanbieder-1") / "records.db",
        "SELECT bsn_index FROM client LIMIT 1",
    )
    bsns = [int(first["bsn"]), int(second["bsn"])]
    return {
        "bsn": ("bsn", first["bsn"].encode()),
        "bsn in JSON": ("bsn", b'{"bsn":"%s"}' % first["bsn"].encode()),
        "bsn, 64 bits": ("bsn", bsns[0].to_bytes(8, "little")),
        "bsns, 32 bits": ("bsn", np.array(bsns, "<u4").tobytes()),
        "bsn, hashed": ("bsn", hashlib.sha256(first["bsn"].encode()).digest()),
        "pseudonym": ("pseudonym", pseudonym),
        "address": ("address", address.text.encode()),
        "address as a line": ("address", _public_line(measured)),
        "address, hashed": ("address", hashlib.sha256(address.text.encode()).digest()),
        "address in a sentence": ("address", f"{address.postcode.lower()} nr. 1".encode()),
        "amount": ("amount", b"%d" % values[0]),
        "amount in a log": ("amount", b"bedrag=%d cent" % values[0]),
        "amount in euros": ("amount", b"%d,%02d" % divmod(values[0], 100)),
        "amount, 64 bits": ("amount", values[0].to_bytes(8, "little")),
        "amounts, 32 bits": ("amount", np.array(values, "<u4").tobytes()),
        "total": ("total", b"%d" % totals[0]),
        "total, 64 bits": ("total", totals[0].to_bytes(8, "little")),
        "totals, 32 bits": ("total", np.array(totals[:5], "<u4").tobytes()),
        "vector of a provider": ("vector", vectors["aanbieder-4", "euros"].astype("<u4").tobytes()),
        "sum of vectors": ("vector", vectors["", "euros"].astype("<u8").tobytes()),
        "sum on the wire": ("vector", vectors["", "euros"].astype("<u2").tobytes()),
        "flags of a provider": ("vector", vectors["aanbieder-4", "served"].astype("u1").tobytes()),
        "sum of flags": ("vector", vectors["", "served"].astype("<u4").tobytes()),
    }


ENCODINGS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "plain": lambda data: data,
    "hex": lambda data: data.hex().encode(),
    "HEX": lambda data: data.hex().upper().encode(),
    "base64": base64.b64encode,
    "base64, one on": lambda data: base64.b64encode(b"\xfb" + data + b"\n"),
    "base64, two on": lambda data: base64.b64encode(b"\xfb\xef" + data + b"\n\n"),
    "base64url": lambda data: base64.urlsafe_b64encode(b"\xfb\xef\xbe" + data + b"\xff\n"),
    "hex in base64": lambda data: base64.b64encode(b'{"data":"' + data.hex().encode() + b'"}'),
}


def plant_in_file(source: Path, target: Path, data: bytes) -> None:
    """Copy a file with ``data`` put in the middle, on a line of its own."""
    content = source.read_bytes()
    middle = len(content) // 2
    target.write_bytes(content[:middle] + b"\n" + data + b"\n" + content[middle:])


def plant_in_rows(source: Path, target: Path, values: Mapping[str, object]) -> None:
    """Copy a database with each value in a row of a new table of that name."""
    shutil.copy(source, target)
    with _writing(target) as connection:
        for name, value in values.items():
            connection.execute(f'CREATE TABLE "{name}" (nummer INTEGER, waarde)')
            connection.execute(f'INSERT INTO "{name}" VALUES (7, ?)', [value])  # noqa: S608


def plant_and_erase(source: Path, target: Path, value: object) -> None:
    """Copy a database in which ``value`` was written and deleted."""
    plant_in_rows(source, target, {"gewist": value})
    with _writing(target) as connection:
        connection.execute("PRAGMA secure_delete = OFF")
        connection.execute("DELETE FROM gewist")


@contextmanager
def planted_in_log(source: Path, target: Path, value: object) -> Iterator[None]:
    """Copy a database in which ``value`` stands in the write-ahead log, until the context ends."""
    shutil.copy(source, target)
    with closing(sqlite3.connect(target, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE geplant (waarde)")
        connection.execute("INSERT INTO geplant VALUES (?)", [value])
        yield


_ADDRESS = ("postcode", "huisnummer", "huisletter", "toevoeging")


def _public_line(measured: Measured) -> bytes:
    # One line of the public file is somebody's address; only whole passages of it are public.
    return measured.party.inputs.universe.to_bytes().splitlines()[40]


@contextmanager
def _writing(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path)) as connection, connection:
        yield connection
