# SPDX-License-Identifier: EUPL-1.2
"""Files with a secret in them: only their owner may read them, and they are written whole.

Writing goes to a temporary file in the same folder, which is flushed to the disk before it gets its
name: after a crash the old file is there, or the new one, never half of either.
"""

import os
import secrets
import stat
from pathlib import Path

from ontschot.protocol.keys.errors import KeyFileExists, KeyFileExposed, KeyFileMissing

_OWNER_ONLY = 0o600
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_MAX_BYTES = 1024 * 1024


def write_private(path: Path, data: bytes, *, replace: bool = False) -> None:
    """Write ``data`` to ``path`` with mode 0600, at once or not at all.

    Args:
        path: where; the folder must exist.
        data: what, at most 1 MiB.
        replace: whether a file that is there may be replaced.

    Raises:
        KeyFileExists: a file is there, and ``replace`` is false.
        KeyFileMissing: the folder is not there or not writable.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        _write_flushed(temporary, data)
        try:
            _give_name(temporary, path, replace=replace)
        finally:
            temporary.unlink(missing_ok=True)
        _flush_folder(path.parent)
    except FileExistsError as error:
        raise KeyFileExists(str(path)) from error
    except OSError as error:
        raise KeyFileMissing(f"{path}: {error.strerror}") from error


def read_private(path: Path) -> bytes:
    """Return the bytes of a file that only its owner may read.

    Raises:
        KeyFileMissing: no regular file there, or not readable, or longer than 1 MiB.
        KeyFileExposed: the group or others have any right on it.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise KeyFileMissing(f"{path}: {error.strerror}") from error
    try:
        # Asked of the open file, not of the path: the path may name another file a moment later.
        _require_private(path, os.fstat(descriptor))
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read()
    finally:
        os.close(descriptor)


def _require_private(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode) or status.st_size > _MAX_BYTES:
        raise KeyFileMissing(f"{path}: not a regular file of at most {_MAX_BYTES} bytes")
    if status.st_mode & _OTHERS:
        raise KeyFileExposed(f"{path} (mode {stat.S_IMODE(status.st_mode):04o})")


def _write_flushed(path: Path, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags, _OWNER_ONLY), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _give_name(temporary: Path, path: Path, *, replace: bool) -> None:
    if replace:
        temporary.replace(path)
    else:
        # A link fails where a rename would silently overwrite.
        path.hardlink_to(temporary)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
