# SPDX-License-Identifier: EUPL-1.2
import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from ontschot.coordinator.results import Area, Block, build_result, clamp_text
from ontschot.coordinator.results.build import PILOT, decimal_text
from ontschot.coordinator.results.errors import InconsistentRelease
from ontschot.coordinator.results.release import NoiseMode
from ontschot.protocol.documents.queries import Statistic
from ontschot.protocol.language import Text
from unit.coordinator.results.samples import GEMEENTEN, METADATA, bins_block, q01, q13, sum_block


def test_an_opened_value_has_the_noise_of_two_helpers() -> None:
    table = build_result(METADATA, [bins_block([[100] * 5, [50] * 5], sigma=Fraction(9, 2))])
    figure = table.tables[0].areas[0].figures[0]
    assert figure.standard_error == pytest.approx(math.sqrt(2) * 4.5, abs=1e-3)
    half_width = 1.959963984540054 * math.sqrt(2) * 4.5
    assert (figure.low, figure.high) == (
        math.floor(100 - half_width),
        math.ceil(100 + half_width),
    )


def test_at_least_sums_the_bins_from_there_and_their_variance() -> None:
    result = build_result(METADATA, [bins_block([[1, 20, 300, 4_000, 50_000], [0] * 5])])
    table = result.tables[0]
    values = {o.key: f for o, f in zip(table.outputs, table.areas[0].figures, strict=True)}
    assert [values[f"atLeast{k}"].value for k in (1, 2, 3, 4)] == [54_321, 54_320, 54_300, 54_000]
    one_bin = math.sqrt(2) * 4.5
    for k, bins in ((1, 5), (2, 4), (3, 3), (4, 2)):
        expected = math.sqrt(bins) * one_bin
        assert values[f"atLeast{k}"].standard_error == pytest.approx(expected, abs=1e-3)
    assert [o.derived for o in table.outputs] == [False] * 5 + [True] * 4
    assert table.outputs[5].label.nl == "1 aanbieder of meer"


def test_bins_without_an_order_are_not_added_up() -> None:
    ordered = bins_block([[1, 20, 300, 4_000, 50_000], [0] * 5])
    block = replace(ordered, is_ordered=False, cumulative_labels=())
    table = build_result(METADATA, [block]).tables[0]
    assert [o.key for o in table.outputs] == [f"bin{k}" for k in range(1, 6)]
    assert not any(o.derived for o in table.outputs)
    with pytest.raises(InconsistentRelease):
        replace(block, cumulative_labels=(Text("x", "x"),) * 4)


def test_nested_counts_get_no_second_accumulation() -> None:
    block = Block(
        id="above-cap", title=Text("Boven de grens", "Above the cap"), level="gemeente",
        statistic="at-least", labels=(Text("50.000", "50,000"), Text("150.000", "150,000")),
        quantum_cents=1, sigma=Fraction(3), noise="full", cap=None, areas=GEMEENTEN,
        sums=np.array([[120, 31], [80, 12]], dtype=np.int64),
    )  # fmt: skip
    table = build_result(METADATA, [block]).tables[0]
    assert [o.key for o in table.outputs] == ["count1", "count2"]


def test_sums_are_in_euro_cents_and_so_is_their_error() -> None:
    table = q01([Area("BU06420101", "Centrum", 900)], [12_345], sigma=Fraction(700)).tables[0]
    figure = table.areas[0].figures[0]
    assert figure.value == 123_450_000
    assert figure.standard_error == pytest.approx(math.sqrt(2) * 700 * 10_000, abs=1e-3)
    assert table.unit == "euroCents"
    assert table.cap_cents == 5_000_000
    assert figure.shown.value == 123_500_000


def test_negative_noised_values_stay_as_they_are() -> None:
    figure = q01([Area("BU06420101", "Centrum", 900)], [-77]).tables[0].areas[0].figures[0]
    assert figure.value == -770_000
    assert figure.low < -770_000 < figure.high
    assert figure.shown.kind == "uncertain"


def test_totals_come_from_their_own_block() -> None:
    result = q13()
    gemeente, wijk = result.tables
    assert gemeente.areas[0].figures[0].value == 1_900
    assert sum(area.figures[0].value for area in wijk.areas) != 1_900


