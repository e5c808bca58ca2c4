# SPDX-License-Identifier: EUPL-1.2
"""``docs/benchmarks.md``: what was measured, on what, and beside what."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from benchmarks.figures import Row, Target, is_ratio, table, written
from ontschot.protocol.clock import to_text

NOTICE = "<!-- Written by `make bench`; changes made by hand are lost. -->"

INTRODUCTION = """\
How long things take; how near answers come to the truth is in [utility.md](utility.md).

Figures of one machine. Seconds say little about yours; a ratio says how much dearer something is
than the plain way of doing it, run beside it on the same machine. Make this page anew with
`make bench`, an hour or more on two cores; `make bench ONLY=gates` measures one part and writes
nothing. The code is in `tests/benchmarks/`. Everything else on a machine only makes it slower, so
what one thread computes is the best of a few runs; what parties do together is given with its worst
run.
"""

TARGETS = """\
Two cores do the work of all ten parties. A target is judged here and in no test: a test that fails
on a busy machine teaches people to ignore it.
"""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the page: what was done, the rows that came out, and drawings by file name."""

    title: str
    text: str
    rows: Sequence[Row]
    targets: Sequence[Target] = ()
    images: Mapping[str, str] = field(default_factory=dict)


def page(
    sections: Sequence[Section], about: Iterable[tuple[str, str]], moment: datetime, seconds: float
) -> str:
    """Return the page.

    Args:
        sections: everything that was measured, in order.
        about: names and values of what it was measured on.
        moment: when that began.
        seconds: how long it took.
    """
    facts = [
        ("command", "`make bench`"),
        ("began", to_text(moment)),
        ("took", f"{seconds:.0f} s"),
        *about,
    ]
    parts = [
        NOTICE,
        f"# Benchmarks\n\n{INTRODUCTION}",
        table(facts, ("", "")),
        *_judged(sections),
        *(f"## {one.title}\n\n{one.text}\n{_rows(one.rows)}" for one in sections),
    ]
    return "\n".join(part if part.endswith("\n") else part + "\n" for part in parts)


def judged(rows: Sequence[Row], targets: Sequence[Target]) -> list[tuple[str, str, str, str]]:
    """Return for each target: what, the most it may be, what it was, and whether it is met.

    Of what could not be measured here it says so.
    """
    found: Mapping[str, tuple[float, str]] = {name: (value, unit) for name, value, unit in rows}
    lines = []
    for target in targets:
        if target.row not in found:
            lines.append((target.row, f"{target.most:g}", "not measured", ""))
            continue
        value, unit = found[target.row]
        met = "met" if target.met(value) else "**missed**"
        lines.append((target.row, written(target.most, unit), written(value, unit), met))
    return lines


def _judged(sections: Sequence[Section]) -> list[str]:
    lines = [line for one in sections for line in judged(one.rows, one.targets)]
    if not lines:
        return []
    heads = ("what", "at most", "measured", "")
    return [f"## Targets\n\n{TARGETS}\n{table(lines, heads)}"]


def _rows(rows: Sequence[Row]) -> str:
    # Ratios first: they are what holds on another machine.
    ratios = [row for row in rows if is_ratio(row)]
    others = [row for row in rows if not is_ratio(row)]
    kinds = (("ratio", ratios), ("measured", others))
    return "\n".join(
        table([(name, written(value, unit)) for name, value, unit in some], ("what", head), right=1)
        for head, some in kinds
        if some
    )
