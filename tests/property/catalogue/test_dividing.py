# SPDX-License-Identifier: EUPL-1.2
"""However a budget is divided: no more than there is, over questions and over their tables."""

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from ontschot.protocol.catalogue.definitions import definition, definitions
from ontschot.protocol.catalogue.dividing import SharesTooLarge, divide
from ontschot.protocol.catalogue.planning import plan_blocks
from ontschot.protocol.privacy.charge import HOUSEHOLD_PERSONS, charges_of
from simulation.making import LEVELS

NAMES = sorted(definitions())
MAPS = dict.fromkeys(LEVELS, "0" * 64)
WEIGHTS = st.dictionaries(st.sampled_from(NAMES), st.integers(1, 1000), min_size=1)


@given(
    st.integers(0, 10**13),
    WEIGHTS,
    st.dictionaries(st.sampled_from(["Q90", "Q91"]), st.integers(1, 10**12)),
)
def test_parts_never_add_up_to_more(
    total: int, weights: dict[str, int], fixed: dict[str, int]
) -> None:
    with suppress(SharesTooLarge):
        parts = divide(total, weights, fixed)
        assert sum(parts.values()) <= total
        assert sum(parts.values()) > total - len(weights) - (total - sum(fixed.values())) * (
            not weights
        )
        assert min(parts.values()) >= 1
        assert parts.keys() == weights.keys() | fixed.keys()


@given(st.integers(10**7, 2 * 10**11), WEIGHTS)
def test_what_a_batch_charges_is_never_above_its_total(total: int, weights: dict[str, int]) -> None:
    charged = 0
    for name, price in divide(total, weights).items():
        known = definition(name)
        own = price // HOUSEHOLD_PERSONS**2 if known.unit == "person" else price
        blocks = plan_blocks(known, MAPS, own, household_providers=3)
        charged += charges_of(blocks, [2024])[0].rho
    assert 0 < charged <= total
