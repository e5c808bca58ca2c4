# SPDX-License-Identifier: EUPL-1.2
"""People counted plainly: who was served, joined over all providers by BSN, and their buckets.

Independent of the product's vectors: who counts and where they live is the SQL of ``pooled``, a
bucket is a keyed hash written from the protocol (section 8). The key is put together from what one
provider keeps: only with that node's own keys can its boxes be opened.
"""

import hashlib
import hmac
from typing import Any

from ontschot.node.provider.records.identity import SealedBsn, load_keys
from ontschot.protocol.documents.persons import KeySet
from ontschot.protocol.documents.queries import Block
from ontschot.protocol.keys.files import read_keys
from ontschot.protocol.persons import derive
from ontschot.protocol.persons.sealing import kept_context
from processes.measured import Measured, rows
from processes.pooled import Pool

_SERVED = """
WITH per_client AS (
    SELECT node, client_id FROM prestaties JOIN clienten USING (node, client_id)
    WHERE bezwaar_statistiek = 0 AND afgeschermd = 0 AND list_contains(?, wet)
      AND periode_van::DATE BETWEEN ? AND ?
    GROUP BY ALL HAVING sum(if(dc = 'D', 1, -1)) > 0)
SELECT node, client_id, code, slot
FROM per_client JOIN plek USING (node, client_id) JOIN gebied USING (slot)
WHERE kaart = ?
"""


def contributions_of(measured: Measured, provider: str) -> dict[str, bytes]:
    """Return the contributions to the key that a provider keeps, by node."""
    home = measured.party.home(provider)
    keys = read_keys(home / "keys.json")
    kept = rows(home / "state.db", "SELECT round, node, box FROM person_contribution")
    return {node: keys.open(box, kept_context(round_hash, node)) for round_hash, node, box in kept}


def secret_of(measured: Measured, provider: str) -> bytes:
    """Return the key that a provider has: the bytes themselves."""
    state = measured.party.home(provider) / "state.db"
    ((document,),) = rows(state, "SELECT key_set FROM person_key")
    key_set = KeySet.parse(document)
    key = derive(key_set.round, key_set.digest, contributions_of(measured, provider))
    return key._secret


def occupied(measured: Measured, pool: Pool, block: Block) -> dict[str, int]:
    """Return how many buckets people fill in each area of a block, by code."""
    secret = secret_of(measured, measured.providers[0])
    prefix = b"ontschot/v1/person-bucket\0" + bytes.fromhex(measured.round.digest)
    found: dict[str, set[int]] = {}
    for code, bsn in people(measured, pool, block):
        message = prefix + f"{block.variable}\0{code}\0{bsn}".encode()
        digest = hmac.new(secret, message, hashlib.sha256).digest()
        bucket = int.from_bytes(digest[:8], "big") % sizes(measured, block)[code]
        found.setdefault(code, set()).add(bucket)
    return {code: len(buckets) for code, buckets in found.items()}


def people(measured: Measured, pool: Pool, block: Block) -> set[tuple[str, str]]:
    """Return area and BSN of everybody who counts in a block, each once in an area.

    Of each slot a provider counts four, those with the smallest keyed hash.
    """
    round_ = measured.round
    wetten = list(round_.variable(block.variable).wetten)
    served = pool.all(_SERVED, wetten, round_.period_from, round_.period_to, block.area_map)
    numbers = {node: _numbers(measured, node) for node in measured.providers}
    secret = secret_of(measured, measured.providers[0])
    prefix = b"ontschot/v1/person-keep\0" + bytes.fromhex(round_.digest)
    slots: dict[tuple[str, int], list[tuple[bytes, str, str]]] = {}
    for node, client, code, slot in served:
        bsn = numbers[node].get(client)
        if bsn is not None:
            rank = hmac.new(secret, prefix + bsn.encode(), hashlib.sha256).digest()
            slots.setdefault((node, slot), []).append((rank, str(code), bsn))
    return {(code, bsn) for those in slots.values() for _, code, bsn in sorted(those)[:4]}


def sizes(measured: Measured, block: Block) -> dict[str, int]:
    """Return the number of buckets of each area of a block, by code."""
    grid = measured.round.variable(block.variable).persons
    maps = measured.party.inputs.maps.values()
    area_map = next(found for found in maps if found.digest == block.area_map)
    assert grid is not None
    found = {}
    for code, slots in zip(area_map.codes, area_map.slots_per_area.tolist(), strict=True):
        size = 1024
        while size * 1000 < 32 * slots * grid.per_mille:
            size *= 2
        found[code] = size
    return found


def _numbers(measured: Measured, node: str) -> dict[int, str]:
    home = measured.party.home(node)
    identity = load_keys(home / "record-keys.json")
    query = "SELECT client_id, bsn_index, bsn_versleuteld, bsn_sleutel FROM client"
    sealed: list[tuple[Any, ...]] = rows(home / "records.db", query)
    return {
        client: identity.open(SealedBsn(index, box, key)).digits
        for client, index, box, key in sealed
        if box is not None
    }
