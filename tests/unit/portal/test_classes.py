# SPDX-License-Identifier: EUPL-1.2
import math

import pytest

from ontschot.portal.figures.classes import (
    Scale,
    measured,
    measured_error,
    scale_of,
    spread,
)
from unit.portal.samples import q01, q13


def test_classes_hold_about_as_many_areas_at_round_limits() -> None:
    scale = scale_of([float(v) for v in range(100)])
    assert scale.breaks == (20.0, 40.0, 60.0, 80.0)
    assert [scale.index(v) for v in (0, 19.9, 20, 79, 80, 1000)] == [0, 0, 1, 3, 4, 4]


@pytest.mark.parametrize(
    ("values", "classes"),
    [([], 1), ([5.0], 1), ([5.0, 5.0], 1), ([5.0, 9.0], 2), ([1.0, 1.0, 1.0, 50.0], 2)],
)
def test_few_values_give_few_classes(values: list[float], classes: int) -> None:
    assert scale_of(values).classes == classes


def test_no_class_is_empty() -> None:
    for values in ([0.1, 0.2, 0.3, 7.0, 7.1, 9.0], [1e6, 2e6, 2.1e6, 9e6], [0.01, 0.02, 3.0]):
        scale = scale_of(values)
        assert {scale.index(v) for v in values} == set(range(scale.classes))


@pytest.mark.parametrize("classes", [1, 2, 3, 4, 5])
def test_fewer_classes_keep_their_colours_apart(classes: int) -> None:
    scale = Scale(tuple(float(i) for i in range(classes - 1)), 1)
    colours = [scale.colour(i) for i in range(classes)]
    assert colours == sorted(set(colours))
    assert all(0 <= colour < 5 for colour in colours)


def test_a_rate_is_per_hundred_addresses_or_per_address() -> None:
    table = q13().table("providers-gemeente")
    area = table.areas[0]
    assert measured(area, area.figures[0], "households", "rate") == 9.3  # of 1,900 / 20,490
    assert measured(area, area.figures[0], "households", "value") == 1_900
    sums = q01().table().areas[0]
    assert measured(sums, sums.figures[0], "euroCents", "rate") == 90_000_000 / 900
    smaller = sums.model_copy(update={"slots": 901})
    assert measured(smaller, smaller.figures[0], "euroCents", "rate") == 99_900  # of 99,889.01
    # Of what is shown, never of what is behind it: 1,905 and not 1,903 per 20,490.
    raw = area.figures[0].model_copy(update={"value": 1_903})
    raw = raw.model_copy(update={"shown": raw.shown.model_copy(update={"value": 1_905})})
    assert measured(area, raw, "households", "rate") == 9.3
    tiny = area.model_copy(update={"slots": 2_000})
    assert measured(tiny, raw, "households", "rate") == 95.2


def test_what_is_not_shown_has_no_measure() -> None:
    area = q01().table().areas[3]
    assert area.figures[0].shown.kind == "uncertain"
    assert measured(area, area.figures[0], "euroCents", "rate") is None
    assert measured(area, area.figures[0], "euroCents", "value") is None


def test_an_area_without_addresses_has_no_rate() -> None:
    area = q01().table().areas[0].model_copy(update={"slots": 0})
    assert measured(area, area.figures[0], "euroCents", "rate") is None


def test_the_margin_is_part_of_the_value() -> None:
    certain, uncertain = (q01((9_000, 1, 1, -300)).table().areas[i].figures[0] for i in (0, 3))
    shown = certain.shown
    assert spread(certain) == pytest.approx((shown.high - shown.low) / 2 / 90_000_000)
    assert spread(uncertain) == math.inf


def test_classes_are_not_finer_than_the_noise() -> None:
    values = [float(v) for v in range(100)]
    assert scale_of(values, [19.0] * 100).classes == 5
    assert scale_of(values, [21.0] * 100).breaks == (20.0, 60.0)
    assert scale_of(values, [500.0] * 100).classes == 2


def test_the_error_has_the_measure_of_the_value() -> None:
    area = q13().table("providers-gemeente").areas[0]
    figure = area.figures[0]
    assert measured_error(area, figure, "households", "value") == figure.standard_error
    rate = measured_error(area, figure, "households", "rate")
    assert rate == pytest.approx(figure.standard_error / 20_490 * 100)
    assert measured_error(area, figure, "euroCents", "rate") == pytest.approx(rate / 100)
