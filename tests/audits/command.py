# SPDX-License-Identifier: EUPL-1.2
"""Audit everything and write ``docs/audits.md``; with a number of releases, only show findings."""

import argparse
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from pathlib import Path
from typing import Final, TypeAlias, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from audits import independence
from audits.auditing import Finding, Sample, audit, findings, sample
from audits.broken import faults
from audits.kind_laws import Fit, fits
from audits.kinds import KINDS, Kind, left_out
from audits.laws import ONE_IN, Law, worst
from audits.noise_only import of_helpers, released
from audits.page import findings_table, page
from audits.releasing import VIEWS
from benchmarks.machine import commit, machine
from ontschot.protocol.clock import system_clock
from ontschot.protocol.language import Text, terminal_language, tr

PAGE: Final = Path(__file__).parents[2] / "docs" / "audits.md"

RELEASES: Final = 2000
"""Releases of each world in a whole audit."""

PART: Final = 250
"""Releases of each world that one process makes at a time."""

KEPT: Final = 50
"""Of how many of these in each world the noise itself is tested too."""

SCALES: Final = (Fraction(45, 64), Fraction(3), Fraction(10), Fraction(224), Fraction(20_000))
LAW_RELEASES: Final = 1000
INDEPENDENT_RELEASES: Final = 3000

Rows: TypeAlias = list[tuple[str, ...]]
T = TypeVar("T")


@dataclass(slots=True)
class Asked:
    """What the processes were asked to work out; results in the order of asking."""

    kinds: dict[Kind, list[Future[Sample]]] = field(default_factory=dict)
    broken: list[Future[list[Finding]]] = field(default_factory=list)
    laws: list[Future[Rows]] = field(default_factory=list)
    free: list[Future[Rows]] = field(default_factory=list)


def main(words: Sequence[str] | None = None) -> int:
    """Audit; return 0 when every claim stands and every broken mechanism is refuted, else 1."""
    parser = argparse.ArgumentParser(prog="python -m tests.audits", description=__doc__)
    parser.add_argument("releases", nargs="?", type=int)
    asked: int | None = parser.parse_args(words).releases
    console = Console(highlight=False)
    began, start = system_clock(), time.monotonic()
    about = [("commit", commit()), *machine()]
    with working(console) as ask:
        work = ask(asked or RELEASES, whole=asked is None)
        seen = {kind: reduce(Sample.and_more, _all(parts)) for kind, parts in work.kinds.items()}
        found = [one for kind, made in seen.items() for one in findings(kind, made)]
        # Of few releases the laws cannot be tested.
        tested = seen.items() if asked is None else ()
        fitted = [one for kind, made in tested for one in fits(kind, made.noise)]
        broken = [one for part in _all(work.broken) for one in part]
        laws = [row for part in _all(work.laws) for row in part]
        free = [row for part in _all(work.free) for row in part]
    console.print(findings_table(found), findings_table(broken, broken=True), sep="\n")
    if asked is None:
        seconds = time.monotonic() - start
        text = page(
            laws, fitted, free, found, broken, left_out(), about, moment=began, seconds=seconds
        )
        PAGE.write_text(text, "utf-8")
        where = PAGE.relative_to(PAGE.parents[1])
        console.print(tr(f"Opgeschreven in {where}", f"Written to {where}"))
    return 0 if as_claimed(found, broken, fitted) else 1


def as_claimed(found: Sequence[Finding], broken: Sequence[Finding], fitted: Sequence[Fit]) -> bool:
    """Return whether every claim stands, every fault is found, and all noise has its law."""
    return (
        not any(one.exceeded for one in found)
        and all(one.exceeded for one in broken)
        and all(one.p > ONE_IN for one in fitted)
    )


@contextmanager
def working(console: Console) -> Iterator[Callable[..., Asked]]:
    """Give a function that hands out all work, to as many processes as there are cores.

    Progress is shown until the context ends. Work that nobody waits for any more is not begun.
    """
    columns = (
        TextColumn("{task.description:30}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    cores = len(os.sched_getaffinity(0))
    # A new interpreter for each process: the bars are drawn by a thread, which a fork would copy.
    pool = ProcessPoolExecutor(cores, mp_context=multiprocessing.get_context("spawn"))
    with Progress(*columns, console=console) as progress:
        try:
            yield lambda releases, *, whole: _hand_out(pool, progress, releases, whole=whole)
        finally:
            pool.shutdown(cancel_futures=True)


def _hand_out(
    pool: ProcessPoolExecutor, progress: Progress, releases: int, *, whole: bool
) -> Asked:
    asked = Asked()
    parts = [min(PART, releases - done) for done in range(0, releases, PART)]
    for kind in KINDS:
        asked.kinds[kind] = [pool.submit(sample, kind, size, kept=KEPT) for size in parts]
    asked.broken = [pool.submit(broken_findings, number) for number in range(len(faults()))]
    if whole:
        asked.laws = [pool.submit(law_rows, scale) for scale in SCALES]
        asked.free = [pool.submit(independence_rows)]
    worlds = [part for made in asked.kinds.values() for part in made]
    laws = [*asked.laws, *asked.free]
    _show(progress, Text("werelden naast elkaar", "neighbouring worlds"), worlds)
    _show(progress, Text("kapotte ruis", "broken noise"), asked.broken)
    _show(progress, Text("verdeling, onafhankelijkheid", "law, independence"), laws)
    return asked


def _show(progress: Progress, title: Text, work: Sequence[Future[T]]) -> None:
    if work:
        shown = progress.add_task(title.in_language(terminal_language()), total=len(work))
        for one in work:
            one.add_done_callback(lambda _done: progress.advance(shown))


def _all(work: Sequence[Future[T]]) -> list[T]:
    return [one.result() for one in work]


def broken_findings(number: int) -> list[Finding]:
    """Return what the audit finds of one broken mechanism, by the view that must see it."""
    fault = faults()[number]
    found = audit(fault.kind, fault.releases, fault.mechanism)
    return [finding for finding in found if finding.view == fault.view]


def law_rows(scale: Fraction) -> Rows:
    """Return scale, view, draws and smallest p-value of one scale, for each view."""
    one = Law.gaussian(scale)
    noise = released(scale, LAW_RELEASES)
    return [
        (f"{float(scale):g}", view, f"{drawn.size:,}", f"{worst(drawn.reshape(-1), law):.3g}")
        for view, drawn, law in zip(VIEWS, noise, (one.plus(one), one, one), strict=True)
    ]


def independence_rows() -> Rows:
    """Return each test of independence with its p-value."""
    drawn = of_helpers(released(Fraction(10), INDEPENDENT_RELEASES, blocks=2, outputs=3))
    return [(name, f"{p:.3g}") for name, p in independence.p_values(drawn).items()]
