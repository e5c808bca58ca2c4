# SPDX-License-Identifier: EUPL-1.2
"""How an unexpected fault is logged: its type and where it arose, never its text.

The text of an exception may hold what was being handled (a database driver puts the parameters of
a statement in it), and no log line may hold a letter's content.
"""

import traceback
from pathlib import Path

_FRAMES = 8


def describe_fault(error: BaseException) -> dict[str, str]:
    """Return the type of ``error`` and its last frames, innermost last, for a log line."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    places = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    return {"error": type(error).__name__, "at": " > ".join(places)}
