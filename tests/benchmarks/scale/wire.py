# SPDX-License-Identifier: EUPL-1.2
"""How many bytes a running process sent and received, as Linux counts them per TCP connection.

The counters are those of the kernel (``TCP_INFO``), so TLS, gRPC and HTTP/2 are in them, and a
repeat is not counted twice. They are read by borrowing the process's sockets for a moment
(``pidfd_getfd``, Linux 5.6), which one may do to one's own children. A connection that ended is not
counted: participants have one for as long as they run.
"""

import ctypes
import errno
import os
import socket
import struct
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PIDFD_GETFD: Final = 438
_ACKED: Final = 120
"""Offset of ``tcpi_bytes_acked`` in ``struct tcp_info``; ``tcpi_bytes_received`` follows."""


class CannotLook(OSError):
    """This system does not let one look into a process's sockets."""


class SocketGone(OSError):
    """The process closed this socket since its descriptors were listed."""


@dataclass(frozen=True, slots=True)
class Carried:
    """Bytes that a process sent and received over the connections that it has."""

    sent: int
    received: int

    def __sub__(self, other: "Carried") -> "Carried":
        """Return what was carried since ``other``."""
        return Carried(self.sent - other.sent, self.received - other.received)


def carried(pid: int) -> Carried:
    """Return what a process carried over its open TCP connections.

    Raises:
        CannotLook: not on this system, or not a child of this process.
    """
    sent = received = 0
    try:
        with closing_descriptor(os.pidfd_open(pid)) as pidfd:
            for path in Path(f"/proc/{pid}/fd").iterdir():
                with suppress(FileNotFoundError, SocketGone):
                    if path.readlink().name.startswith("socket:"):
                        mine, theirs = _counts(_borrowed(pidfd, int(path.name)))
                        sent, received = sent + mine, received + theirs
    except OSError as error:
        raise CannotLook(error.errno, error.strerror) from error
    return Carried(sent, received)


class closing_descriptor:  # noqa: N801  like contextlib.closing
    """A file descriptor that is closed on the way out."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __enter__(self) -> int:
        """Return the descriptor."""
        return self._number

    def __exit__(self, *_: object) -> None:
        """Close it."""
        os.close(self._number)


def _borrowed(pidfd: int, number: int) -> socket.socket:
    library = ctypes.CDLL(None, use_errno=True)
    found = library.syscall(_PIDFD_GETFD, pidfd, number, 0)
    if found < 0:
        why = ctypes.get_errno()
        raise (SocketGone if why == errno.EBADF else OSError)(why, "pidfd_getfd")
    return socket.socket(fileno=found)


def _counts(one: socket.socket) -> tuple[int, int]:
    with closing(one):
        if one.family not in (socket.AF_INET, socket.AF_INET6):
            return 0, 0
        try:
            one.getpeername()
        except OSError:  # it listens
            return 0, 0
        told = one.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    acked, received = struct.unpack_from("QQ", told, _ACKED)
    return acked, received
