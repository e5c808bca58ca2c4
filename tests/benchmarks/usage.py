# SPDX-License-Identifier: EUPL-1.2
"""What running processes used so far (Linux, ``/proc``)."""

import os
from dataclasses import dataclass
from pathlib import Path

_STAT_AFTER_NAME = 2
"""Number, counted from 0, of the field after the name in ``/proc/<pid>/stat``."""

_UTIME, _STIME = 13, 14


@dataclass(frozen=True, slots=True)
class Usage:
    """Of one process: resident memory now and at most, in MB (10^6 bytes), and processor seconds.

    Resident memory counts pages of shared libraries with every process that uses them.
    """

    resident: float
    peak: float
    seconds: float


def usage_of(pid: int) -> Usage:
    """Return what a process used until now."""
    folder = Path(f"/proc/{pid}")
    stat = (folder / "stat").read_text("ascii")
    return read_usage((folder / "status").read_text("ascii"), stat, os.sysconf("SC_CLK_TCK"))


def read_usage(status: str, stat: str, ticks: int) -> Usage:
    """Return the usage in the texts of ``status`` and ``stat``; ``ticks`` are those of a second."""
    sizes = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    resident, peak = (int(sizes[name].split()[0]) * 1024 / 1e6 for name in ("VmRSS", "VmHWM"))
    # The name of a program may hold spaces and brackets.
    fields = stat.rpartition(")")[2].split()
    spent = sum(int(fields[number - _STAT_AFTER_NAME]) for number in (_UTIME, _STIME))
    return Usage(resident, peak, spent / ticks)
