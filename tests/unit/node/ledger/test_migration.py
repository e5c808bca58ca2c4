# SPDX-License-Identifier: EUPL-1.2
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Engine, MetaData, inspect

from ontschot.node.database import NAMING, open_engine
from ontschot.node.ledger import tables
from ontschot.node.state.schema import MIGRATIONS, metadata

LEDGER = ("ENTRY", "STATUS", "ACCOUNT", "HOLD", "BINDING", "ANSWER", "PEER_HEAD")


def test_the_migration_makes_the_tables_that_the_program_uses(engine: Engine) -> None:
    ours = MetaData(naming_convention=NAMING)
    for name in LEDGER:
        getattr(tables, name).to_metadata(ours)

    def only_ours(_: Any, name: str | None, kind: str, *__: Any) -> bool:
        return kind != "table" or (name or "").startswith("ledger_")

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": only_ours})
        assert compare_metadata(context, ours) == []


def test_every_table_of_the_ledger_is_registered_with_the_state() -> None:
    assert {getattr(tables, name).name for name in LEDGER} <= set(metadata.tables)


def test_the_first_migration_goes_back_to_nothing(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
        command.downgrade(config, "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]


def test_the_migrations_run_on_a_url_too(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'by-url.db'}"
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", url)
    command.upgrade(config, "head")
    engine = open_engine(url)
    assert "ledger_entry" in inspect(engine).get_table_names()
    engine.dispose()
