# SPDX-License-Identifier: EUPL-1.2
"""The one ``MetaData`` on which every room of the coordinator declares its tables."""

from sqlalchemy import MetaData

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Names of constraints, so that a migration can refer to them on every database."""

metadata = MetaData(naming_convention=NAMING)
