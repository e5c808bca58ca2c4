# SPDX-License-Identifier: EUPL-1.2
"""Audit everything and write ``docs/audits.md``; with a number of releases, only show findings."""

import argparse
import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Final, TypeVar

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TimeElapsedColumn

from audits import independence
from audits.auditing import Finding, audit
from audits.broken import faults
from audits.kinds import KINDS, left_out
from audits.laws import Law, worst
from audits.noise_only import of_helpers, released
from audits.page import findings_table, page
from audits.releasing import VIEWS
from benchmarks.machine import commit, machine
from ontschot.protocol.clock import system_clock
from ontschot.protocol.language import Text, terminal_language, tr

PAGE: Final = Path(__file__).parents[2] / "docs" / "audits.md"

RELEASES: Final = 2000
"""Releases of each world in a whole audit."""

SCALES: Final = (Fraction(45, 64), Fraction(3), Fraction(10), Fraction(224), Fraction(20_000))
LAW_RELEASES: Final = 1000
INDEPENDENT_RELEASES: Final = 3000

T = TypeVar("T")


def main(words: Sequence[str] | None = None) -> int:
    """Audit; return 0 when every claim stands and every broken mechanism is refuted, else 1."""
    parser = argparse.ArgumentParser(prog="python -m tests.audits", description=__doc__)
    parser.add_argument("releases", nargs="?", type=int)
    asked: int | None = parser.parse_args(words).releases
    console = Console(highlight=False)
    began, start = system_clock(), time.monotonic()
    about = [("commit", commit()), *machine()]
    columns = (SpinnerColumn(finished_text="✓"), "{task.description}", TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:

        def step(title: Text, work: Callable[[], T]) -> T:
            shown = progress.add_task(title.in_language(terminal_language()), total=1)
            done = work()
            progress.advance(shown)
            return done

        findings = [
            finding
            for kind in KINDS
            for finding in step(
                Text(kind.name, kind.name),
                lambda kind=kind: audit(kind, asked or RELEASES),  # type: ignore[misc]
            )
        ]
        broken = step(Text("kapotte ruis", "broken noise"), broken_findings)
        if asked is None:
            laws = step(Text("verdeling van de ruis", "law of the noise"), law_rows)
            free = step(Text("onafhankelijkheid", "independence"), independence_rows)
    console.print(findings_table(findings), findings_table(broken, broken=True), sep="\n")
    if asked is None:
        seconds = time.monotonic() - start
        text = page(laws, free, findings, broken, left_out(), about, began, seconds)
        PAGE.write_text(text, "utf-8")
        where = PAGE.relative_to(PAGE.parents[1])
        console.print(tr(f"Opgeschreven in {where}", f"Written to {where}"))
    as_claimed = not any(one.exceeded for one in findings) and all(one.exceeded for one in broken)
    return 0 if as_claimed else 1


def broken_findings() -> list[Finding]:
    """Return what the audit finds of each broken mechanism, by the view that must see it."""
    return [
        finding
        for fault in faults()
        for finding in audit(fault.kind, fault.releases, fault.mechanism)
        if finding.view == fault.view
    ]


def law_rows() -> list[tuple[str, ...]]:
    """Return scale, view, draws and smallest p-value, for each scale and view."""
    rows: list[tuple[str, ...]] = []
    for scale in SCALES:
        one = Law.gaussian(scale)
        noise = released(scale, LAW_RELEASES)
        for view, drawn, law in zip(VIEWS, noise, (one.plus(one), one, one), strict=True):
            p = worst(drawn.reshape(-1), law)
            rows.append((f"{float(scale):g}", view, f"{drawn.size:,}", f"{p:.3g}"))
    return rows


def independence_rows() -> list[tuple[str, ...]]:
    """Return each test of independence with its p-value."""
    drawn = of_helpers(released(Fraction(10), INDEPENDENT_RELEASES, blocks=2, outputs=3))
    return [(name, f"{p:.3g}") for name, p in independence.p_values(drawn).items()]
