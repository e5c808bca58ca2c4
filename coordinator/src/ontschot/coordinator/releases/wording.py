# SPDX-License-Identifier: EUPL-1.2
"""The words of a result: titles of tables, labels of columns, coverage. Dutch first, B1."""

from ontschot.protocol.documents.queries import Block
from ontschot.protocol.documents.rounds import VariableDocument
from ontschot.protocol.language import Text

_WETTEN = {"JW": Text("Jeugdwet", "Youth Act"), "WMO": Text("Wmo", "Social Support Act")}


def table_title(block: Block, variable: VariableDocument) -> Text:
    """Return what a table is about."""
    if block.statistic == "capped":
        return Text("Kosten van hulp", "Cost of care")
    if variable.measure == "euros":
        return Text("Huishoudens met hoge kosten", "Households with high costs")
    if block.statistic == "bins":
        return Text("Aantal aanbieders per huishouden", "Number of providers per household")
    if len(variable.wetten) == 1:
        law = _WETTEN[variable.wetten[0]]
        return Text(
            f"Huishoudens met hulp uit de {law.nl}", f"Households with care under the {law.en}"
        )
    return Text("Huishoudens met hulp", "Households with care")


def labels(block: Block, variable: VariableDocument) -> tuple[Text, ...]:
    """Return the label of each figure of a table."""
    if block.statistic == "capped":
        return (Text("Kosten", "Cost"),)
    if variable.measure == "euros":
        amounts = [t * variable.quantum_cents // 100 for t in block.thresholds]
        return tuple(
            Text(f"€ {_thousands(amount, '.')} of meer", f"€ {_thousands(amount, ',')} or more")
            for amount in amounts
        )
    if block.statistic == "at-least":
        return tuple(
            Text("Huishoudens", "Households")
            if t == 1
            else Text(f"{t} of meer aanbieders", f"{t} or more providers")
            for t in block.thresholds
        )
    last = len(block.thresholds) - 1
    return tuple(_bin_label(t, is_open=i == last) for i, t in enumerate(block.thresholds))


def coverage(participants: int, listed: int) -> Text:
    """Return which part of the providers took part."""
    return Text(
        f"{participants} van de {listed} aanbieders deden mee.",
        f"{participants} of {listed} providers took part.",
    )


def _bin_label(threshold: int, *, is_open: bool) -> Text:
    if is_open:
        return Text(f"{threshold} of meer aanbieders", f"{threshold} or more providers")
    if threshold == 1:
        return Text("1 aanbieder", "1 provider")
    return Text(f"{threshold} aanbieders", f"{threshold} providers")


def _thousands(amount: int, separator: str) -> str:
    return f"{amount:,}".replace(",", separator)
