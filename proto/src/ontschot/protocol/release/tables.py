# SPDX-License-Identifier: EUPL-1.2
"""The shape of each figure of a release, as both helpers and the coordinator need it."""

from collections.abc import Mapping
from typing import Literal

from ontschot.protocol.documents.releases import Manifest, Part
from ontschot.protocol.release.gates import word_bits_of
from ontschot.protocol.release.halves import Table
from ontschot.protocol.universe.areas import AreaMap


def tables(manifest: Manifest, areas: Mapping[str, AreaMap]) -> list[Table]:
    """Return the shape of each block's figures, in the manifest's order."""
    words = {
        part.variable: _bits(manifest, part, areas)
        for part in manifest.parts
        if manifest.blocks_of(part.variable)
    }
    return [
        Table(
            block=block.id,
            outputs=block.outputs,
            areas=len(areas[block.area_map].codes),
            # A code goes through a table.
            bits=words.get(block.variable, 32),
        )
        for block in manifest.blocks
    ]


def _bits(manifest: Manifest, part: Part, areas: Mapping[str, AreaMap]) -> Literal[32, 64]:
    if part.gate is None:
        return 32
    slots = areas[manifest.blocks_of(part.variable)[0].area_map].slots
    return word_bits_of(manifest.functions_of(part.variable), slots, part.gate.ring_bits)
