# SPDX-License-Identifier: EUPL-1.2
"""The rows of a page: rates with their interval, and what makes a table add up."""

from ontschot.coordinator.results.build import figure_of
from ontschot.portal.view import View
from unit.coordinator.results import samples
from unit.portal.samples import q13, read


def test_a_rate_stands_with_its_interval() -> None:
    view = View.choose(q13(), {"table": "providers-gemeente"}, "nl")
    first = view.rows()[0]
    assert (first.figure, first.interval) == ("1.900", "1.885 tot 1.915")
    assert first.rate == "9,3 (9,1 tot 9,4)"


def test_what_is_in_no_wijk_stands_below_the_wijken() -> None:
    result = samples.q13()
    figures = tuple(figure_of(20, 2.0, 15.0, 25.0, "households") for _ in range(9))
    rest = result.tables[0].areas[0].model_copy(update={"slots": 320, "figures": figures})
    wijken = result.tables[1].model_copy(update={"estimator": "consistent", "rest": (rest,)})
    answer = read(result.model_copy(update={"tables": (wijken,)}))
    for language, name in (("nl", "in geen wijk"), ("en", "in no district")):
        view = View.choose(answer, {}, "nl" if language == "nl" else "en")
        last = view.rows()[-1]
        assert last.area == f"Zwijndrecht, {name}"
        assert (last.figure, last.rate, last.slots) == ("20", None, "320")
        assert view.rest is not None
        assert name.removeprefix("in ") in view.rest
    assert len(view.rows()) == 4
    assert View.choose(q13(), {"table": "providers-wijk"}, "nl").rest is None
