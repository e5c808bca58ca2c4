# SPDX-License-Identifier: EUPL-1.2
"""Household vectors: one integer per slot of the universe, from the provider's own records."""

from ontschot.node.provider.vectors.build import VectorResult, build, vector_of
from ontschot.node.provider.vectors.report import Group, PlacementReport
from ontschot.node.provider.vectors.rounding import RoundingKey
from ontschot.node.provider.vectors.tally import Clients

__all__ = [
    "Clients",
    "Group",
    "PlacementReport",
    "RoundingKey",
    "VectorResult",
    "build",
    "vector_of",
]
