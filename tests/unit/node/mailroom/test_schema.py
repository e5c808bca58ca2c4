# SPDX-License-Identifier: EUPL-1.2
"""The migration makes the tables that the program knows."""

from pathlib import Path

import pytest
from sqlalchemy import Table, inspect

from ontschot.node.database import open_engine, upgrade
from ontschot.node.mailroom.schema import ANCHORS, FILE_USE, IN, OUT, ROSTER
from ontschot.node.state.schema import MIGRATIONS


@pytest.mark.parametrize("table", [IN, OUT, FILE_USE, ROSTER, ANCHORS], ids=lambda one: one.name)
def test_columns_keys_and_indexes(tmp_path: Path, table: Table) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/state.db")
    upgrade(engine, MIGRATIONS)
    found = inspect(engine)
    columns = {column["name"]: column for column in found.get_columns(table.name)}
    assert list(columns) == table.columns.keys()
    for column in table.columns:
        assert columns[column.name]["nullable"] == column.nullable
        assert str(columns[column.name]["type"]) == str(column.type.compile(engine.dialect))
    indexes = {index["name"] for index in found.get_indexes(table.name)}
    assert indexes == {index.name for index in table.indexes}
    primary = found.get_pk_constraint(table.name)["constrained_columns"]
    assert primary == [column.name for column in table.primary_key]
    engine.dispose()
