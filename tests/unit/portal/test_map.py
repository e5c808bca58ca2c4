# SPDX-License-Identifier: EUPL-1.2
import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from ontschot.coordinator.results import Area
from ontschot.portal.answers import Answer, Localised
from ontschot.portal.figures.map import NARROW, WIDE, ChoroplethMap, MapLayout
from ontschot.portal.figures.theme import CLASSES, stylesheet
from ontschot.protocol.results import BadBoundaries
from unit.coordinator.results import samples
from unit.coordinator.results.samples import BIN_LABELS, square
from unit.portal.samples import BUURTEN, CODES, boundaries, q01, q01_result, q13, read

SVG = "{http://www.w3.org/2000/svg}"


def draw(answer: Answer | None = None, **options: Any) -> ET.Element:
    answer = answer or q01()
    table = answer.table(options.pop("table", None))
    shapes = options.pop("shapes", boundaries())
    standalone = options.pop("standalone", True)
    drawing = ChoroplethMap(answer, table, options.pop("output", 0), shapes, **options)
    return ET.fromstring(drawing.render(standalone=standalone))  # noqa: S314 - our own text


def areas(svg: ET.Element) -> list[ET.Element]:
    """Return the shapes of the main map: those of the first group."""
    group = svg.find(f"{SVG}g")
    assert group is not None
    return group.findall(f"{SVG}use")


def titles(svg: ET.Element) -> list[str]:
    return [use.findtext(f"{SVG}title", "") for use in areas(svg)]


def words(svg: ET.Element) -> str:
    return " ".join(node.text or "" for node in svg.iter(f"{SVG}text"))


@pytest.mark.parametrize("layout", [WIDE, NARROW])
@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("measure", ["rate", "value"])
def test_the_map_is_one_closed_file(layout: MapLayout, language: str, measure: str) -> None:
    svg = draw(layout=layout, language=language, measure=measure)
    text = ET.tostring(svg, encoding="unicode")
    assert svg.get("role") == "img"
    assert not list(svg.iter(f"{SVG}script"))
    assert not re.search(r"https?://(?!www\.w3\.org/)", text)
    assert not re.search(r'\b(on\w+|style)="', text)
    assert all(v.startswith("#") for node in svg.iter() if (v := node.get("href")) is not None)
    width, height = float(svg.get("width", 0)), float(svg.get("height", 0))
    assert svg.get("viewBox") == f"0 0 {svg.get('width')} {svg.get('height')}"
    assert width == layout.card.width
    assert 300 < height < 1_600


def test_every_reference_and_label_has_its_target() -> None:
    svg = draw()
    ids = [node.get("id") for node in svg.iter() if node.get("id")]
    assert len(ids) == len(set(ids))
    targets = {use.get("href", "")[1:] for use in svg.iter(f"{SVG}use")}
    fills = {m for node in svg.iter() for m in re.findall(r"url\(#(.+)\)", node.get("fill", ""))}
    labels = set((svg.get("aria-labelledby") or "").split())
    assert targets | fills | labels <= set(ids)
    assert all(id_ is not None and id_.startswith("map-") for id_ in ids)


def test_every_area_says_its_value_and_interval() -> None:
    found = titles(draw())
    assert (
        "Centrum: € 900.000 (95 %-marge: € 705.000 tot € 1.095.000); € 1.000 per adres "
        "(€ 783 tot € 1.217)" in found
    )
    assert "Dorp: te onzeker (95 %-marge: € 0 tot € 225.000)" in found
    assert found.count("geen cijfer") == 1
    english = titles(draw(language="en", measure="value"))
    assert "Centrum: €900,000 (95 % margin: €705,000 to €1,095,000)" in english


def test_merged_buurten_are_one_shape() -> None:
    svg = draw()
    assert len(areas(svg)) == len(BUURTEN) + 1
    assert any(title.startswith("West & Zuid: ") for title in titles(svg))


def test_what_is_too_uncertain_is_hatched_and_below_ten_is_dotted() -> None:
    svg = draw()
    named = zip(titles(svg), areas(svg), strict=True)
    fills = {title.split(":")[0]: use.get("fill") for title, use in named}
    assert fills["Dorp"] == "url(#map-hatch)"
    light = {token.light for token in CLASSES}
    assert {fills["Centrum"], fills["Oost"], fills["West & Zuid"]} <= light
    shapes = boundaries(["BU06420101", "BU05310101"])
    svg = draw(q13(), table="providers-gemeente", output=4, shapes=shapes)
    assert "url(#map-dots)" in {use.get("fill") for use in areas(svg)}
    assert "minder dan 10" in words(svg)


def test_the_legend_explains_only_what_is_on_the_map() -> None:
    assert "te onzeker om te tonen" in words(draw())
    certain = draw(q01((9_000, 5_000, 4_500, 4_000)), shapes=boundaries(CODES[:5]))
    assert "te onzeker" not in words(certain)
    assert "geen cijfer" not in words(certain)
    nothing = draw(q01((1, 1, 1, 1)))
    assert not {use.get("fill") for use in areas(nothing)} & {token.light for token in CLASSES}
    assert "of meer" not in words(nothing)


def test_the_legend_of_one_figure_is_that_figure() -> None:
    assert "€ 1.000 te onzeker om te tonen" in words(draw(q01((9_000, 1, 1, 1))))


