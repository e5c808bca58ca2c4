# SPDX-License-Identifier: EUPL-1.2
"""The numbers of the worked example in ``architecture.md`` are those that the product computes."""

from pathlib import Path

import pytest

from docs.sources import DOCS
from docs.worked_example import NOISE, REST_OF_BUURT, Example, compute

TEXT = (DOCS / "architecture.md").read_text("utf-8").partition("## Follow the euros")[2]


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Example:
    folder: Path = tmp_path_factory.mktemp("example")
    return compute(folder)


def test_the_line_is_one_that_loads(example: Example) -> None:
    assert example.csv_line in TEXT


def test_every_number_is_on_the_page(example: Example) -> None:
    whole = [
        *example.net_cents.values(),
        *example.quanta.values(),
        *(half for pair in example.shares.values() for half in pair),
        *example.total_shares,
        example.mask,
        *example.masked,
        example.opened,
        *example.at_least,
        *example.capped,
        *example.capped_shares,
        REST_OF_BUURT,
        REST_OF_BUURT + example.capped[0],
        example.block_price,
        *example.halves,
        example.combined,
        example.cents // 100,
        round(example.half_width / 100),
        sum(example.net_cents.values()) // 100,
    ]
    missing = [number for number in whole if f"{number:,}" not in TEXT]
    assert missing == []


def test_the_parts_add_up_as_the_page_says(example: Example) -> None:
    total = sum(example.quanta.values())
    assert sum(example.total_shares) % 2**32 == total
    assert sum(example.masked) % 2**example.bits == example.opened
    assert (total + example.mask) % 2**example.bits == example.opened
    assert example.at_least == (1, 0)
    assert example.capped == (min(total, 200), min(total, 750))
    assert sum(example.capped_shares) % 2**32 == example.capped[0]
    assert example.combined == example.noised == REST_OF_BUURT + example.capped[0] + sum(NOISE)
    assert sum(example.halves) % 2**32 == example.combined


def test_noise_and_figure_are_shown_as_the_page_says(example: Example) -> None:
    assert f"{float(example.sigma):,.2f}" in TEXT
    assert all(f"{abs(drawn):,}" in TEXT for drawn in NOISE)
    assert example.bits == 19
    assert example.slot == 11
    assert f"**{example.shown.text.nl}**" in TEXT
    for end in (example.shown.low, example.shown.high):
        assert f"€ {end // 100:,}".replace(",", ".") in TEXT
