# SPDX-License-Identifier: EUPL-1.2
"""What the system says of a running process: its sockets and its memory (Linux, ``/proc``)."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_ESTABLISHED, _LISTEN = 1, 10


@dataclass(frozen=True, slots=True)
class Sockets:
    """Ports of one process: where it listens, what it connected to, and bound UDP ports."""

    listening: frozenset[int]
    connected_to: frozenset[int]
    udp: frozenset[int]


def sockets_of(pid: int) -> Sockets:
    """Return the internet sockets of a process."""
    own = _socket_inodes(pid)
    tcp = _rows(pid, "tcp", own)
    return Sockets(
        frozenset(local for state, local, _ in tcp if state == _LISTEN),
        frozenset(remote for state, _, remote in tcp if state == _ESTABLISHED),
        frozenset(local for _, local, _ in _rows(pid, "udp", own)),
    )


def memory_of(pid: int) -> int:
    """Return the resident memory (VmRSS) of a process in KiB."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    line = next(row for row in status.splitlines() if row.startswith("VmRSS:"))
    return int(line.split()[1])


def is_running(pid: int) -> bool:
    """Return whether a process with this number exists."""
    return Path(f"/proc/{pid}").exists()


def _socket_inodes(pid: int) -> set[int]:
    found = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):  # closed since it was listed
            target = str(link.readlink())
            if target.startswith("socket:["):
                found.add(int(target[8:-1]))
    return found


def _rows(pid: int, protocol: str, inodes: set[int]) -> list[tuple[int, int, int]]:
    # State, local port and remote port of the sockets with these inodes, over IPv4 and IPv6.
    found = []
    for version in ("", "6"):
        table = Path(f"/proc/{pid}/net/{protocol}{version}")
        if not table.exists():
            continue
        for line in table.read_text("ascii").splitlines()[1:]:
            _, local, remote, state, *rest = line.split()
            if int(rest[5]) in inodes:
                found.append((int(state, 16), _port(local), _port(remote)))
    return found


def _port(address: str) -> int:
    return int(address.rpartition(":")[2], 16)
