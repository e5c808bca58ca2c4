# SPDX-License-Identifier: EUPL-1.2
"""What can be wrong with the boundaries that a result is drawn on.

::

    Misconfigured
    └── BadBoundaries   the public boundaries cannot carry this result
"""

from ontschot.protocol.errors import Misconfigured
from ontschot.protocol.language import Text


class BadBoundaries(Misconfigured):
    """Boundaries that are no FeatureCollection, or areas that claim the same feature."""

    code = "bad-boundaries"
    title = Text("De gebiedsgrenzen kloppen niet", "The map boundaries are wrong")
    remedy = Text(
        "Geef de gebiedsgrenzen als GeoJSON, met de CBS-code als 'id' van elk gebied.",
        "Give the boundaries as GeoJSON, with the CBS code as the 'id' of each area.",
    )
