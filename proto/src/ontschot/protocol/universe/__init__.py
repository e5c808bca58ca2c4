# SPDX-License-Identifier: EUPL-1.2
"""The public universe of address slots, its areas, and the one address normaliser."""

from ontschot.protocol.universe.address import (
    ENCODER,
    Address,
    Addresses,
    normalise,
    normalise_columns,
)
from ontschot.protocol.universe.areas import NO_AREA, Area, AreaMap, Level
from ontschot.protocol.universe.merging import (
    COUNTS_MINIMUM,
    EUROS_MINIMUM,
    MAPS,
    area_map,
    merge_small,
    require_derived,
)
from ontschot.protocol.universe.placing import NOT_PLACED, How, Placement, slots_of
from ontschot.protocol.universe.universe import Listing, Universe

__all__ = [
    "COUNTS_MINIMUM",
    "ENCODER",
    "EUROS_MINIMUM",
    "MAPS",
    "NOT_PLACED",
    "NO_AREA",
    "Address",
    "Addresses",
    "Area",
    "AreaMap",
    "How",
    "Level",
    "Listing",
    "Placement",
    "Universe",
    "area_map",
    "merge_small",
    "normalise",
    "normalise_columns",
    "require_derived",
    "slots_of",
]
