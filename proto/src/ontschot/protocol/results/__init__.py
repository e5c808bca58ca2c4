# SPDX-License-Identifier: EUPL-1.2
"""A published answer as files: CSV, GeoJSON, and which boundary shows which figure.

Coordinator and portal each have a reader of their own for the result document: the first is strict,
the second takes what it needs. Both satisfy ``shapes.Result``, and both write the files by this
package, so that a file is the same from either.
"""

from ontschot.protocol.results.csv_file import CSV_COLUMNS, to_csv
from ontschot.protocol.results.errors import BadBoundaries
from ontschot.protocol.results.geojson import FeatureCollection, to_geojson
from ontschot.protocol.results.joining import assign_features
from ontschot.protocol.results.rates import Rate, rate_of

__all__ = [
    "CSV_COLUMNS",
    "BadBoundaries",
    "FeatureCollection",
    "Rate",
    "assign_features",
    "rate_of",
    "to_csv",
    "to_geojson",
]
