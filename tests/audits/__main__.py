# SPDX-License-Identifier: EUPL-1.2
"""``python -m tests.audits [releases]``, from the root of the repository: see ``command``."""

import sys
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parents[2]

# The folder that pytest puts on the path too.
sys.path[:0] = [str(ROOT / "tests")]

if __name__ == "__main__":
    sys.exit(import_module("audits.command").main())
