# SPDX-License-Identifier: EUPL-1.2
"""Noise that a provider's node adds to its own CELL upload (protocol section 9).

The unit is one household at that one node: a node lets a household add at most ``node_cap`` to all
cells together, so its L2 is at most ``node_cap`` and N_Z(0, sigma^2) on each cell of the upload is
``node_cap^2 / (2 sigma^2)``-zCDP (``privacy.units``). Everything that is ever made of the upload by
adding up is post-processing of that and costs the unit nothing more (Bun and Steinke, arXiv
1605.02065, Lemma 2.2). The noise of different nodes is independent, so a household at k nodes loses
the sum of their prices: k rho where they are equal.

When may helpers omit their own noise? Only if every listed upload is noised with at least the sigma
of the query's own block. Then what is opened is no worse than the price of the query says: at k <=
M providers a household moves a table by at most M cap, and the noise of each listed upload alone is
as large as one helper's would have been. So the helpers' accounts, which charge the query's price
in either mode, still bound the loss of a household over the federation.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Final

from ontschot.protocol.documents.queries import Block
from ontschot.protocol.documents.releases import Manifest, NoisedUpload, NoiseMode, Part
from ontschot.protocol.documents.uploads import NodeNoise
from ontschot.protocol.privacy.charge import Charge, PricedBlock, release_charges
from ontschot.protocol.privacy.sensitivity import clamped
from ontschot.protocol.privacy.units import (
    RHO_UNITS,
    Rho,
    format_rho,
    format_sigma,
    parse_sigma,
    rho_of,
    sigma_for,
)

LEAST_RHO: Final = RHO_UNITS // 10**6
"""Least price of one upload: with less, sums of many uploads may not fit their words."""

MOST_RHO: Final = RHO_UNITS
"""Largest price of one upload; a rho of 1 (epsilon 8.4 at 1e-6) protects hardly any more."""


def noise_for(rho: int, cap: int) -> NodeNoise:
    """Return the noise of an upload at a price of at most ``rho`` (units of 1e-12).

    ``cap`` is the variable's ``node_cap``.

    Raises:
        PriceTooSmall: a price of nothing.
    """
    sigma = sigma_for(rho, cap * cap)
    return NodeNoise(sigma=format_sigma(sigma), rho=format_rho(rho_of(sigma, cap * cap)))


def is_priced(noise: NodeNoise, cap: int) -> bool:
    """Return whether the stated price is that of the stated sigma.

    Raises:
        MalformedParameter: not a sigma.
    """
    return noise.rho == str(rho_of(parse_sigma(noise.sigma), cap * cap))


def noise_charges(noise: NodeNoise, cap: int, years: Sequence[int]) -> tuple[Charge, Charge]:
    """Return what an upload with this noise charges its node: a household and a person there."""
    priced = PricedBlock(sensitivity=clamped(cap, 1), sigma=parse_sigma(noise.sigma))
    return release_charges([priced], years)


def noised_uploads(found: Mapping[str, NodeNoise | None]) -> list[NoisedUpload]:
    """Return a manifest's list of noised uploads from the noise of each listed envelope."""
    return [
        NoisedUpload(upload=envelope, sigma=noise.sigma, rho=noise.rho)
        for envelope, noise in sorted(found.items())
        if noise is not None
    ]


def mode_of(
    blocks: Sequence[Block], parts: Sequence[Part], noised: Sequence[NoisedUpload]
) -> NoiseMode:
    """Return who adds the noise of a release: it follows from its blocks and uploads alone.

    Raises:
        MalformedParameter: a sigma is no sigma.
    """
    sigmas = {item.upload: parse_sigma(item.sigma) for item in noised}
    least: dict[str, Fraction] = {}
    for block in blocks:
        sigma = parse_sigma(block.sigma)
        least[block.variable] = max(sigma, least.get(block.variable, sigma))
    enough = all(
        upload in sigmas and sigmas[upload] >= least[part.variable]
        for part in parts
        for upload in part.uploads
    )
    return "nodes" if enough else "helpers"


def sigmas_of(manifest: Manifest, variable: str) -> list[Fraction]:
    """Return the sigma of every noised upload of a variable; each is in every figure of it."""
    listed = {
        upload for part in manifest.parts if part.variable == variable for upload in part.uploads
    }
    return [parse_sigma(item.sigma) for item in manifest.noised if item.upload in listed]


def variance(sigmas: Iterable[Fraction]) -> Fraction:
    """Return an upper bound of the variance that this noise adds to one figure."""
    return sum((sigma * sigma for sigma in sigmas), Fraction(0))


def loss_at(manifest: Manifest, nodes: int) -> Rho:
    """Return the most that a household at ``nodes`` of the listed nodes loses by their uploads.

    Of each variable the dearest uploads are taken, so it is an upper bound for whichever nodes.
    """
    prices = {item.upload: int(item.rho) for item in manifest.noised}
    return Rho(
        sum(
            sum(sorted((prices.get(upload, 0) for upload in part.uploads), reverse=True)[:nodes])
            for part in manifest.parts
        )
    )
