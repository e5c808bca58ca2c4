# SPDX-License-Identifier: EUPL-1.2
"""Runs the migrations of the record store on the connection that the caller opened."""

from alembic import context

from ontschot.node.provider.records.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
