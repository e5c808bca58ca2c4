# SPDX-License-Identifier: EUPL-1.2
"""How long the vector of a variable is: a place for each slot, cell or bucket."""

from ontschot.protocol.documents.rounds import VariableDocument
from ontschot.protocol.persons.buckets import buckets_of
from ontschot.protocol.release.cells import cell_count
from ontschot.protocol.universe.areas import AreaMap


def length_of(variable: VariableDocument, slots: int, area_map: AreaMap | None) -> int:
    """Return the number of places.

    Args:
        variable: of the round.
        slots: of the universe.
        area_map: the map of the variable's grid; None if it has none.

    Raises:
        ValueError: a grid without its map.
    """
    if variable.grid is None:
        return slots
    if area_map is None:
        msg = "the map of a grid is missing"
        raise ValueError(msg)
    if variable.cells is not None:
        return cell_count(variable.cells, area_map)
    return slots if variable.persons is None else buckets_of(variable.persons, area_map).count
