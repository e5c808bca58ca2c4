# SPDX-License-Identifier: EUPL-1.2
"""Measure everything and write ``docs/benchmarks.md``, or measure some parts and only show them."""

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TimeElapsedColumn
from rich.table import Table

from benchmarks.figures import Row, written
from benchmarks.machine import commit, machine
from benchmarks.page import Section, judged, page
from ontschot.protocol.clock import system_clock
from ontschot.protocol.language import Text, terminal_language, tr

PAGE: Final = Path(__file__).parents[2] / "docs" / "benchmarks.md"


@dataclass(frozen=True, slots=True)
class Part:
    """A module of this folder with a function ``run``, and what the page says of it.

    ``tells``: it takes an hour or more, so ``run`` gets a function for rows as they come.
    """

    title: Text
    text: str
    tells: bool = False


PARTS: Final[dict[str, Part]] = {
    "release": Part(
        Text("Een antwoord, met echte processen", "An answer, with real processes"),
        """\
Six providers, two helpers, a dealer and a coordinator: a process each, over mTLS, everything
flushed to disk. A year of made-up care is loaded at six providers; each question is asked several
times for different purposes, one after the other. Gate keys are dealt when they are wanted
(`spare_batches = 0`); a coordinator with a stock has no such wait.

The time to an answer begins when the last provider has its consent on disk and ends when another
process can read the published answer. The coordinator's own stamps leave out the way of the last
consent to it and the writing of the answer.
""",
    ),
    "releases": Part(
        Text("Antwoorden op schaal, met echte processen", "Answers at scale, with real processes"),
        """\
The same for more providers and addresses: Q13 (how many providers a family has; one variable) and
Q02 (cost per kind of care; eight variables). Coordinator, two helpers, dealer and each of 5 or 20
providers are processes over mTLS; 100 providers are one process that speaks for all of them, each
with its own keys, records, ledger and connection. Records are made up and written into the
providers' stores; from there on everything is the product's own.

An answer is timed from the last consent on its provider's disk until the answer is read over REST.
What comes before it stands apart: uploads, the check of each upload, and the dealing and audit of
gate keys, which a coordinator with a stock has done before anyone asks. Bytes are those of TCP by
the kernel's count, with TLS and gRPC in them; of providers and helpers the largest is given, of a
hundred providers the mean.

*Pooled DuckDB* joins all records of all providers with the addresses in one database: the limit,
and what nobody may do. *SPU* gets shares of the totals over twenty providers, and only computes; in
an answer's time are also the letters, signatures, checks, noise and disks of all parties.

Each upload is checked with gate keys of its own, eight times as many for Q02 as for Q13, and all of
them are dealt and audited on the two cores that do all parties' work. So here the dealer makes two
of each set of keys and helpers audit one; outside a demo it is at least a hundred for places of
this size, and what each of them costs stands below at the gates. A release itself is the same.

![An answer by number of providers](images/bench-release-nodes.svg)
![An answer by number of addresses](images/bench-release-slots.svg)
![Questions at the same time](images/bench-release-questions.svg)
""",
        tells=True,
    ),
    "gates": Part(
        Text("De poorten alleen", "The gates alone"),
        """\
A dealer's keys, and two helpers as processes of their own over loopback, without letters:
comparison gates (amounts) and table gates (numbers of providers), in areas of 250 slots. Beside
them three processes of [SPU](https://github.com/secretflow/spu) 0.9.5 with its protocol ABY3, in
rings of 32 and 64 bits, on the same totals and with the same figures; and what it costs when all
data is in one place. SPU has no dealer: the dealer's time comes on top of the helpers', long before
a question is asked, as many times as there are candidates to audit. All helpers and parties share
the cores of this machine.
""",
    ),
    "sums": Part(
        Text("Optellen over een heel land", "A sum over a whole country"),
        """\
What a helper does with the uploads of a hundred providers, with a slot for each address of the
Netherlands: half of them are shares, half of them seeds. It opens each sealed half and keeps it on
disk, as when it arrives; it adds up all halves and sums them per area, and noise and pad make its
half of an answer. Each step is the product's own, in one process and one thread. What stands around
them is not here: connections, letters, signatures, the ledger, and the gate between adding up and
sums per area; the parts above tell of those.
""",
    ),
    "growth": Part(
        Text("Hoe de kosten groeien", "How cost grows"),
        """\
One helper, one thread, keys and shares in memory. Both scales are powers of ten: a straight line
that climbs as fast as it goes right is a cost in proportion to the work.

![A gate by number of slots](images/bench-slots.svg)
![A gate by number of thresholds or outputs](images/bench-outputs.svg)
![Sums by number of areas](images/bench-areas.svg)
![Adding up by number of uploads](images/bench-uploads.svg)
""",
    ),
    "log": Part(
        Text("Het logboek", "The transparency log"),
        """\
A million entries of 400 bytes in the coordinator's log, on SQLite, beside the same bytes in a plain
table. Verifying the whole log computes every hash anew and checks every stored tile and signed
checkpoint; an auditor does the same with an export.
""",
    ),
    "universe": Part(
        Text("Het adressenbestand", "The public address list"),
        """\
Building and reading a universe, and placing clients in it, beside a plain dict that gets normalised
addresses and knows no rule but the exact one.
""",
    ),
    "intake": Part(
        Text("Gegevens laden", "Loading records"),
        """\
Loading a provider's CSV file with every rule, beside `csv.reader` with `executemany`: no rules, no
sealed BSN, one table. Processor time; the memory is that of a process of its own.
""",
    ),
}


