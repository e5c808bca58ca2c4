# SPDX-License-Identifier: EUPL-1.2
"""A coordinator that notes every answer as estimates change it: the product's own, and a pencil.

Run as ``python entry_coordinator.py <home> <file>``; one document a line. Each of them was public
while it stood, and the database keeps bytes of it in its free pages: a test that looks there for
what is secret must know what was published.
"""

import asyncio
import sys
from functools import partial
from pathlib import Path
from unittest.mock import patch

from ontschot.coordinator.estimates import refreshing
from ontschot.coordinator.process import run_coordinator
from ontschot.coordinator.results.document import Result, encode_result
from ontschot.coordinator.settings import load_settings


def noting(file: Path, result: Result) -> bytes:
    """Encode an answer, and append it to ``file`` before it is written."""
    document = encode_result(result)
    with file.open("ab") as lines:
        lines.write(document.rstrip() + b"\n")
    return document


def main() -> None:
    """Read the command line and serve."""
    home, file = map(Path, sys.argv[1:])
    with patch.object(refreshing, "encode_result", partial(noting, file)):
        asyncio.run(run_coordinator(load_settings(home)))


if __name__ == "__main__":
    main()
