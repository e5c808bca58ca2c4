# SPDX-License-Identifier: EUPL-1.2
"""The shape of each figure of a release, as both helpers and the coordinator need it."""

from collections.abc import Mapping

from ontschot.protocol.documents.releases import Manifest
from ontschot.protocol.release.gates import TABLE_BITS
from ontschot.protocol.release.halves import Table
from ontschot.protocol.universe.areas import AreaMap


def tables(manifest: Manifest, areas: Mapping[str, AreaMap]) -> list[Table]:
    """Return the shape of each block's figures, in the manifest's order."""
    narrow = {
        part.variable
        for part in manifest.parts
        if part.gate is None or part.gate.ring_bits <= TABLE_BITS
    }
    return [
        Table(
            block=block.id,
            outputs=block.outputs,
            areas=len(areas[block.area_map].codes),
            bits=32 if block.variable in narrow else 64,
        )
        for block in manifest.blocks
    ]
