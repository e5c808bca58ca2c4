# SPDX-License-Identifier: EUPL-1.2
"""``docs/commands.md``: the help of every command, in English."""

import os
import subprocess
import sys
from pathlib import Path

from .sources import MEMBERS, ROOT, programs

_INTRO = """\
# Commands

Every command says the same with `--help`. Texts are Dutch by default; `ONTSCHOT_LANG=en` makes them
English. A known error is explained on standard error and ends with exit code 2.
"""


def page() -> str:
    """Return the page.

    Raises:
        RuntimeError: a command line does not load.
    """
    path = os.pathsep.join(str(ROOT / member / "src") for member in MEMBERS)
    asked = [f"{name}={target.partition(':')[0]}" for name, target in programs().items()]
    # A command line chooses its language when it is imported: it is asked in a process of its own.
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("command_help.py")), *asked],
        env=os.environ | {"ONTSCHOT_LANG": "en", "PYTHONPATH": path, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        msg = f"the commands could not be asked for their help:\n{done.stderr}"
        raise RuntimeError(msg)
    return f"{_INTRO}\n{done.stdout}"
