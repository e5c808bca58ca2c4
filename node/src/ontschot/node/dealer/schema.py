# SPDX-License-Identifier: EUPL-1.2
"""Tables of the dealer, in its state database."""

from sqlalchemy import Column, LargeBinary, String, Table

from ontschot.node.state.schema import metadata

deals = Table(
    "deal",
    metadata,
    Column("set_id", String(64), primary_key=True),
    Column("offer", LargeBinary, nullable=False),
    Column("seeds", LargeBinary),
    Column("choice_a", LargeBinary),
    Column("choice_b", LargeBinary),
)
"""Deals by set; ``seeds`` (32 bytes each) are erased when the batch has been sent."""
