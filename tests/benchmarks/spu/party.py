# SPDX-License-Identifier: EUPL-1.2
"""One of three parties that compute with SPU; runs in the environment of ``requirements.txt``.

``python party.py deal FOLDER`` makes each party's share of ``totals.npy`` (int32[n] or int32[rows,
n]); then 0, 1 and 2 compute at the same time, each ``python party.py RANK FOLDER``; ``python
party.py open FOLDER`` makes ``figures.npy`` (int32[outputs, areas] or int32[outputs, rows, areas])
from what they found. ``task.json`` says what is computed: ports, field, thresholds, cap or null,
shape and slots per area, times. ``RANK.json`` has the seconds of each run, from when all parties
are ready until this one has its shares of the sums, and its peak memory in MB.
"""

import json
import pickle
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

import jax.numpy as jnp
import numpy as np
import spu
from spu import libspu
from spu.utils import frontend

PARTIES = 3


def main(who: str, folder: Path) -> None:
    """Do what one party does, or open what they found."""
    task = json.loads((folder / "task.json").read_text("utf-8"))
    config = libspu.RuntimeConfig(
        protocol=libspu.ProtocolKind.ABY3, field=getattr(libspu.FieldType, task["field"])
    )
    if who == "deal":
        _deal(folder, config)
    elif who == "open":
        _open(folder, config)
    else:
        _compute(int(who), folder, task, config)


def _deal(folder: Path, config: Any) -> None:
    totals = np.load(folder / "totals.npy")
    shares = spu.Io(PARTIES, config).make_shares(totals, libspu.Visibility.VIS_SECRET)
    for rank, share in enumerate(shares):
        (folder / f"{rank}.input").write_bytes(pickle.dumps(share))


def _open(folder: Path, config: Any) -> None:
    held = [_loaded(folder / f"{rank}.shares") for rank in range(PARTIES)]
    io = spu.Io(PARTIES, config)
    figures = [io.reconstruct(list(row)) for row in zip(*held, strict=True)]
    np.save(folder / "figures.npy", np.stack(figures))


def _compute(rank: int, folder: Path, task: dict[str, Any], config: Any) -> None:
    shape = np.zeros(task["shape"], dtype=np.int32)
    program = _program(shape, task)
    ports = libspu.link.Desc()
    for party, port in enumerate(task["ports"]):
        ports.add_party(f"party{party}", f"127.0.0.1:{port}")
    link = libspu.link.create_brpc(ports, rank)
    share = _loaded(folder / f"{rank}.input")
    runtime = spu.Runtime(link, config)
    seconds = []
    for _ in range(task["times"]):
        runtime.set_var(program.input_names[0], share)
        link.barrier()
        start = perf_counter()
        runtime.run(program)
        seconds.append(perf_counter() - start)
    found = [runtime.get_var(name) for name in program.output_names]
    (folder / f"{rank}.shares").write_bytes(pickle.dumps(found))
    status = Path("/proc/self/status").read_text("ascii").splitlines()
    (peak,) = (int(line.split()[1]) * 1024 / 1e6 for line in status if line.startswith("VmHWM:"))
    report = {"seconds": seconds, "peak": peak}
    (folder / f"{rank}.json").write_text(json.dumps(report), "utf-8")
    # no party may leave while another still reads from it
    link.barrier()


def _loaded(path: Path) -> Any:
    return pickle.loads(path.read_bytes())  # noqa: S301  written by this benchmark a moment ago


def _program(shape: Any, task: dict[str, Any]) -> Any:
    def figures(x: Any) -> list[Any]:
        areas = (*task["shape"][:-1], -1, task["area"])
        least = [x >= threshold for threshold in task["thresholds"]]
        counts = [one.astype(jnp.int32).reshape(areas).sum(axis=-1) for one in least]
        if task["cap"] is None:
            return counts
        # the cap is one of the thresholds, so that no comparison is done twice
        capped = jnp.where(least[task["thresholds"].index(task["cap"])], task["cap"], x)
        return [*counts, capped.reshape(areas).sum(axis=-1)]

    program, _ = frontend.compile(
        frontend.Kind.JAX,
        figures,
        (shape,),
        {},
        ["totals"],
        [libspu.Visibility.VIS_SECRET],
        lambda flat: [f"figure{number}" for number in range(len(flat))],
    )
    return program


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
