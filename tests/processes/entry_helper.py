# SPDX-License-Identifier: EUPL-1.2
"""A helper that notes its noise: the product's own role, with the exact sampler and a pencil.

Run as ``python entry_helper.py <home> <file>``. Whoever knows the noise can take it off, so the
product offers no way to note it: that is composed here, in a program that only tests start.
"""

import asyncio
import json
import sys
from fractions import Fraction
from pathlib import Path

from ontschot.node.helper.handlers import Helper
from ontschot.node.noise import DiscreteGaussian, Noise
from ontschot.node.process import run_node
from ontschot.node.settings import load_settings


class NotedNoise:
    """Exact noise; every draw is also appended to ``file``, one JSON object a line."""

    def __init__(self, file: Path) -> None:
        self._exact = DiscreteGaussian()
        self._file = file

    def draw(self, scale: Fraction, size: int) -> Noise:
        drawn = self._exact.draw(scale, size)
        with self._file.open("a", encoding="ascii") as file:
            file.write(json.dumps({"scale": str(scale), "drawn": drawn.tolist()}) + "\n")
        return drawn


def main() -> None:
    home, file = map(Path, sys.argv[1:])
    asyncio.run(run_node(load_settings(home), role=Helper(noise=NotedNoise(file))))


if __name__ == "__main__":
    main()