def test_the_legend_of_one_class_says_from_where_to_where_it_goes() -> None:
    """The round limit between these two lies above both, so that they share a colour."""
    assert "€ 1.000 tot en met € 1.297 te onzeker" in words(draw(q01((9_000, 7_777, 1, 1))))


def test_a_second_map_shows_how_certain_the_figures_are() -> None:
    svg = draw()
    main, second = svg.findall(f"{SVG}g")
    assert len(second.findall(f"{SVG}use")) == len(main.findall(f"{SVG}use"))
    margins = [use.findtext(f"{SVG}title") for use in second.findall(f"{SVG}use")]
    assert "Centrum: marge 22 %" in margins
    assert "Dorp: te onzeker" in margins
    assert "Hoe zeker is het?" in words(svg)


def test_the_map_says_source_privacy_and_remarks() -> None:
    text = words(draw())
    for part in (
        "Bron: 6 zorgaanbieders, meetronde nulmeting-2025, gepubliceerd op 9 maart 2026.",
        "Dekking: 6 aanbieders, samen ongeveer 80 % van de hulp.",
        "CBS en Kadaster",
        "Beschermd is een huishouden, over alle aanbieders samen (epsilon 1, delta 0,000001).",
        "Een huishouden telt hoogstens voor € 50.000 mee.",
        "Periode: 2025.",
        "Euro per adres",
        " km",
    ):
        assert part in text, part


def test_a_pilot_says_so_in_the_picture() -> None:
    answer = read(q01_result().model_copy(update={"remarks": (q01().title,), "pilot": True}))
    assert words(draw(answer)).count("Kosten per gebied") == 2


def test_the_title_names_outcome_or_table_where_there_are_several() -> None:
    def title(svg: ET.Element) -> str | None:
        return svg.findtext(f"{SVG}title")

    assert title(draw()) == "Kosten per gebied"
    shapes = boundaries(["BU06420101", "BU05310101"])
    gemeente = draw(q13(), table="providers-gemeente", output=1, shapes=shapes)
    assert title(gemeente) == f"Aantal hulpverleners in een gezin: {BIN_LABELS[1].nl}"


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Hulp uit de Wmo", "Kosten per gebied: Hulp uit de Wmo"),
        ("Kosten per gebied uit de Wmo", "Kosten per gebied uit de Wmo"),
    ],
)
def test_a_title_says_nothing_twice(name: str, title: str) -> None:
    answer = q01()
    named = answer.table().model_copy(update={"id": "b", "title": Localised(nl=name, en=name)})
    both = answer.model_copy(update={"tables": (answer.table(), named)})
    assert draw(both, table="b").findtext(f"{SVG}title") == title


def test_gemeenten_are_named_and_bordered_where_there_are_several() -> None:
    answer = q13()
    shapes = boundaries(["BU06420101", "BU06420201", "BU05310101"])
    svg = draw(answer, table="providers-wijk", shapes=shapes)
    assert {"Zwijndrecht", "Hendrik-Ido-Ambacht"} <= {t.text for t in svg.iter(f"{SVG}text")}
    assert len(areas(svg)) == 3


def test_dark_mode_is_inside_a_file_and_outside_a_page() -> None:
    (style,) = draw().findall(f"{SVG}style")
    assert style.text == stylesheet()
    assert not draw(standalone=False).findall(f"{SVG}style")


@pytest.mark.parametrize("name", ["<script>", "a&b", '"quoted"', "\x00\x1f", "\ud800", "日本"])
def test_no_name_breaks_the_file(name: str) -> None:
    area = q01().table().areas[0].model_copy(update={"name": name})
    table = q01().table().model_copy(update={"areas": (area,)})
    drawing = ChoroplethMap(q01(), table, 0, boundaries())
    svg = ET.fromstring(drawing.render().encode())  # noqa: S314 - our own text
    assert not list(svg.iter(f"{SVG}script"))


def test_boundaries_that_do_not_fit_are_refused() -> None:
    twice = {"type": "FeatureCollection", "features": [square("BU06420101", 0, 0)] * 2}
    with pytest.raises(BadBoundaries):
        draw(shapes=twice)
    with pytest.raises(BadBoundaries):
        draw(shapes={"type": "FeatureCollection", "features": []})


def test_a_member_of_two_areas_is_refused() -> None:
    first, second = (Area(code, code, 9, ("BU06420101",)) for code in ("X1", "X2"))
    answer = read(samples.q01([first, second], [1, 2]))
    with pytest.raises(BadBoundaries):
        draw(answer)


def test_the_same_answer_gives_the_same_bytes() -> None:
    one, other = (ChoroplethMap(q01(), q01().table(), 0, boundaries()).render() for _ in "12")
    assert one == other


def test_an_outcome_is_named_with_its_table_where_a_level_has_several() -> None:
    answer = q13()
    table = answer.table("providers-gemeente")
    other = q01().table().model_copy(update={"level": "gemeente"})
    both = answer.model_copy(update={"tables": (other, table)})
    shapes = boundaries(["BU06420101", "BU05310101"])
    title = draw(both, table=table.id, output=1, shapes=shapes).findtext(f"{SVG}title")
    assert title == f"{table.title.nl}: {BIN_LABELS[1].nl}"
