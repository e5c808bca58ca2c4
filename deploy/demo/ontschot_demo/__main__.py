# SPDX-License-Identifier: EUPL-1.2
"""``make demo``: a federation on this machine, from providers' files to published answers.

Every party is a process of its own, all talk over mTLS, and every step is the product's own code:
only the records, the town and the people are made up.
"""

import argparse
import contextlib
import io
import shutil
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console

from ontschot.node.cli.leaving_out import leave_out
from ontschot.protocol.language import Text
from ontschot_demo import measuring
from ontschot_demo.clients import Options, Paths, make_world, write_world
from ontschot_demo.comparing import compare
from ontschot_demo.endings import exit_code
from ontschot_demo.errors import FolderInUse
from ontschot_demo.installing import (
    QUESTIONS,
    Federation,
    install_coordinator,
    install_participants,
    sign_roster,
)
from ontschot_demo.offers import PROVIDERS
from ontschot_demo.output import COMPARISON, TABLES, write_answers, write_comparison
from ontschot_demo.processes import Processes, command
from ontschot_demo.report import Answers, Report
from ontschot_demo.screen import print_report
from ontschot_demo.seeing import parties
from ontschot_demo.steps import Steps
from ontschot_demo.town import generate_town, read_town
from ontschot_demo.truth import Sources, Truth

SEED = 2024
AT_ONCE = 2


def main() -> int:
    """Run the demo; return the exit code."""
    arguments = _arguments()
    console = Console(highlight=False)

    def work() -> None:
        with Steps(console) as steps:
            report = run(arguments, steps)
        print_report(report, console, most_rows=arguments.rows)

    return exit_code(work, console, interrupted=130)


def run(arguments: argparse.Namespace, steps: Steps) -> Report:
    """Make the world, start all parties, ask, wait, and put the truth beside the answers."""
    output: Path = arguments.output
    began = time.monotonic()
    steps.begin(Text("Stad en cliënten verzinnen", "Making up a town and clients"))
    town = read_town(arguments.geo, SEED) if arguments.geo else generate_town(SEED)
    _make_room(output)
    options = Options(seed=SEED, canaries=arguments.canaries)
    world = make_world(town, options)
    paths = write_world(output / "wereld", world)
    inputs = measuring.public_inputs(paths.addresses, paths.boundaries, town.year)
    logs = output / "logs"
    logs.mkdir()
    folder = output / "uitkomsten"
    with Processes(logs) as processes:
        federation = _install(
            output, processes, steps, town.gemeenten, inputs, options, arguments.questions
        )
        _load(federation, processes, steps, paths)
        for name in federation.nodes:
            processes.start(name, command("node", "run", "--home", str(output / name)))
        answers = _measure(
            federation, processes, steps, inputs, options, paths, arguments.questions
        )
        memory = processes.memory()
        maps = sum(len(TABLES[question]) for question in answers)
        steps.begin(Text("Kaarten en bestanden maken", "Making maps and files"), total=maps)
        write_answers(federation, answers, folder, steps.advance)
    tables = _compared(answers, Sources(paths.lines, paths.left_out, paths.addresses), options)
    write_comparison(tables, folder / COMPARISON)
    lines = [len(file.lines) for file in world.files]
    return Report(
        Text(f"Uitkomsten voor {town.name}", f"Answers for {town.name}"),
        tables,
        parties(federation, lines, len(town.addresses)),
        _remarks(output, memory, time.monotonic() - began),
    )


def _compared(
    answers: Mapping[str, Mapping[str, Any]], sources: Sources, options: Options
) -> tuple[Answers, ...]:
    with contextlib.closing(Truth(sources, options.period)) as truth:
        return tuple(t for q in answers for t in compare(q, answers[q], truth))


def _install(
    output: Path,
    processes: Processes,
    steps: Steps,
    gemeenten: tuple[str, ...],
    inputs: measuring.PublicInputs,
    options: Options,
    questions: tuple[str, ...],
) -> Federation:
    steps.begin(Text("Coördinator starten", "Starting the coordinator"))
    federation = install_coordinator(output)
    home = str(federation.coordinator.home)
    processes.start("coordinator", command("coordinator", "run", "--home", home))
    processes.wait_until_started("coordinator")
    steps.begin(Text("Deelnemers aanmelden", "Enrolling participants"), total=9)
    install_participants(federation, gemeenten, lambda _: steps.advance(), questions)
    steps.begin(Text("Rooster tekenen", "Signing the roster"))
    sign_roster(federation, inputs.listed(), options.period.first.year)
    return federation


