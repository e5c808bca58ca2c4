# SPDX-License-Identifier: EUPL-1.2
"""Which noise went into which release: the helpers' notes beside their ledgers.

A helper draws once for each block of a release, in the transaction that also spends the price. So
the draws lie in the order of the ledger's ``spend`` entries, and a draw too many (noise drawn
again) or with another scale than the block's shows at once.
"""

import json
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ontschot.protocol.privacy.units import parse_sigma
from ontschot.protocol.release.halves import BLIND_BYTES
from processes.measured import Measured, rows

Noise: TypeAlias = dict[str, dict[str, NDArray[np.int64]]]
"""By manifest and block: int64[outputs * areas], outputs first."""


def noise_of(measured: Measured, helper: str) -> Noise:
    """Return what a helper drew for each release that it committed.

    Raises:
        AssertionError: the notes are not one draw for each block of each release.
    """
    draws = _draws(measured, helper)
    manifests = manifests_of(measured, helper)
    noise: Noise = {}
    for digest in _spent(measured, helper):
        noise[digest] = {}
        for block in manifests[digest]["blocks"]:
            scale, drawn = draws.pop(0)
            if scale != parse_sigma(block["sigma"]):
                raise AssertionError(block["id"])
            noise[digest][block["id"]] = drawn
    if draws:
        raise AssertionError(f"{len(draws)} draws that no release used")
    return noise


def manifests_of(measured: Measured, helper: str) -> dict[str, dict[str, Any]]:
    """Return every manifest that a helper knows, by digest."""
    state = measured.party.home(helper) / "state.db"
    found = rows(state, "SELECT manifest, document FROM helper_release")
    return {digest: json.loads(document) for digest, document in found}


def _spent(measured: Measured, helper: str) -> list[str]:
    state = measured.party.home(helper) / "state.db"
    query = "SELECT body FROM ledger_entry WHERE kind = 'spend' ORDER BY seq"
    return [json.loads(body)["mh"] for (body,) in rows(state, query)]


def _draws(measured: Measured, helper: str) -> list[tuple[Fraction, NDArray[np.int64]]]:
    text = (measured.noise / f"{helper}.jsonl").read_text("ascii")
    notes = [json.loads(line) for line in text.splitlines()]
    return [(Fraction(note["scale"]), np.array(note["drawn"], np.int64)) for note in notes]


def without_noise(
    table: dict[str, Any], drawn: NDArray[np.int64], codes: Sequence[str]
) -> dict[str, list[int]]:
    """Return a published table less the noise in it, per area code.

    Args:
        table: as published; derived outputs ("at least k") are sums of bins, and so is their noise.
        drawn: noise of both helpers together, int64[outputs, areas], in the unit of the noise.
        codes: the area map's codes, in order.
    """
    tails = drawn[::-1].cumsum(axis=0)[::-1]
    noise = np.concatenate([drawn, tails])[: len(table["outputs"])] * table["quantumCents"]
    return {
        area["code"]: [
            figure["value"] - int(noise[position, codes.index(area["code"])])
            for position, figure in enumerate(area["figures"])
        ]
        for area in table["areas"]
    }


def opened(measured: Measured, manifest: str, outputs: int) -> NDArray[np.int64]:
    """Return what the coordinator opened of a release: both noised halves, added and centred."""
    store = measured.party.home("coordinator") / "coordinator.db"
    found = rows(store, "SELECT manifest, body FROM release_word WHERE kind = 'output'")
    halves = [body[BLIND_BYTES:] for digest, body in found if digest == manifest]
    bits = 8 * len(halves[0]) // outputs
    words = [np.frombuffer(half, f"<u{bits // 8}") for half in halves]
    centred: NDArray[np.int64] = (words[0] + words[1]).view(f"<i{bits // 8}").astype(np.int64)
    return centred
