# SPDX-License-Identifier: EUPL-1.2
"""Every page says of what kind its figures are, and leads to the other kinds."""

import re

import pytest

from ontschot.coordinator.results import Area, Result, build_result
from ontschot.portal.answers import Answer, Estimator, Localised, Table
from ontschot.portal.figures.words import CBS_SOURCE, boundary_source
from ontschot.portal.kinds import KINDS, explanation, most_counted, other_kinds
from ontschot.portal.view import View
from ontschot.protocol.language import Language, Text
from unit.coordinator.rest.readers import MemoryReader
from unit.coordinator.results import samples
from unit.portal.samples import boundaries, q01, q01_result, q13
from unit.portal.test_app import portal

LONGEST = 15


def kinds(*found: tuple[str, Estimator, str]) -> Answer:
    """Return an answer with tables of these names, kinds and units."""
    table = q13().table("providers-wijk")
    tables = tuple(
        table.model_copy(update={"id": name, "estimator": estimator, "unit": unit})
        for name, estimator, unit in found
    )
    return q13().model_copy(update={"tables": tables})


TIERS = kinds(
    ("tiers-wijk", "direct", "households"),
    ("consistent-tiers-wijk", "consistent", "households"),
    ("estimate-amounts-tiers-wijk", "composite", "euroCents"),
    ("estimate-counts-tiers-wijk", "composite", "households"),
    ("other-wijk", "direct", "households"),
)


def names(answer: Answer, name: str) -> list[str]:
    return [table.id for table in other_kinds(answer, answer.table(name))]


def test_the_other_kinds_are_those_of_the_same_figures_in_the_same_unit() -> None:
    assert names(TIERS, "tiers-wijk") == ["consistent-tiers-wijk", "estimate-counts-tiers-wijk"]
    assert names(TIERS, "estimate-amounts-tiers-wijk") == ["tiers-wijk", "consistent-tiers-wijk"]
    assert names(TIERS, "other-wijk") == []


def test_a_page_begins_with_an_estimate_that_has_a_number() -> None:
    assert TIERS.table().estimator == "composite"
    first = TIERS.tables[0].areas[0].figures[0]
    hidden = first.model_copy(update={"shown": first.shown.model_copy(update={"value": None})})

    def without(table: Table) -> Table:
        area = table.areas[0].model_copy(update={"figures": (hidden,) * len(table.outputs)})
        return table.model_copy(update={"areas": (area, area)})

    tables = tuple(
        without(table) if table.estimator == "composite" else table for table in TIERS.tables
    )
    assert TIERS.model_copy(update={"tables": tables}).table().id == "tiers-wijk"


def test_a_page_names_its_kind_and_links_to_what_it_can_bear() -> None:
    page = portal().get("/antwoorden/q01-2025").text
    assert "Soort cijfers: <strong>direct</strong>." in page
    assert KINDS["direct"].what.nl in page
    for target in re.findall(r'href="#([^"]+)"', page):
        assert f'id="{target}"' in page, target
    english = portal().get("/antwoorden/q01-2025?lang=en").text
    assert "Kind of figures: <strong>direct</strong>." in english


@pytest.mark.parametrize("kind", KINDS)
def test_words_about_kinds_are_short(kind: Estimator) -> None:
    for text in (KINDS[kind].what, KINDS[kind].bears):
        assert all(len(sentence.split()) <= LONGEST for sentence in text.nl.split(". "))


def test_the_maximum_is_that_of_the_table() -> None:
    answer = q01()
    table = answer.table()
    limit = "Een huishouden telt hoogstens voor € 50.000 mee."
    assert most_counted(answer, table, "nl") == limit
    assert most_counted(answer, table.model_copy(update={"clamp": None}), "nl") == answer.clamp.nl


def test_a_note_of_a_direct_table_does_not_hide_what_it_is() -> None:
    direct = q01().table()
    noted = direct.model_copy(update={"note": Localised(nl="Let op.", en="Mind.")})
    assert explanation(noted, "nl") == f"{KINDS['direct'].what.nl} Let op."
    estimate = noted.model_copy(update={"estimator": "composite"})
    assert explanation(estimate, "en") == "Mind."


def one_area() -> Result:
    return build_result(
        samples.METADATA,
        [samples.sum_block([9_000], [Area("BU06420101", "Centrum", 900)])],
    )


def test_one_area_is_a_sentence_and_no_map() -> None:
    client = portal(MemoryReader([one_area()], {"buurt": boundaries()}))
    page = client.get("/antwoorden/q13-2025").text
    assert "Deze tabel gaat over één gebied." in page
    assert "<strong>Centrum</strong>: € 900.000" in page
    assert "kaart.svg" not in page
    assert client.get("/antwoorden/q13-2025/kaart.svg").status_code == 404


def test_a_table_without_any_figure_says_so() -> None:
    for quanta, said in (
        ((9_000, 1, 1, 1), "Gebieden met een cijfer: 1 van de 4."),
        ((1,) * 4, "Geen gebied heeft hier een cijfer."),
    ):
        client = portal(MemoryReader([q01_result(quanta)], {"buurt": boundaries()}))
        assert said in client.get("/antwoorden/q01-2025").text


def reserve(*tables: Table, language: Language = "nl") -> str | None:
    """Return what a page says of extra places, at the first table of an answer."""
    answer = q13().model_copy(update={"tables": tables})
    return View.choose(answer, {"table": tables[0].id}, language).reserve


def resized(table: Table, slots: int) -> Table:
    """Return the table with its first area alone, of so many addresses."""
    area = table.areas[0].model_copy(update={"slots": slots})
    return table.model_copy(update={"areas": (area,)})


def test_places_on_no_public_list_are_counted() -> None:
    gemeenten, wijken = (q13().table(f"providers-{level}") for level in ("gemeente", "wijk"))
    together = reserve(gemeenten, wijken)
    assert together is not None
    assert together.startswith("Bij deze gemeenten samen tellen 24.140 extra plaatsen mee")
    one = reserve(resized(gemeenten, 10_150), wijken, language="en")
    assert one is not None
    assert one.startswith("This municipality has 1,150 extra places")
    assert reserve(wijken, gemeenten) is None


def test_extra_places_are_named_without_a_number_only_where_none_is_known() -> None:
    gemeenten, wijken = (q13().table(f"providers-{level}") for level in ("gemeente", "wijk"))
    unknown = reserve(gemeenten)
    assert unknown is not None
    assert unknown.startswith("Bij een gemeente tellen extra plaatsen mee")
    all_held = sum(area.slots for area in wijken.areas)
    assert reserve(resized(gemeenten, all_held), wijken) is None
    page = portal().get("/antwoorden/q13-2025?table=providers-gemeente").text
    assert "die niet op de openbare lijst staan" in page


def test_a_purpose_in_dutch_alone_says_so_on_english_pages() -> None:
    page = portal().get("/antwoorden/q13-2025?lang=en").text
    only_dutch = q13().purpose.nl == q13().purpose.en
    assert ('<dd lang="nl">' in page) == only_dutch


def test_boundaries_say_whose_they_are_in_both_languages() -> None:
    made_up = {"attribution": {"nl": "verzonnen", "en": "made up"}}
    assert boundary_source(made_up) == Text("Gebieden: verzonnen.", "Boundaries: made up.")
    assert boundary_source({"attribution": "CBS"}) == Text("Gebieden: CBS.", "Boundaries: CBS.")
    for unknown in ({}, {"attribution": {"nl": "alleen"}}, {"attribution": 3}):
        assert boundary_source(unknown) == CBS_SOURCE
