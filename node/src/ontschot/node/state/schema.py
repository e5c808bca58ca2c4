# SPDX-License-Identifier: EUPL-1.2
"""The metadata that every table of the state database is registered on, and its migrations."""

from pathlib import Path
from typing import Final

from sqlalchemy import MetaData

from ontschot.node.database import NAMING

metadata: Final = MetaData(naming_convention=NAMING)
"""Shared by ledger, mailroom and roles; each keeps its tables in its own module."""

MIGRATIONS: Final = Path(__file__).parent / "migrations"
"""The alembic folder, for ``ontschot.node.database.upgrade`` and ``require_current``."""
