# SPDX-License-Identifier: EUPL-1.2
"""The machine finds faults: each is planted, found within the default budget, and made short.

Faulty parties are found by drawn steps. A check that is gone shows only when somebody attacks just
there: those are found in a list with the attack.
"""

import pytest

from simulation.machine.acts import Step
from simulation.machine.faulty import FAULTS, PATCHES
from simulation.machine.rules import RULES
from simulation.machine.running import LENGTH, Bases, Found, explore, replay
from simulation.machine.shrinking import shrink
from simulation.machine.test_machine import STEPS
from simulation.machine.world import Fault

SHORT = 25
"""Steps that a person reads at a glance."""


BEGIN = {"logs-a-vector": "open"}
"""Where worlds begin, if not drawn: in most of them every provider has uploaded already."""


def find(bases: Bases, fault: Fault | None, begin: str | None) -> Found:
    """Explore worlds until a rule breaks, within the budget of the default suite."""
    for seed in range(STEPS // LENGTH):
        found = explore(bases, seed, fault=fault, begin=begin)
        if found is not None:
            return shrink(bases, found, fault)
    pytest.fail("not found")


def expect_short(bases: Bases, found: Found, rule: str, fault: Fault | None) -> None:
    assert found.violation.rule == rule, str(found)
    assert len(found.steps) <= SHORT, str(found)
    # The list is what is printed and pasted: it fails again from the beginning.
    again = replay(bases, found.base, found.steps, fault)
    assert again is not None
    assert again.violation.rule == rule
    assert "replay(bases" in str(found)


@pytest.mark.parametrize("name", FAULTS)
def test_a_faulty_party_is_found(bases: Bases, name: str) -> None:
    fault, rule = FAULTS[name]
    found = find(bases, fault, BEGIN.get(name))
    expect_short(bases, found, rule, fault)
    assert replay(bases, found.base, found.steps) is None, "an honest party does it too"


def test_for_every_rule_a_fault_is_planted() -> None:
    planted = {rule for _, rule in FAULTS.values()} | {rule for _, rule, _ in PATCHES.values()}
    assert planted == set(RULES)


BESIDES: tuple[Step, ...] = (
    ("ask", "cells"),
    ("crash", "provider-2"),
    ("settle",),
    ("advance", 1),
    ("tick", "helper-a"),
    ("say-no", "provider-5", "bins"),
)
"""What happens besides, and has nothing to do with it."""


@pytest.mark.parametrize("name", PATCHES)
def test_a_missing_check_is_found(bases: Bases, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """An attacker does what the check is against, among other things: only that is left."""
    targets, rule, attack = PATCHES[name]
    for target, instead in targets.items():
        monkeypatch.setattr(target, instead)
    found = replay(bases, "answered", [*BESIDES, *attack, ("settle",)])
    assert found is not None
    found = shrink(bases, found)
    expect_short(bases, found, rule, None)
    assert {step[0] for step in found.steps} <= {step[0] for step in attack} | {"settle"}
    monkeypatch.undo()
    assert replay(bases, found.base, found.steps) is None, "with the check it happens too"
