# SPDX-License-Identifier: EUPL-1.2
"""Both questions at all sizes, also those that ``releases`` leaves out of a usual run.

``python -m tests.benchmarks releases_all``; it takes an hour or more, nearly all for checking
uploads, each with gate keys of its own that are dealt and audited on the same cores.
"""

from typing import Final

from benchmarks import releases
from benchmarks.figures import Row
from benchmarks.releases import Size
from benchmarks.scale.made import ASKED

SIZES: Final = tuple(Size(nodes, dict.fromkeys(releases.YEARS, ASKED)) for nodes in (5, 20, 100))


def run() -> list[Row]:
    """Return rows of name, value and unit."""
    return releases.run(SIZES)