def main(words: Sequence[str] | None = None) -> int:
    """Measure what ``words`` (those of the command line when absent) name; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=", ".join(PARTS))
    chosen: list[str] = parser.parse_args(words).parts
    unknown = sorted(set(chosen) - set(PARTS))
    if unknown:
        parser.error(f"{', '.join(unknown)}: choose from {', '.join(PARTS)}")
    console = Console(highlight=False)
    began, start = system_clock(), time.monotonic()
    about = [("commit", commit()), *machine()]
    sections = _measure(console, chosen or list(PARTS))
    if not chosen:
        for file, drawing in (item for one in sections for item in one.images.items()):
            (PAGE.parent / "images" / file).write_text(drawing, "utf-8")
        PAGE.write_text(page(sections, about, began, time.monotonic() - start), "utf-8")
        where = PAGE.relative_to(PAGE.parents[1])
        console.print(tr(f"Opgeschreven in {where}", f"Written to {where}"))
    return 0


def _measure(console: Console, names: Sequence[str]) -> list[Section]:
    sections = []
    columns = (SpinnerColumn(finished_text="✓"), "{task.description}", TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        for name in names:
            part = PARTS[name]
            shown = progress.add_task(part.title.in_language(terminal_language()), total=1)
            module = import_module(f"benchmarks.{name}")
            telling = {"told": partial(_tell, console)} if part.tells else {}
            rows: list[Row] = module.run(**telling)
            targets = getattr(module, "TARGETS", ())
            images = module.images(rows) if hasattr(module, "images") else {}
            sections.append(Section(part.title.en, part.text, rows, targets, images))
            progress.advance(shown)
            _show(console, sections[-1])
    return sections


def _tell(console: Console, rows: Sequence[Row]) -> None:
    for name, value, unit in rows:
        console.print(f"  {name}: {written(value, unit)}")


def _show(console: Console, section: Section) -> None:
    shown = Table(title=section.title, title_justify="left", show_header=False)
    for name, value, unit in section.rows:
        shown.add_row(name, written(value, unit))
    console.print(shown)
    for line in judged(section.rows, section.targets):
        console.print(" | ".join(line).replace("**", ""))
