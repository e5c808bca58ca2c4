# SPDX-License-Identifier: EUPL-1.2
"""What the machine found, as it was printed; each broke something once, or the machine itself."""

import pytest

from simulation.machine.acts import Step
from simulation.machine.running import Bases, replay

FOUND: dict[str, tuple[str, list[Step]]] = {
    # The letter was never acknowledged: nothing of the coordinator reached that party any more.
    "a closed ledger takes a new roster": (
        "asked",
        [
            ("advance", 61),
            ("tick", "coordinator"),
            ("save", "provider-2"),
            ("settle",),
            ("restore", "provider-2", "hidden"),
            ("settle",),
            ("next-roster",),
            ("settle",),
        ],
    ),
    # The letter waits: what came beside it went with the older copy, and nobody brings it again.
    "an upload is shown again to a helper that was put back": (
        "asked",
        [
            ("save", "helper-b"),
            ("say-yes", "provider-6", "bins"),
            ("settle",),
            ("restore", "helper-b", "hidden"),
            ("show-again", "helper-b", "provider-6", "upload", 0),
            ("settle",),
        ],
    ),
}


@pytest.mark.parametrize("name", FOUND)
def test_it_does_not_happen_again(bases: Bases, name: str) -> None:
    base, steps = FOUND[name]
    assert replay(bases, base, steps) is None
