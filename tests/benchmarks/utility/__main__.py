# SPDX-License-Identifier: EUPL-1.2
"""``python -m tests.benchmarks.utility``, from the root of the repository: see ``command``."""

import os
import sys
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parents[3]

# The folders that pytest puts on the path too: maps of areas are made of the demo's towns.
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "deploy" / "demo")]

# Every process has a core of its own; threads of the algebra would only wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

if __name__ == "__main__":
    sys.exit(import_module("benchmarks.utility.command").main())
