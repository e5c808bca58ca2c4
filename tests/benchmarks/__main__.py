# SPDX-License-Identifier: EUPL-1.2
"""``python -m tests.benchmarks [name ...]``, from the root of the repository: see ``command``."""

import sys
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parents[2]

# The folders that pytest puts on the path too: the real processes are those of tests and demo.
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "deploy" / "demo")]

if __name__ == "__main__":
    sys.exit(import_module("benchmarks.command").main())
