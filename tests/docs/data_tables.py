# SPDX-License-Identifier: EUPL-1.2
"""Parts of ``docs/data-model.md``: the tables of the record store, and the rules of the intake."""

from sqlalchemy import Column, Table

from ontschot.node.provider.intake.columns import COLUMNS
from ontschot.node.provider.intake.rule import Rule
from ontschot.node.provider.intake.rules import ALL_RULES
from ontschot.node.provider.records.models import Base

_SEVERITY = {"R": "line rejected", "M": "loaded, reported", "S": "file stopped"}


def record_store() -> str:
    """Return every table of the record store with its columns."""
    return "\n".join(_table(table) for table in Base.metadata.sorted_tables)


def intake_columns() -> str:
    """Return the columns of the CSV file in their order."""
    return "```\n" + ";".join(COLUMNS) + "\n```\n"


def intake_rules() -> str:
    """Return every rule of the intake: what it says, and what becomes of the line or file."""
    lines = [
        "| rule | column | effect | retourcode | Nederlands | English |",
        "|---|---|---|---|---|---|",
    ]
    lines += [_rule(rule) for rule in ALL_RULES]
    return "\n".join(lines) + "\n"


def _rule(rule: Rule) -> str:
    column = f"`{rule.column}`" if rule.column else ""
    texts = " | ".join(text.replace("|", "\\|") for text in rule.text)
    return f"| `{rule.code}` | {column} | {_SEVERITY[rule.severity]} | {rule.retour} | {texts} |"


def _table(table: Table) -> str:
    lines = [f"#### `{table.name}`", "", "| column | type | |", "|---|---|---|"]
    lines += [f"| `{one.name}` | {_type(one)} | {_marks(one)} |" for one in table.columns]
    return "\n".join(lines) + "\n"


def _type(column: "Column[object]") -> str:
    return str(column.type.compile()).lower()


def _marks(column: "Column[object]") -> str:
    marks = []
    if column.primary_key:
        marks.append("key")
    marks += [f"of `{one.column.table.name}`" for one in column.foreign_keys]
    if column.computed is not None:
        marks.append("computed by the database")
    if column.nullable:
        marks.append("may be empty")
    if column.unique:
        marks.append("unique")
    return ", ".join(marks)
