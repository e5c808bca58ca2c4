# SPDX-License-Identifier: EUPL-1.2
"""Whoever does something may be killed at each of its commits, or right after the last.

==============  ====================================================================================
``kill-1`` ..   at that commit: what the transaction did is rolled back
``kill-after``  when it is done, before anybody hears of it
==============  ====================================================================================

It is started again at once, from its files alone.
"""

from collections.abc import Callable
from contextlib import nullcontext
from typing import TYPE_CHECKING, Final

from simulation.network import Killed, Killer

if TYPE_CHECKING:
    from simulation.machine.world import World

KILLS: Final = ("kill-1", "kill-2", "kill-3", "kill-after")


def killed(world: "World", name: str, act: Callable[[], object], fault: str) -> bool:
    """Let a party do something; return whether it was killed, and started again.

    ``fault`` is one of ``KILLS``; with another word it is let live.
    """
    at = int(fault[-1]) if fault in KILLS and fault[-1].isdigit() else None
    watch = nullcontext() if at is None else Killer(world.engines[name], at)
    try:
        with watch:
            act()
    except Killed:
        pass
    else:
        if fault != "kill-after":
            return False
    world.kills += 1
    world.start(name)
    return True
