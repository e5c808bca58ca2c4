# SPDX-License-Identifier: EUPL-1.2
"""Ids of tables: one that was made from another has that one's id, after how it was made."""

from typing import Final

_ESTIMATE: Final = "estimate-"
_CONSISTENT: Final = "consistent-"


def estimate_id(block: str, what: str = "") -> str:
    """Return the id of the estimate of a block's table; ``what`` where there are several of it."""
    return f"{_ESTIMATE}{what}-{block}" if what else f"{_ESTIMATE}{block}"


def consistent_id(block: str) -> str:
    """Return the id of a block's table that adds up with those of its other levels."""
    return f"{_CONSISTENT}{block}"


def source_id(table: str) -> str:
    """Return a table's id without how it was made; that of a direct table is as it was."""
    for prefix in (_ESTIMATE, _CONSISTENT):
        if table.startswith(prefix):
            return table.removeprefix(prefix)
    return table
