# SPDX-License-Identifier: EUPL-1.2
"""Make a failing list short: calm first, then delta debugging (Zeller and Hildebrandt, TSE 2002).

Most of a list is letters carried one by one, in an order that hardly ever matters. So first each
run of undisturbed letters becomes one ``settle``; often that still fails, and is a tenth as long.
Where it does matter at the end, only the beginning becomes calm, as much of it as can be.
Then pieces are left out, halves first, as long as the same rule breaks.
"""

from collections.abc import Callable, Sequence
from typing import Final

from simulation.machine.acts import Step
from simulation.machine.running import Bases, Found, replay
from simulation.machine.world import Fault

TRIES: Final = 150
"""Runs that shrinking may take; what is left then is short enough to read."""

Fails = Callable[[Sequence[Step]], Found | None]


def shrink(bases: Bases, found: Found, fault: Fault | None = None, tries: int = TRIES) -> Found:
    """Return a list, as short as ``tries`` runs can make it, that breaks the same rule."""
    left = tries

    def fails(steps: Sequence[Step]) -> Found | None:
        nonlocal left
        if left <= 0:
            return None
        left -= 1
        again = replay(bases, found.base, steps, fault)
        same = again is not None and again.violation.rule == found.violation.rule
        return again if same else None

    best = found
    for calmer in (_without_letters, _calm):
        again = fails(calmer(best.steps))
        if again is not None and len(again.steps) < len(best.steps):
            best = again
    return _leave_out(_calm_beginning(best, fails), fails)


def _undisturbed(step: Step) -> bool:
    return (step[0] == "post" and len(step) == 2) or (step[0] == "deliver" and len(step) == 3)


def _calm(steps: Sequence[Step]) -> list[Step]:
    """Each run of undisturbed letters becomes one ``settle``."""
    calm: list[Step] = []
    for step in steps:
        if not _undisturbed(step):
            calm.append(step)
        elif not calm or calm[-1] != ("settle",):
            calm.append(("settle",))
    return [*calm, ("settle",)]


def _calm_beginning(best: Found, fails: Fails) -> Found:
    """Calm as many of the first steps as can be, where the order of the last letters matters."""
    low, high = 0, len(best.steps)
    while high - low > 1:
        middle = (low + high) // 2
        steps = [*_calm(best.steps[:middle]), *best.steps[middle:]]
        again = fails(steps) if len(steps) < len(best.steps) else None
        if again is None:
            high = middle
        else:
            # What is calm is shorter, and what follows stands where it stood, from the end.
            low, high = middle - (len(best.steps) - len(again.steps)), len(again.steps)
            best = again
    return best


def _without_letters(steps: Sequence[Step]) -> list[Step]:
    """Everything but letters, each with all letters carried after it."""
    others = [step for step in steps if step[0] not in ("post", "deliver", "settle")]
    return [one for step in others for one in (step, ("settle",))]


def _leave_out(best: Found, fails: Fails) -> Found:
    size = max(1, len(best.steps) // 2)
    while size >= 1:
        start, shorter = 0, False
        while start < len(best.steps):
            again = fails([*best.steps[:start], *best.steps[start + size :]])
            if again is None:
                start += size
            else:
                best, shorter = again, True
        if size == 1 and not shorter:
            break
        size = size if shorter and size == 1 else size // 2
    return best
