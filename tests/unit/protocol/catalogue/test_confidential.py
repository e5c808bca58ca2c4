# SPDX-License-Identifier: EUPL-1.2
"""What the catalogue promises of money per kind of care: clamps, quanta, and how far it splits."""

import pytest

from ontschot.protocol.catalogue.definitions import definition, definitions
from ontschot.protocol.variables import clamps, publication_groups

GROUPS = {group.number: group for group in publication_groups()}


@pytest.mark.parametrize("name", sorted(definitions()))
def test_no_question_splits_a_confidential_group_below_the_gemeente(name: str) -> None:
    known = definition(name)
    # A code that only counts its bits does not tell one kind of care from another.
    split = {code.id: code for code in known.codes if not code.is_number}
    for block in known.blocks:
        bits = split[block.variable].components if block.variable in split else []
        names = {block.variable, *(bit.variable for bit in bits)}
        groups = {number for v in known.variables if v.id in names for number in v.groups}
        if any(GROUPS[number].confidential for number in groups):
            assert block.level == "gemeente", block.id


def test_every_group_has_its_own_clamp_sum_and_count_at_gemeente() -> None:
    known = definition("Q02")
    found = {variable.groups[0]: variable for variable in known.variables}
    assert found.keys() == GROUPS.keys()
    for number, variable in found.items():
        assert variable.wetten == [GROUPS[number].wet]
        assert variable.node_cap * variable.quantum_cents == clamps().groups[number]
        at_gemeente = [
            (block.statistic, block.cap, block.thresholds)
            for block in known.blocks
            if block.variable == variable.id and block.level == "gemeente"
        ]
        top = variable.node_cap
        assert at_gemeente == [("capped", top, []), ("at-least", None, [top])]


def test_only_three_groups_are_split_by_wijk() -> None:
    known = definition("Q02")
    split = [known.variable(b.variable).groups[0] for b in known.blocks if b.level == "wijk"]
    assert split == [1, 2, 4]
    assert {block.level for block in known.blocks} == {"gemeente", "wijk"}


def test_laws_have_their_own_clamp_and_say_what_they_leave_out() -> None:
    known = definition("Q03")
    for variable in known.variables:
        (law,) = variable.wetten
        assert variable.node_cap * variable.quantum_cents == clamps().wetten[law]
    assert "persoonsgebonden budget" in known.remarks[0].nl
    assert "vast bedrag" in known.remarks[0].nl


def test_pieces_of_a_buurt_share_the_uploads_of_other_questions() -> None:
    served = definition("Q04").variable("served")
    assert served == definition("Q13").variable("served")
