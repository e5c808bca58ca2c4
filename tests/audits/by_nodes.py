# SPDX-License-Identifier: EUPL-1.2
"""Releases whose noise the nodes added, each to its own upload (protocol section 9).

Who sees most are both helpers together: they can put each upload together again, and see its cells
with that node's noise alone. The answer is the sum of these. Helpers add no noise of their own, so
one of them sees no more than the answer.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from audits.releasing import Areas, Mechanism, Vectors, released
from audits.sources import Silent
from ontschot.node.noise import NoiseSource
from ontschot.node.provider.vectors.noised import with_noise
from ontschot.protocol.documents.releases import Manifest
from ontschot.protocol.documents.uploads import NodeNoise
from ontschot.protocol.privacy.units import parse_sigma

VIEWS: Final = ("opened", "both helpers")


def views(
    manifest: Manifest, areas: Areas, vectors: Vectors, mechanism: Mechanism
) -> list[NDArray[np.float64]]:
    """Return what one release shows to each of ``VIEWS``: the answer, and each upload's cells."""
    source = mechanism.noise("A")
    noised = {name: _noised(manifest, name, vectors[name], source) for name in vectors}
    shares = mechanism.compute(manifest, areas, noised)
    answer = released(manifest, areas, shares, (Silent(), Silent()))
    uploads = [noised[part.variable].view(np.int32).reshape(-1) for part in manifest.parts]
    return [answer.astype(np.float64), np.concatenate(uploads).astype(np.float64)]


def sigmas(manifest: Manifest, vectors: Vectors) -> list[NDArray[np.float64]]:
    """Return the standard deviation of each figure of each view."""
    drawn = [
        np.repeat([float(parse_sigma(one.sigma)) for one in _of(manifest, part.variable)], size)
        for part in manifest.parts
        for size in (vectors[part.variable].shape[1],)
    ]
    answer = [
        np.sqrt(np.sum(found.reshape(len(part.uploads), -1) ** 2, axis=0))
        for part, found in zip(manifest.parts, drawn, strict=True)
    ]
    return [np.concatenate(answer), np.concatenate(drawn)]


def _of(manifest: Manifest, variable: str) -> list[NodeNoise]:
    part = next(part for part in manifest.parts if part.variable == variable)
    found = {one.upload: one for one in manifest.noised}
    return [NodeNoise(sigma=found[name].sigma, rho=found[name].rho) for name in part.uploads]


def _noised(
    manifest: Manifest, variable: str, cells: NDArray[np.uint32], source: NoiseSource
) -> NDArray[np.uint32]:
    (block,) = manifest.blocks_of(variable)
    return np.stack(
        [
            with_noise(one, noise, block.cap or 0, source)
            for one, noise in zip(cells, _of(manifest, variable), strict=True)
        ]
    )