def _load(federation: Federation, processes: Processes, steps: Steps, paths: Paths) -> None:
    providers = {name: node.agb for name, node in federation.nodes.items() if node.agb is not None}
    steps.begin(
        Text("Gegevens laden bij elke aanbieder", "Loading records at each provider"),
        total=len(providers),
    )
    loads = {}
    for name, agb in providers.items():
        home = federation.nodes[name].home
        loads[f"{name}-laden"] = command("node", "load", "--home", str(home), str(paths.lines[agb]))
        with contextlib.redirect_stdout(io.StringIO()):
            leave_out(home, paths.left_out[agb])
    processes.run_all(loads, AT_ONCE, steps.advance)


def _measure(
    federation: Federation,
    processes: Processes,
    steps: Steps,
    inputs: measuring.PublicInputs,
    options: Options,
    paths: Paths,
    questions: tuple[str, ...],
) -> dict[str, dict[str, Any]]:
    steps.begin(
        Text("Vragen goedkeuren en stellen", "Approving and asking questions"),
        total=len(questions),
    )
    round_ = measuring.open_round(federation, inputs, options.period, paths.boundaries, questions)
    for question, price in measuring.prices(questions).items():
        measuring.ask(federation, measuring.approved(federation, round_, question, price))
        steps.advance()
    show = _Watching(steps, len(PROVIDERS) * len(round_.variables), len(questions))
    measuring.wait_for_answers(federation, len(questions), processes.require_alive, show)
    return measuring.fetch_answers(federation)


class _Watching:
    """Turns what is counted while the demo waits into steps: first uploads, then answers."""

    def __init__(self, steps: Steps, uploads: int, answers: int) -> None:
        self._steps, self._uploads, self._answering = steps, uploads, False
        self._answers = answers
        steps.begin(Text("Inzenden in gesloten helften", "Uploading sealed halves"), total=uploads)

    def __call__(self, what: str, number: int) -> None:
        if what == "uploads" and not self._answering:
            self._steps.reach(number)
            if number >= self._uploads:
                self._answering = True
                self._steps.begin(
                    Text("Samen uitrekenen, met ruis", "Computing together, with noise"),
                    total=self._answers,
                )
        elif what == "answers" and self._answering:
            self._steps.reach(number)


def _remarks(output: Path, memory: Mapping[str, int], elapsed: float) -> tuple[Text, ...]:
    largest = max(memory.values(), default=0)
    folder = output / "uitkomsten"
    option = "" if output == Path("demo-output").resolve() else f" OUT={output}"
    return (
        Text("", ""),
        Text(
            f"Elk antwoord naast het echte getal: {folder / COMPARISON}",
            f"Each answer beside the true number: {folder / COMPARISON}",
        ),
        Text(f"Kaarten en bestanden: {folder}", f"Maps and files: {folder}"),
        Text(f"Bekijk ze in uw browser: make show{option}", f"In your browser: make show{option}"),
        Text(
            f"Duur {elapsed:.0f} s; het grootste onderdeel gebruikte {largest} MiB.",
            f"Took {elapsed:.0f} s; the largest party used {largest} MiB.",
        ),
    )


def _make_room(output: Path) -> None:
    marker = output / ".ontschot-demo"
    if output.exists() and any(output.iterdir()):
        if not marker.exists():
            raise FolderInUse(str(output))
        shutil.rmtree(output)
    output.mkdir(parents=True, exist_ok=True)
    marker.touch()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--output", type=lambda text: Path(text).resolve(), required=True)
    parser.add_argument("--geo", type=Path, help="GeoJSON with CBS buurten")
    parser.add_argument("--canaries", action="store_true", help="unique 7-digit amounts")
    parser.add_argument(
        "--questions",
        type=_questions,
        default=QUESTIONS,
        help=f"for instance Q01,Q02: of {', '.join(TABLES)}",
    )
    parser.add_argument("--rows", type=int, default=8, help="areas shown of each table")
    return parser.parse_args()


def _questions(text: str) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(text.split(",")))
    if not set(chosen) <= set(TABLES):
        raise argparse.ArgumentTypeError(text)
    return chosen


if __name__ == "__main__":
    sys.exit(main())
