# SPDX-License-Identifier: EUPL-1.2
"""Runs the migrations of the coordinator's database on the caller's connection, or on a URL's."""

from alembic import context
from sqlalchemy import Connection

from ontschot.coordinator.store.database import open_engine
from ontschot.coordinator.store.schema import metadata


def run(connection: Connection) -> None:
    """Bring the schema where the command asks, inside the connection's own transaction."""
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with open_engine(context.config.get_main_option("sqlalchemy.url") or "").begin() as opened:
        run(opened)
