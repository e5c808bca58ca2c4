# SPDX-License-Identifier: EUPL-1.2
"""Put the published answers beside the truth, table by table."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ontschot.protocol.catalogue.definitions import BlockDefinition, definition
from ontschot.protocol.language import Text
from ontschot.protocol.variables import Selection
from ontschot_demo.estimated import is_about, joined, tier, true_of_estimate
from ontschot_demo.report import Answers, Group, Row, Unit, grouped
from ontschot_demo.truth import Care, Truth

_UNITS: dict[str, Unit] = {"euroCents": "euros", "households": "households", "permille": "permille"}
_LEVELS = {"pc6-cluster": Text("stukje buurt", "piece of a buurt")}


def compare(question: str, result: Mapping[str, Any], truth: Truth) -> Iterator[Answers]:
    """Yield each table of an answer with the truth beside it.

    ``result`` is the published document; joined areas are compared with the sum of theirs. Tables
    that only make the direct ones add up are left out.
    """
    blocks = {block.id: block for block in definition(question).blocks}
    title = Text(**result["title"])
    name = Text(f"{result['question']} {title.nl}", f"{result['question']} {title.en}")
    for table in _beside_each_other(result["tables"]):
        groups = []
        for position, output in enumerate(table["outputs"]):
            if table["estimator"] == "composite":
                true = true_of_estimate(definition(question), table, position, truth)
            else:
                true = joined(table, _true(question, blocks[table["id"]], position, output, truth))
            rows = tuple(
                _row(area, area["figures"][position], true[area["code"]]) for area in table["areas"]
            )
            groups.append(Group(Text(**output["label"]), rows))
        yield Answers(
            name,
            Text(**result["wording"]),
            _title(table),
            _UNITS[table["unit"]],
            tuple(groups),
        )


def _true(
    question: str, block: BlockDefinition, position: int, output: Mapping[str, Any], truth: Truth
) -> Mapping[str, int]:
    if question == "Q13":
        return _providers(block, position, output, truth)
    variable = definition(question).variable(block.variable)
    selection = Selection(tuple(variable.wetten), tuple(variable.groups))
    care = Care(selection.wetten, selection.categories or ())
    if block.cap is not None:
        return truth.capped_sum(block.level, block.cap * variable.quantum_cents, care)
    if variable.measure == "euros":
        low, high = tier(block, position, variable.quantum_cents)
        return truth.between(block.level, low, high, care)
    return truth.households(block.level, care)


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


def _row(area: Mapping[str, Any], figure: Mapping[str, Any], truth: int) -> Row:
    shown = figure["shown"]
    value = Text(**shown["text"]) if shown["value"] is None else shown["value"]
    return Row(area["name"], value, shown["low"], shown["high"], truth, figure["value"])


def _beside_each_other(tables: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield each direct table, and behind it the estimates that are about the same."""
    composite = [table for table in tables if table["estimator"] == "composite"]
    for table in tables:
        if table["estimator"] == "direct":
            yield table
            yield from (other for other in composite if is_about(other, table["id"]))


def _title(table: Mapping[str, Any]) -> Text:
    title = Text(**table["title"])
    level = _LEVELS.get(table["level"], Text(table["level"], table["level"]))
    title = Text(f"{title.nl} per {level.nl}", f"{title.en} by {level.en}")
    if not table["capCents"]:
        return title
    cap = grouped(table["capCents"] // 100)
    return Text(f"{title.nl}, tot € {cap.nl} elk", f"{title.en}, up to €{cap.en} each")
