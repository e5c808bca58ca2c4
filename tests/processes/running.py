# SPDX-License-Identifier: EUPL-1.2
"""A whole federation as real processes over mTLS, for tests: started, asked, and always stopped.

The steps are those of ``make demo``. ``running`` is a context: on the way out every process is
gone, also when a test fails or time is up; and when the process of the tests itself is killed, the
system ends them (``tied``). A test may replace the command of any participant by an entry point of
this folder (``entry_*.py``), which composes the same role with something injected.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from typer.testing import CliRunner

from ontschot.node.cli import app
from ontschot.node.settings import Settings
from ontschot.protocol.documents.queries import Query
from ontschot.protocol.documents.rounds import Round
from ontschot_demo import measuring
from ontschot_demo.clients import Options, Paths, World, write_world
from ontschot_demo.installing import (
    HELPERS,
    Federation,
    install_coordinator,
    install_participants,
    sign_roster,
)
from ontschot_demo.measuring import PublicInputs
from ontschot_demo.processes import Processes, command

ROOT = Path(__file__).parents[2]
SOURCES = ("proto/src", "node/src", "coordinator/src", "portal/src")
PATIENCE = 600.0
"""Seconds that any one step may take on the slowest machine; a test then fails."""

LOOK_SECONDS = 0.05

CANDIDATES = 3
"""The dealer makes so many of each set of keys: one is used, and more than one audited."""

_TIED = (
    "import ctypes, os, signal, sys;"
    "ctypes.CDLL(None).prctl(1, signal.SIGTERM);"  # 1: PR_SET_PDEATHSIG
    "os.execv(sys.argv[1], sys.argv[1:])"
)

Command: TypeAlias = Callable[[Settings], list[str]]
"""Gives the command line that runs a participant."""


@dataclass(slots=True)
class Running:
    """A federation whose processes run; ``queries`` are the questions asked so far."""

    folder: Path
    world: World
    options: Options
    paths: Paths
    inputs: PublicInputs
    federation: Federation
    processes: Processes
    round: Round | None = None
    queries: dict[str, Query] = field(default_factory=dict)

    @property
    def logs(self) -> Path:
        """The folder with what each process wrote."""
        return self.folder / "logs"

    def home(self, name: str) -> Path:
        """Return the home folder of a party."""
        return self.folder / name

    def pids(self) -> dict[str, int]:
        """Return the number of each running process, by party."""
        return {name: process.pid for name, process in self.processes.running.items()}

    def wait_until_connected(self) -> None:
        """Wait until every participant has its connection."""
        self.wait_for(lambda: all(map(self._is_connected, self.federation.nodes)))

    def ask(self, *questions: str) -> None:
        """Open the round, if that was not done, and ask approved questions in it."""
        if self.round is None:
            self.round = measuring.open_round(
                self.federation, self.inputs, self.options.period, self.paths.boundaries
            )
        for question in questions:
            signed = measuring.approved(self.federation, self.round, question)
            self.queries[question] = Query.parse(signed.payload)
            measuring.ask(self.federation, signed)

    def answers(self, look: Callable[[], None]) -> dict[str, dict[str, Any]]:
        """Wait for an answer to every question asked; ``look`` is called now and then."""
        alive = self._until_out_of_time()

        def show(_what: str, _number: int) -> None:
            look()

        measuring.wait_for_answers(self.federation, len(self.queries), alive, show)
        return measuring.fetch_answers(self.federation)

    def wait_for(self, condition: Callable[[], bool]) -> None:
        """Wait until ``condition`` holds.

        Raises:
            PartyStopped: a process ended.
            TimeoutError: it took longer than ``PATIENCE``.
        """
        alive = self._until_out_of_time()
        while not condition():
            alive()
            time.sleep(LOOK_SECONDS)

    def _until_out_of_time(self) -> Callable[[], None]:
        deadline = time.monotonic() + PATIENCE

        def alive() -> None:
            self.processes.require_alive()
            if time.monotonic() > deadline:
                raise TimeoutError(str(self.logs))

        return alive

    def _is_connected(self, name: str) -> bool:
        with suppress(FileNotFoundError):
            lines = (self.logs / f"{name}.log").read_text("utf-8").splitlines()
            return any(json.loads(line).get("state") == "connected" for line in lines)
        return False


@contextmanager
def running(
    folder: Path,
    world: World,
    options: Options,
    run: Command | None = None,
    published: Path | None = None,
) -> Iterator[Running]:
    """Install a federation for ``world`` below ``folder`` and run it until the context ends.

    Records are loaded and all participants are connected when this yields; nothing was asked.

    Args:
        folder: must exist.
        world: the town and its records.
        options: what the world was made with.
        run: how a participant is started; the product's own command when absent.
        published: where the coordinator notes every answer that it writes; nowhere when absent.
    """
    paths = write_world(folder / "wereld", world)
    inputs = measuring.public_inputs(paths.addresses, paths.boundaries, world.town.year)
    logs = folder / "logs"
    logs.mkdir()
    with Processes(logs, _environment()) as processes:
        federation = install_coordinator(folder)
        processes.start("coordinator", tied(_coordinator(federation.coordinator.home, published)))
        processes.wait_until_started("coordinator")
        install_participants(federation, world.town.gemeenten, lambda _: None)
        sign_roster(
            federation,
            inputs.listed(),
            options.period.first.year,
            audit_candidates=CANDIDATES,
        )
        for name, settings in federation.nodes.items():
            processes.start(name, tied((run or product)(settings)))
        party = Running(folder, world, options, paths, inputs, federation, processes)
        _load(party)
        party.wait_until_connected()
        yield party


def product(settings: Settings) -> list[str]:
    """Return the product's own command that runs a participant."""
    return command("node", "run", "--home", str(settings.home))


def _coordinator(home: Path, published: Path | None) -> list[str]:
    if published is None:
        return command("coordinator", "run", "--home", str(home))
    entry = Path(__file__).with_name("entry_coordinator.py")
    return [sys.executable, str(entry), str(home), str(published)]


def tied(arguments: list[str]) -> list[str]:
    """Return a command that becomes ``arguments`` and ends with its parent (by Linux)."""
    return [sys.executable, "-S", "-c", _TIED, *arguments]


def noting_helpers(noise: Path) -> Command:
    """Return commands with which both helpers note their noise, in ``noise/<helper>.jsonl``."""
    entry = Path(__file__).with_name("entry_helper.py")

    def run(settings: Settings) -> list[str]:
        if settings.name not in HELPERS:
            return product(settings)
        file = noise / f"{settings.name}.jsonl"
        return [sys.executable, str(entry), str(settings.home), str(file)]

    return run


def _load(party: Running) -> None:
    # The commands themselves, in this process: starting twelve more takes longer than their work.
    for name, settings in party.federation.nodes.items():
        if settings.agb is None:
            continue
        home = ("--home", str(settings.home))
        said = [
            _invoke("load", *home, str(party.paths.lines[settings.agb])),
            _invoke("leave-out", *home, str(party.paths.left_out[settings.agb])),
        ]
        (party.logs / f"{name}-laden.log").write_text("".join(said), "utf-8")


def _invoke(*words: str) -> str:
    done = CliRunner().invoke(app, list(words), catch_exceptions=False)
    if done.exit_code:
        raise AssertionError(done.output)
    return done.output


def _environment() -> dict[str, str]:
    # Processes run this checkout, also where another copy of the packages is installed.
    roots = [str(ROOT / source) for source in SOURCES]
    inherited = os.environ.get("PYTHONPATH")
    return {"PYTHONPATH": os.pathsep.join([*roots, *([inherited] if inherited else [])])}