def test_a_pilot_says_so_first() -> None:
    block = bins_block(np.zeros((2, 5)))
    result = build_result(replace(METADATA, pilot=True, remarks=(Text("x", "y"),)), [block])
    assert [remark.nl for remark in result.remarks] == [PILOT.nl, "x"]
    assert build_result(METADATA, [block]).remarks == ()


def test_half_noise_changes_the_method_text_and_not_the_error() -> None:
    full = bins_block(np.zeros((2, 5)))
    half = replace(full, noise="half")
    results = [build_result(METADATA, [block]) for block in (full, half)]
    assert results[0].method != results[1].method
    errors = [result.tables[0].areas[0].figures[0].standard_error for result in results]
    assert errors[0] == errors[1]


def test_noise_modes_do_not_mix() -> None:
    full = bins_block(np.zeros((2, 5)))
    with pytest.raises(InconsistentRelease):
        build_result(METADATA, [full, replace(full, id="other", noise="half")])


def test_two_blocks_with_one_id_are_refused() -> None:
    full = bins_block(np.zeros((2, 5)))
    with pytest.raises(InconsistentRelease, match="one id"):
        build_result(METADATA, [full, full])


def test_a_release_without_blocks_is_refused() -> None:
    with pytest.raises(InconsistentRelease):
        build_result(METADATA, [])


def test_a_sum_beyond_64_bits_is_refused() -> None:
    with pytest.raises(InconsistentRelease, match="64 bits"):
        build_result(METADATA, [sum_block([2**60], [Area("BU06420101", "Centrum", 900)])])


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Fraction(1), "1"),
        (Fraction(1, 10**6), "0.000001"),
        (Fraction(1, 3), "0.333333333334"),
        (Fraction(1, 10**15), "0.000000000001"),
        (Fraction(10), "10"),
        (Fraction(0), "0"),
    ],
)
def test_privacy_parameters_are_rounded_up(number: Fraction, text: str) -> None:
    assert decimal_text(number) == text


def test_the_clamp_is_said_in_words() -> None:
    unit = Text("een huishouden", "a household")
    assert clamp_text(5_000_000, unit) == Text(
        "Een huishouden telt hoogstens voor € 50.000 mee.",
        "A household counts for €50,000 at most.",
    )
    assert clamp_text(None, unit).nl == "Een huishouden telt hoogstens één keer mee."


def cells_block(*, noise: NoiseMode, nodes: tuple[int, ...], statistic: Statistic = "sum") -> Block:
    return Block(
        id="duration", title=Text("Duur", "Length"), level="gemeente", statistic=statistic,
        labels=(Text("kort", "short"), Text("lang", "long")), quantum_cents=1, sigma=Fraction(3),
        noise=noise, cap=2, areas=GEMEENTEN, sums=np.array([[120, 31], [80, 12]], dtype=np.int64),
        counts="trajects", node_sigmas=tuple(map(Fraction, nodes)),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("noise", "nodes", "variance", "per_helper"),
    [
        ("full", (), 18, "3"),
        ("full", (4, 12), 18 + 160, "3"),
        ("nodes", (3, 4), 25, "0"),
    ],
)
def test_noise_of_providers_is_in_the_error(
    noise: NoiseMode, nodes: tuple[int, ...], variance: int, per_helper: str
) -> None:
    result = build_result(METADATA, [cells_block(noise=noise, nodes=nodes)])
    (table,) = result.tables
    assert (table.noise, table.unit, table.sigma_per_helper) == (noise, "trajects", per_helper)
    assert table.providers_with_noise == len(nodes)
    errors = {figure.standard_error for area in table.areas for figure in area.figures}
    assert errors == {round(math.sqrt(variance), 3)}
    assert ("Elke aanbieder verandert zijn eigen getallen" in result.method.nl) == (
        noise == "nodes"
    )


def test_noise_of_no_provider_is_no_noise() -> None:
    with pytest.raises(InconsistentRelease, match="noise of no node"):
        cells_block(noise="nodes", nodes=())


def test_noise_of_providers_is_for_sums_over_cells_only() -> None:
    with pytest.raises(InconsistentRelease, match="behind a gate"):
        cells_block(noise="full", nodes=(3,), statistic="capped")
