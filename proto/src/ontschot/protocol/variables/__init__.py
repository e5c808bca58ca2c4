# SPDX-License-Identifier: EUPL-1.2
"""Variables: what a node computes per household, the publication groups and the clamps."""

from ontschot.protocol.variables.clamps import Clamps, clamps
from ontschot.protocol.variables.errors import MalformedVariable
from ontschot.protocol.variables.groups import PublicationGroup, Wet, group_of, publication_groups
from ontschot.protocol.variables.variable import Measure, Selection, Variable

__all__ = [
    "Clamps",
    "MalformedVariable",
    "Measure",
    "PublicationGroup",
    "Selection",
    "Variable",
    "Wet",
    "clamps",
    "group_of",
    "publication_groups",
]
