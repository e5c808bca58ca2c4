# SPDX-License-Identifier: EUPL-1.2
"""Variables: their rules, their document, and the ring they need."""

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, cast

import pytest

from ontschot.protocol import canonical
from ontschot.protocol.catalogue.definitions import definitions
from ontschot.protocol.documents.rounds import Round
from ontschot.protocol.variables import MalformedVariable, Selection, Variable, Wet

EUROS = Variable(
    "euros",
    "euros",
    Selection(("JW", "WMO"), (1, 4)),
    10_000,
    5_000,
    date(2025, 1, 1),
    date(2025, 12, 31),
    date(2025, 12, 31),
)
SERVED = replace(EUROS, id="served", measure="served", quantum_cents=1, node_cap=1)


@pytest.mark.parametrize("variable", [EUROS, SERVED])
def test_document_gives_back_the_variable(variable: Variable) -> None:
    data = canonical.encode(variable.to_document())
    assert Variable.from_document(canonical.decode(data)) == variable


def test_cap_in_cents() -> None:
    assert (EUROS.cap_cents, SERVED.cap_cents) == (50_000_000, 1)


@pytest.mark.parametrize(
    ("nodes", "node_cap", "bits"),
    [(100, 5_000, 19), (100, 1, 7), (1, 1, 1), (3, 5, 4), (4, 4, 5), (127, 1, 7), (128, 1, 8)],
)
def test_ring_is_the_smallest_that_holds_every_total(nodes: int, node_cap: int, bits: int) -> None:
    found = replace(EUROS, node_cap=node_cap).ring_bits(nodes)
    assert found == bits == math.ceil(math.log2(nodes * node_cap + 1))
    assert nodes * node_cap < 2**found


def test_ring_needs_a_node() -> None:
    with pytest.raises(ValueError, match="at least one node"):
        EUROS.ring_bits(0)


Change = Callable[[canonical.Document], object]

BAD: dict[str, Change] = {
    "another field": lambda d: d.update(unit="household"),
    "a field that lacks": lambda d: d.pop("groups"),
    "id": lambda d: d.update(id="Euros"),
    "id of another type": lambda d: d.update(id=1),
    "measure": lambda d: d.update(measure="trajecten"),
    "measure of another type": lambda d: d.update(measure=["euros"]),
    "no wet": lambda d: d.update(wetten=[], groups=[]),
    "unknown wet": lambda d: d.update(wetten=["PW"], groups=[]),
    "wetten not in order": lambda d: d.update(wetten=["WMO", "JW"]),
    "one wet twice": lambda d: d.update(wetten=["JW", "JW", "WMO"]),
    "wetten of another type": lambda d: d.update(wetten="JW"),
    "a wet of another type": lambda d: d.update(wetten=[["JW"]]),
    "group zero": lambda d: d.update(groups=[0]),
    "group nine": lambda d: d.update(groups=[9]),
    "group true": lambda d: d.update(groups=[True]),
    "groups not in order": lambda d: d.update(groups=[4, 1]),
    "groups of another type": lambda d: d.update(groups={}),
    "a group of another wet": lambda d: d.update(wetten=["JW"]),
    "quantum zero": lambda d: d.update(quantum_cents=0),
    "quantum too large": lambda d: d.update(quantum_cents=10_000_001),
    "quantum as text": lambda d: d.update(quantum_cents="100"),
    "cap zero": lambda d: d.update(node_cap=0),
    "cap too large": lambda d: d.update(node_cap=2**26 + 1),
    "cap true": lambda d: d.update(node_cap=True),
    "a flag in euros": lambda d: d.update(measure="served"),
    "a period that ends first": lambda d: d.update(period_to="2024-12-31"),
    "a day that is none": lambda d: d.update(reference_date="2025-02-29"),
    "a day in another form": lambda d: d.update(reference_date="20251231"),
    "a day of another type": lambda d: d.update(reference_date=None),
}


@pytest.mark.parametrize("name", BAD)
def test_breaks_no_rule(name: str) -> None:
    document = EUROS.to_document()
    BAD[name](document)
    with pytest.raises(MalformedVariable):
        Variable.from_document(document)


def test_the_rules_hold_however_it_is_made() -> None:
    with pytest.raises(MalformedVariable):
        replace(EUROS, node_cap=0)
    with pytest.raises(MalformedVariable):
        Selection(cast("tuple[Wet, ...]", ("WMO", "JW")))


def test_a_selection_knows_its_categories() -> None:
    assert Selection(("JW", "WMO")).categories is None
    assert Selection(("JW",), (5, 8)).categories == ("47", "48", "51", "52", "53", "54")


def test_every_variable_of_the_catalogue_is_one_of_a_round() -> None:
    days: dict[str, Any] = {
        "period_from": "2025-01-01",
        "period_to": "2025-12-31",
        "reference_date": "2025-07-01",
    }
    for definition in definitions().values():
        if definition.variables[0].grid is not None:
            continue
        round_ = Round(
            id="r1",
            federation="f1",
            universe="0" * 64,
            slots=1,
            area_maps=[],
            variables=definition.variables,
            **days,
        )
        for document in definition.variables:
            found = Variable.from_round(round_, document.id)
            assert (found.node_cap, found.measure) == (document.node_cap, document.measure)
            assert found.reference_date == date(2025, 7, 1)
        with pytest.raises(KeyError):
            Variable.from_round(round_, "nothing")


def test_a_variable_of_cells_has_no_value_per_slot() -> None:
    round_ = Round(
        id="r1",
        federation="f1",
        universe="0" * 64,
        slots=1,
        area_maps=[],
        variables=definitions()["Q22"].variables,
        period_from="2025-01-01",
        period_to="2025-12-31",
        reference_date="2025-07-01",
    )
    with pytest.raises(MalformedVariable):
        Variable.from_round(round_, "referrals-wijk")
