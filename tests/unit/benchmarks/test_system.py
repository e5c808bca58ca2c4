# SPDX-License-Identifier: EUPL-1.2
"""What the system tells about a process and about the machine, from texts like its own."""

import os
from pathlib import Path

import pytest

from benchmarks.machine import file_system, machine, memory, processor
from benchmarks.usage import read_usage, usage_of

STATUS = "Name:\tpython\nVmHWM:\t  200000 kB\nVmRSS:\t  100000 kB\nThreads:\t3\n"
STAT = "77 (a (b) c) S 1 77 77 0 -1 4194304 900 0 0 0 250 50 7 8 20 0 3 0 100 200 300"


def test_usage_is_read_also_of_a_program_with_brackets_in_its_name() -> None:
    found = read_usage(STATUS, STAT, 100)
    assert (found.resident, found.peak, found.seconds) == pytest.approx((102.4, 204.8, 3.0))


def test_usage_of_this_process() -> None:
    found = usage_of(os.getpid())
    assert 1 < found.resident <= found.peak
    assert found.seconds > 0


def test_the_machine_is_told_without_its_name() -> None:
    told = dict(machine())
    assert set(told) >= {"processor", "cores that may be used", "memory", "system", "Python"}
    assert os.uname().nodename not in " ".join(told.values()).split()


def test_processor_and_memory_are_read() -> None:
    cpuinfo = "processor\t: 0\nmodel name\t: Some Make 3 GHz\n\nprocessor\t: 1\nmodel name\t: X\n"
    assert processor(cpuinfo) == "Some Make 3 GHz"
    assert processor("") == os.uname().machine
    assert memory("MemTotal:       8000000 kB\nMemFree: 1 kB\n") == pytest.approx(8.192)


def test_the_file_system_is_that_of_the_nearest_mount() -> None:
    mounts = "disk / ext4 rw 0 0\ntmpfs /scratch tmpfs rw 0 0\n"
    assert file_system(mounts, Path("/scratch/some")) == "tmpfs"
    assert file_system(mounts, Path("/scratches")) == "ext4"
