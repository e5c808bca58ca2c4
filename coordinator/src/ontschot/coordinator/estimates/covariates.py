# SPDX-License-Identifier: EUPL-1.2
"""Public covariates of buurten, from the boundaries file of a round where it has them.

The CBS file of wijken and buurten (Kerncijfers) says for each buurt which part of the households
are families with children, and which part of the people is 65 or older: youth care goes to the
first, Wmo care mostly to the second. Both spellings of a property are read (WFS and OGC API). A
buurt without numbers, or a round without such a file, counts as average.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ontschot.coordinator.estimates.observations import Floats

COVARIATES = ("percentagehuishoudensmetkinderen", "percentagepersonen65jaarenouder")
"""Names of the properties, in lower case without underscores."""


def covariates(
    boundaries: Mapping[str, Any] | None, buurten: Sequence[Sequence[str]], slots: Floats
) -> Floats:
    """Return standardised covariates of atoms, float64[atoms, q]; q is 0 where nothing is known.

    Args:
        boundaries: GeoJSON whose features have a CBS code as ``id`` or ``buurtcode``, or nothing.
        buurten: per atom the codes of its buurten; empty for slots outside every buurt.
        slots: float64[atoms].
    """
    known = _by_buurt(boundaries or {})
    columns = []
    for name in COVARIATES:
        numbers = {
            code: properties[name] for code, properties in known.items() if name in properties
        }
        column = np.array([_mean(numbers, codes) for codes in buurten])
        if np.isfinite(column).sum() > 1:
            columns.append(_standardised(column, slots))
    return np.stack(columns, axis=1) if columns else np.zeros((len(buurten), 0))


def _by_buurt(boundaries: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    found = {}
    for feature in boundaries.get("features", []):
        properties = {
            key.lower().replace("_", ""): float(value)
            for key, value in (feature.get("properties") or {}).items()
            if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
        }
        code = feature.get("id") or (feature.get("properties") or {}).get("buurtcode")
        found[str(code)] = properties
    return found


def _mean(numbers: Mapping[str, float], codes: Sequence[str]) -> float:
    present = [numbers[code] for code in codes if code in numbers]
    return float(np.mean(present)) if present else np.nan


def _standardised(column: Floats, slots: Floats) -> Floats:
    present = np.isfinite(column)
    middle = np.average(column[present], weights=slots[present])
    spread = np.sqrt(np.average((column[present] - middle) ** 2, weights=slots[present]))
    if spread == 0:
        return np.zeros_like(column)
    return np.where(present, (column - middle) / spread, 0.0)
