# SPDX-License-Identifier: EUPL-1.2
"""Numbers and amounts as people write them."""

import pytest

from ontschot.protocol.amounts import euros, grouped
from ontschot.protocol.language import Text


@pytest.mark.parametrize(
    ("number", "nl", "en"),
    [(0, "0", "0"), (1_205, "1.205", "1,205"), (-1_234_567, "-1.234.567", "-1,234,567")],
)
def test_thousands_stand_apart(number: int, nl: str, en: str) -> None:
    assert grouped(number) == Text(nl, en)


@pytest.mark.parametrize(
    ("cents", "nl", "en"),
    [
        (15_000_000, "€ 150.000", "€150,000"),
        (-100_000, "-€ 1.000", "-€1,000"),
        (149, "€ 1", "€1"),
        (151, "€ 2", "€2"),
        (0, "€ 0", "€0"),
    ],
)
def test_money_is_in_whole_euros_in_one_spelling(cents: int, nl: str, en: str) -> None:
    assert euros(cents) == Text(nl, en)
