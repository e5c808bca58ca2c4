# SPDX-License-Identifier: EUPL-1.2
"""How a program of the demo ends: what it says, and its exit code."""

import signal
from collections.abc import Callable

from rich.console import Console

from ontschot.protocol.errors import OntschotError
from ontschot.protocol.language import terminal_language, tr
from ontschot_demo.processes import PartyStopped


def exit_code(work: Callable[[], None], console: Console, *, interrupted: int) -> int:
    """Do the work and return the exit code: 0, 1 when a party stopped, 2 for an expected error.

    Args:
        work: what to do; being asked to stop (SIGINT, SIGTERM) is a KeyboardInterrupt in it.
        console: where to say how it ended.
        interrupted: the exit code after that.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        work()
    except KeyboardInterrupt:
        console.print(tr("Gestopt. Alle onderdelen zijn uit.", "Stopped. Every party is off."))
        return interrupted
    except PartyStopped as error:
        console.print(tr(f"Een onderdeel stopte. Lees {error}", f"A party stopped. Read {error}"))
        return 1
    except OntschotError as error:
        console.print(error.explain(terminal_language()), markup=False)
        return 2
    return 0
