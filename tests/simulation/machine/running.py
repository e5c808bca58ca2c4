# SPDX-License-Identifier: EUPL-1.2
"""Run worlds by seed, replay lists of steps, and shrink a list that breaks a rule.

Own steps and not hypothesis' ``RuleBasedStateMachine``, for three reasons. A step here costs some
milliseconds (real signatures, real transactions) and a bug needs hundreds; hypothesis' own book-
keeping per rule, and its shrinking by thousands of runs from the beginning, would eat the budget.
Its choices depend on what is possible at that moment, so a choice left out changes what the later
ones mean; here a step names what it is about, and leaving some out leaves the others as they are.
And a million steps are run in pieces that go on by seed, with no database of examples.

A world is: a base (``BASES``), a seed, a number of steps. Keys and signatures differ from run to
run; what is drawn does not depend on them.
"""

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

import structlog

from simulation.machine import ledgers
from simulation.machine.acts import Step, do
from simulation.machine.drawing import Drawing
from simulation.machine.report import Tally
from simulation.machine.rules import CHECKED, Violation, require
from simulation.machine.world import (
    PARTIES,
    Fault,
    World,
    make_answered,
    make_asked,
    make_gates,
    make_world,
)

LENGTH: Final = 500
"""Steps of one world."""

BASES: Final = {"open": 1, "asked": 5, "answered": 4, "gates": 3}
"""How often worlds begin where."""


@dataclass(frozen=True)
class Bases:
    """Where worlds begin.

    ``open``: a round and nothing asked. ``asked``: uploads are admitted, and keys in stock.
    ``answered``: the question was answered once. ``gates``: questions through other kinds of gates.
    """

    folder: Path
    worlds: dict[str, World]

    @classmethod
    def build(cls, folder: Path) -> "Bases":
        """Make all; takes a few seconds."""
        with _logs():
            opened = make_world(folder / "open")
            asked = make_asked(opened, folder / "asked")
            answered = make_answered(asked, folder / "answered")
            gates = make_gates(opened, folder / "gates")
        worlds = {"open": opened, "asked": asked, "answered": answered, "gates": gates}
        return cls(folder, worlds)

    @contextmanager
    def world(self, name: str, fault: Fault | None = None) -> Iterator[tuple[World, list[str]]]:
        """Give a world that begins there, with the log lines of it, and remove it afterwards."""
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        with _logs() as lines:
            world = self.worlds[name].copy(folder / "world", fault)
            try:
                yield world, lines
                _check_lines(world, lines)
            finally:
                world.close()
                shutil.rmtree(folder)


def _check_lines(world: World, lines: list[str]) -> None:
    text = "\n".join(lines).encode()
    require(not world.history.needles.found_in(text), "kept-secret", "a line in a log")


@dataclass(frozen=True, slots=True)
class Found:
    """A broken rule: where the world began, the steps up to it, and what it was."""

    base: str
    steps: list[Step]
    violation: Violation

    def __str__(self) -> str:
        """Return a test that can be pasted into ``test_found.py``."""
        lines = "".join(f"    {step!r},\n" for step in self.steps)
        return f"{self.violation}\nreplay(bases, {self.base!r}, [\n{lines}])"


def look_at_all(world: World) -> None:
    """Check everybody, and, where a world ends, everything on disk."""
    world.touched.update(PARTIES)
    world.led = True
    world.history.answers.clear()
    world.look()
    world.close()
    ledgers.check_files(world)


def replay(
    bases: Bases, base: str, steps: Sequence[Step], fault: Fault | None = None
) -> Found | None:
    """Take these steps; return the rule that broke, with the steps up to there."""
    return _run(bases, base, iter(steps), fault, [])


def explore(
    bases: Bases,
    seed: int,
    length: int = LENGTH,
    fault: Fault | None = None,
    tally: Tally | None = None,
    begin: str | None = None,
) -> Found | None:
    """Take ``length`` drawn steps; return the rule that broke, with the steps up to there.

    What was done is added to ``tally``. The world begins at ``begin``, or where is drawn.
    """
    drawing = Drawing(seed)
    (base,) = drawing.chance.choices(list(BASES), list(BASES.values()))
    base = begin or base

    def steps(world: World) -> Iterator[Step]:
        for _ in range(length):
            yield drawing.next(world)

    before = Counter(CHECKED)
    taken: list[Step] = []
    try:
        return _run(bases, base, steps, fault, taken, tally)
    finally:
        if tally is not None:
            tally.episodes += 1
            tally.acts.update(str(step[0]) for step in taken)
            tally.rules.update(CHECKED - before)


def _run(
    bases: Bases,
    base: str,
    source: Any,
    fault: Fault | None,
    taken: list[Step],
    tally: Tally | None = None,
) -> Found | None:
    try:
        with bases.world(base, fault) as (world, lines):
            known = len(world.history.published)
            for step in source(world) if callable(source) else source:
                taken.append(step)
                before = len(lines)
                do(world, step)
                world.look()
                # What is logged before it is known to be a secret is found at the end.
                _check_lines(world, lines[before:])
            look_at_all(world)
            if tally is not None:
                tally.crashes += world.kills
                tally.published += len(world.history.published) - known
    except Violation as violation:
        return Found(base, taken, violation)
    except Exception as error:  # noqa: BLE001 -- whatever a party raises that nobody expected
        unexpected = Violation(f"unexpected {type(error).__name__}", str(error)[:300])
        unexpected.__cause__ = error
        return Found(base, taken, unexpected)
    return None


@contextmanager
def _logs() -> Iterator[list[str]]:
    """Let every log line of every party, at any level, end in a list."""
    lines: list[str] = []

    def keep(_logger: object, _method: str, event: MutableMapping[str, Any]) -> NoReturn:
        lines.append(repr(event))
        raise structlog.DropEvent

    before = structlog.get_config()
    structlog.configure(processors=[keep], wrapper_class=structlog.make_filtering_bound_logger(0))
    try:
        yield lines
    finally:
        structlog.configure(**before)
