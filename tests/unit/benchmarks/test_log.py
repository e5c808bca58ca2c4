# SPDX-License-Identifier: EUPL-1.2
"""The log that is timed is the product's: what is proved of it is verified."""

from benchmarks import log


def test_each_row_of_the_log_has_a_value() -> None:
    rows = log.run(2_500)
    assert len({name for name, _, _ in rows}) == len(rows) == 13
    assert all(value > 0 for _, value, _ in rows)
    sizes = {name: value for name, value, unit in rows if unit == "bytes"}
    # 12 levels above 3,500 entries; a proof that it continues has one more at most.
    assert all(10 * 32 <= value <= 13 * 32 for value in sizes.values())
