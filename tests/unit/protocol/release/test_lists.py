# SPDX-License-Identifier: EUPL-1.2
"""The rules on lists, which stop differencing of providers."""

import pytest

from ontschot.protocol.errors import Refusal
from ontschot.protocol.release.lists import broken_rule, require_list


class ListRefused(Refusal):
    """Only for these tests."""

    code = "test-list-refused"


def nodes(*numbers: int, organisation: str = "") -> dict[str, str]:
    return {f"n{number}": organisation or f"org{number}" for number in numbers}


def test_a_first_list_needs_enough_organisations() -> None:
    assert broken_rule(nodes(1, 2, 3, 4, 5), [], 5) is None
    assert broken_rule(nodes(1, 2, 3, 4), [], 5) == "fewer than 5 organisations"
    # Two nodes of one organisation are one organisation.
    one_twice = nodes(1, 2, 3, 4) | {"n5": "org4"}
    assert broken_rule(one_twice, [], 5) == "fewer than 5 organisations"


def test_the_same_list_again_is_no_second_list() -> None:
    first = nodes(1, 2, 3)
    assert broken_rule(first, [list(first), list(first)], 3) is None


@pytest.mark.parametrize(
    ("second", "allowed"),
    [
        (nodes(1, 2, 3, 4, 5, 6), True),
        (nodes(1, 2, 3, 4, 5, 6, 7), True),
        (nodes(1, 2, 3, 4, 5), False),
        (nodes(1, 2, 3, 4), False),
        (nodes(1, 2), False),
        (nodes(2, 3, 4, 5, 6, 7), False),
        (nodes(4, 5, 6, 7), False),
    ],
)
def test_a_second_list_holds_the_first_and_three_more(
    second: dict[str, str], allowed: bool
) -> None:
    assert (broken_rule(second, [["n1", "n2", "n3"]], 2) is None) is allowed


def test_three_nodes_of_one_organisation_more_are_one_organisation_more() -> None:
    """Their difference would be that one provider's."""
    second = nodes(1, 2, 3) | nodes(4, 5, 6, organisation="org4")
    assert broken_rule(second, [["n1", "n2", "n3"]], 3) is not None
    known = nodes(1, 2, 3) | nodes(4, 5, 6, organisation="org1")
    assert broken_rule(known, [["n1", "n2", "n3"]], 3) is not None


def test_there_is_no_third_list() -> None:
    earlier = [["n1", "n2", "n3"], [f"n{i}" for i in range(1, 7)]]
    assert broken_rule(nodes(*range(1, 10)), earlier, 3) == "already 2 lists"
    for known in earlier:
        assert broken_rule(nodes(*(int(name[1:]) for name in known)), earlier, 3) is None


def test_the_rule_is_the_detail_of_the_refusal() -> None:
    require_list(nodes(1, 2, 3), [], 3, ListRefused)
    with pytest.raises(ListRefused) as caught:
        require_list(nodes(1, 2), [], 3, ListRefused)
    assert caught.value.detail == "fewer than 3 organisations"
