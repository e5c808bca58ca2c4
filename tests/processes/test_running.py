# SPDX-License-Identifier: EUPL-1.2
"""No process is left behind: not by a failing test, and not by tests that were killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ontschot_demo.processes import Processes
from processes.running import tied
from processes.watching import is_running, memory_of, sockets_of

pytestmark = pytest.mark.processes

FOREVER = [sys.executable, "-S", "-c", "import signal; print('on', flush=True); signal.pause()"]
LISTEN = """
import signal, socket
tcp = socket.create_server(("127.0.0.1", 0))
udp = socket.socket(type=socket.SOCK_DGRAM)
udp.bind(("127.0.0.1", 0))
print(tcp.getsockname()[1], udp.getsockname()[1], flush=True)
signal.pause()
"""
PARENT = """
import subprocess, sys
child = subprocess.Popen(sys.argv[1:])
print(child.pid, flush=True)
child.wait()
"""


def gone(pid: int) -> bool:
    """Wait for the system to end a process that nobody waits for."""
    deadline = time.monotonic() + 30
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not is_running(pid)


def test_a_failing_test_leaves_no_process(tmp_path: Path) -> None:
    pids: list[int] = []

    def fail() -> None:
        with Processes(tmp_path) as processes:
            processes.start("een", tied(FOREVER))
            processes.start("twee", tied(FOREVER))
            pids.extend(process.pid for process in processes.running.values())
            msg = "a test fails"
            raise LookupError(msg)

    with pytest.raises(LookupError):
        fail()
    assert len(pids) == 2
    assert not any(map(is_running, pids))


def test_killing_the_tests_ends_what_they_started() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-S", "-c", PARENT, *tied(FOREVER)], stdout=subprocess.PIPE
    )
    with parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert parent.stdout.readline() == b"on\n"
        assert is_running(child)
        parent.kill()
        assert gone(child)


def test_sockets_and_memory_are_seen() -> None:
    arguments = [sys.executable, "-S", "-c", LISTEN]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        tcp, udp = map(int, process.stdout.readline().split())
        seen = sockets_of(process.pid)
        assert (seen.listening, seen.udp) == (frozenset({tcp}), frozenset({udp}))
        assert seen.connected_to == frozenset()
        assert 1_000 < memory_of(process.pid) < memory_of(os.getpid())
        process.send_signal(signal.SIGTERM)
    assert not is_running(process.pid)
