# SPDX-License-Identifier: EUPL-1.2
"""On what was measured: machine, system, versions, commit. Nothing that names the machine."""

import os
import platform
import sqlite3
import subprocess
import tempfile
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ("proto", "node", "coordinator", "portal", "deploy")


def machine() -> list[tuple[str, str]]:
    """Return what belongs beside every figure, as names and values."""
    return [
        ("processor", processor(_read("/proc/cpuinfo"))),
        ("cores that may be used", str(len(os.sched_getaffinity(0)))),
        ("memory", f"{memory(_read('/proc/meminfo')):.1f} GB"),
        ("system", f"{platform.freedesktop_os_release()['PRETTY_NAME']}, Linux {_kernel()}"),
        ("Python", platform.python_version()),
        ("libraries", f"{_versions('numpy', 'duckdb', 'grpcio')}, SQLite {sqlite3.sqlite_version}"),
        ("temporary files on", file_system(_read("/proc/mounts"), Path(tempfile.gettempdir()))),
        ("load before the start", f"{os.getloadavg()[0]:.2f} processes, mean of a minute"),
    ]


def commit() -> str:
    """Return the commit that is measured, and whether the product differs from it."""
    try:
        name = _git("rev-parse", "--short=12", "HEAD")
        changed = _git("status", "--porcelain", "--untracked-files=no", "--", *PRODUCT)
    except (OSError, subprocess.CalledProcessError):
        return "not a checkout"
    return f"{name} with changes that were not committed" if changed else name


def processor(cpuinfo: str) -> str:
    """Return the model of the first processor in the text of ``/proc/cpuinfo``."""
    names = [
        line.partition(":")[2].strip() for line in cpuinfo.splitlines() if "model name" in line
    ]
    return names[0] if names else platform.machine()


def memory(meminfo: str) -> float:
    """Return the memory in GB (10^9 bytes) in the text of ``/proc/meminfo``."""
    (total,) = (line for line in meminfo.splitlines() if line.startswith("MemTotal:"))
    return int(total.split()[1]) * 1024 / 1e9


def file_system(mounts: str, folder: Path) -> str:
    """Return the kind of file system that ``folder`` is on, from the text of ``/proc/mounts``."""
    kinds = {Path(fields[1]): fields[2] for fields in map(str.split, mounts.splitlines())}
    return next(kinds[one] for one in (folder, *folder.parents) if one in kinds)


def _kernel() -> str:
    return ".".join(platform.release().split("-")[0].split(".")[:2])


def _versions(*names: str) -> str:
    return ", ".join(f"{name} {version(name)}" for name in names)


def _read(path: str) -> str:
    return Path(path).read_text("utf-8")


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S607  git of the path
    return done.stdout.strip()
