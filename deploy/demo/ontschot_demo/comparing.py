# SPDX-License-Identifier: EUPL-1.2
"""Put the published answers beside the truth, table by table, and say what each party saw."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlalchemy import func, select

from ontschot.coordinator.releases.schema import uploads
from ontschot.coordinator.store.database import open_engine
from ontschot.protocol.catalogue.definitions import BlockDefinition, definition
from ontschot.protocol.language import Text
from ontschot_demo.installing import Federation
from ontschot_demo.report import Answers, Count, Party, Row
from ontschot_demo.truth import Truth, join_areas

Values = Callable[[], Mapping[str, int]]


def compare(question: str, result: Mapping[str, Any], truth: Truth) -> Iterator[Answers]:
    """Yield each table of an answer with the truth beside it.

    ``result`` is the published document; joined areas are compared with the sum of theirs.
    """
    blocks = {block.id: block for block in definition(question).blocks}
    for table in result["tables"]:
        block = blocks[table["id"]]
        for position, output in enumerate(table["outputs"]):
            true = _true(question, block, position, output, truth)
            rows = tuple(_row(area, area["figures"][position], true) for area in table["areas"])
            unit = "euros" if table["unit"] == "euroCents" else "households"
            yield Answers(_title(result, table), Text(**output["label"]), unit, rows)  # type: ignore[arg-type]


def parties(federation: Federation, lines: int, rows: int) -> tuple[Party, ...]:
    """Return what each party saw in this run, counted from what it holds."""
    engine = open_engine(federation.coordinator.store_url)
    with engine.begin() as connection:
        sent = connection.execute(select(func.count()).select_from(uploads)).scalar_one()
    engine.dispose()
    return (
        Party(
            Text("Elke aanbieder", "Each provider"),
            (Count(Text("regels van haar eigen cliënten", "lines of its own clients"), lines),),
            Text("Gegevens van een andere aanbieder.", "Another provider's records."),
        ),
        Party(
            Text("Elke helper", "Each helper"),
            (
                Count(Text("halve inzendingen, elk willekeurig", "halves, each random"), sent),
                Count(
                    Text("adressen (openbaar)", "addresses (public)"),
                    rows,
                ),
            ),
            Text(
                "Een huishouden, een bedrag, of een aantal zonder ruis.",
                "A household, an amount, or a count without noise.",
            ),
        ),
        Party(
            Text("De dealer", "The dealer"),
            (Count(Text("gegevens", "records"), 0),),
            Text("Gegevens of uitkomsten. Hij maakt alleen sleutels.", "Data. It makes keys only."),
        ),
        Party(
            Text("De coördinator", "The coordinator"),
            (Count(Text("gesloten enveloppen", "sealed envelopes"), 2 * sent),),
            Text(
                "Een inhoud. Alleen uitkomsten met ruis kan hij lezen.",
                "Any content. It can read noised answers only.",
            ),
        ),
        Party(
            Text("De gemeente", "The municipality"),
            (Count(Text("uitkomsten met ruis", "noised answers"), 3),),
            Text("Een huishouden.", "A household."),
        ),
    )


def _true(
    question: str, block: BlockDefinition, position: int, output: Mapping[str, Any], truth: Truth
) -> Mapping[str, int]:
    if block.statistic == "capped":
        return truth.capped_sum(block.level, (block.cap or 0) * 10_000)
    if question == "Q13":
        return _providers(block, position, output, truth)
    if block.variable == "euros":
        return truth.at_least(block.level, block.thresholds[position] * 10_000)
    law = "JW" if block.variable == "served-jw" else "WMO"
    return truth.households(block.level, (law,))


def _providers(
    block: BlockDefinition, position: int, output: Mapping[str, Any], truth: Truth
) -> Mapping[str, int]:
    counts = truth.providers(block.level)
    bins = len(block.thresholds)
    if output["derived"]:
        # After the bins come the cumulative figures: at least 1, at least 2, and so on.
        start = position - bins
        return {area: sum(values[start:]) for area, values in counts.items()}
    return {area: values[position] for area, values in counts.items()}


def _row(area: Mapping[str, Any], figure: Mapping[str, Any], true: Mapping[str, int]) -> Row:
    members = area["members"] or [area["code"]]
    shown = figure["shown"]
    note = Text(**shown["text"]) if shown["kind"] != "value" else None
    return Row(
        area["name"],
        figure["value"],
        figure["low"],
        figure["high"],
        join_areas(true, members),
        note,
    )


def _title(result: Mapping[str, Any], table: Mapping[str, Any]) -> Text:
    title = Text(**table["title"])
    level = table["level"]
    return Text(
        f"{result['question']} {title.nl} per {level}",
        f"{result['question']} {title.en} by {level}",
    )
