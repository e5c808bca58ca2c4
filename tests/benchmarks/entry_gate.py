# SPDX-License-Identifier: EUPL-1.2
"""A helper that passes a gate and adds up per area, as a process of its own.

Run as ``python entry_gate.py A`` or ``B`` with a task in JSON on its standard input. It says
``ready``, begins at the next line of its input, exchanges masked values with the other over
loopback, evaluates and adds up, as often as it is told, and writes one JSON object: seconds of the
fastest time, bytes sent, and the most memory it ever had, in MB. The sums of its shares go to the
file the task names.
"""

import json
import mmap
import os
import socket
import sys
from pathlib import Path
from time import perf_counter
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from benchmarks.usage import usage_of
from ontschot.protocol.gate import (
    BatchSpec,
    GatePart,
    Party,
    area_sums,
    decode_masked,
    encode_masked,
    opened,
)


def main(party: Party, task: dict[str, Any]) -> dict[str, float]:
    """Do what a helper does; return what it took."""
    spec = BatchSpec.from_document(task["spec"])
    share, areas = np.load(task["share"]), np.load(task["areas"])
    with Path(task["part"]).open("rb") as file, _peer(party, task["port"]) as peer:
        whole = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        keys = GatePart.load(spec, party, bytes.fromhex(task["batch"]), whole)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        seconds = []
        for _ in range(task["times"]):
            _exchanged(party, peer, b".")
            start = perf_counter()
            mine = keys.masked(share)
            sent = encode_masked(mine, spec.ring_bits)
            theirs = decode_masked(_exchanged(party, peer, sent), spec.slots, spec.ring_bits)
            rows = _outputs(keys, opened(mine, theirs, spec.ring_bits), task)
            sums = np.stack([area_sums(row, areas, task["count"]) for row in rows])
            seconds.append(perf_counter() - start)
    np.save(task["sums"], sums)
    return {
        "seconds": min(seconds),
        "sent": len(sent),
        "peak": usage_of(os.getpid()).peak,
    }


def _outputs(keys: GatePart, y: NDArray[np.uint32], task: dict[str, Any]) -> list[NDArray[Any]]:
    if keys.spec.kind == "table":
        return list(keys.outputs(y))
    found = keys.evaluate(y, task["thresholds"], task["caps"])
    return [*found.at_least, *found.capped]


def _peer(party: Party, port: int) -> socket.socket:
    if party == "B":
        return socket.create_connection(("127.0.0.1", port))
    with socket.create_server(("127.0.0.1", port)) as server:
        # B connects when it reads this line
        sys.stdout.write("listening\n")
        sys.stdout.flush()
        connection, _ = server.accept()
        return connection


def _exchanged(party: Party, peer: socket.socket, mine: bytes) -> bytes:
    if party == "A":
        peer.sendall(mine)
    with peer.makefile("rb") as stream:
        theirs = stream.read(len(mine))
    if party == "B":
        peer.sendall(mine)
    return theirs


if __name__ == "__main__":
    result = main(cast("Party", sys.argv[1]), json.loads(sys.stdin.readline()))
    sys.stdout.write(json.dumps(result) + "\n")
