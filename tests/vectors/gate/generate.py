# SPDX-License-Identifier: EUPL-1.2
"""Write the vectors of the gate: ``python tests/vectors/gate/generate.py`` from the root.

``batches.json`` fixes the bytes of both parts of a batch by their hashes, and what the gate says
for a few totals. ``bad.json`` holds parts that must be refused. ``streams.json`` fixes the streams
below them. A change in any of these is a new version of the protocol, not a new file.
"""

import hashlib
import json
import pathlib
from typing import Any

import numpy as np

from ontschot.protocol.gate import (
    BatchSpec,
    BoundComponent,
    GatePart,
    binding_of,
    chained_binding_of,
    derive,
    opened,
)
from ontschot.protocol.gate.audit import choose, commit
from ontschot.protocol.gate.layout import header_at
from ontschot.protocol.sharing import Stream, expand, pad_uint64

HERE = pathlib.Path(__file__).parent
SPECS = {
    "table-1-bit": BatchSpec("table", 3, 1, ((0, 1),)),
    "table-4-bits-3-outputs": BatchSpec(
        "table",
        1000,
        4,
        (tuple(range(16)), tuple(int(x >= 2) for x in range(16)), (2**32 - 1,) * 16),
    ),
    "table-6-bits-two-stretches": BatchSpec("table", 8200, 6, (tuple(range(64)),)),
    "table-8-bits-packed": BatchSpec("table", 100, 8, (tuple(p & 15 for p in range(256)),)),
    "dcf-3-bits-counts": BatchSpec("dcf", 1, 3, payload="count"),
    "dcf-3-bits-wide": BatchSpec("dcf", 1, 3, payload="wide"),
    "dcf-5-bits-two-stretches": BatchSpec("dcf", 8200, 5, payload="sum"),
    "dcf-16-bits-counts": BatchSpec("dcf", 1000, 16, payload="count"),
    "dcf-16-bits": BatchSpec("dcf", 1000, 16, payload="sum"),
    "dcf-16-bits-wide": BatchSpec("dcf", 1000, 16, payload="wide"),
    "dcf-31-bits": BatchSpec("dcf", 100, 31, payload="sum"),
}


def seed_of(name: str) -> bytes:
    """Return the seed of a vector."""
    return hashlib.sha256(b"seed of " + name.encode()).digest()


def batch_id_of(name: str) -> bytes:
    """Return the batch id of a vector."""
    return hashlib.sha256(b"batch " + name.encode()).digest()


def digest(array: np.ndarray[Any, Any]) -> str:
    """Return SHA-256 over the little-endian bytes of ``array``."""
    return hashlib.sha256(array.astype(array.dtype.newbyteorder("<")).tobytes()).hexdigest()


def batch(name: str, spec: BatchSpec) -> dict[str, Any]:
    """Return one vector: inputs, hashes of parts, and hashes of every later step."""
    batch_id, seed = batch_id_of(name), seed_of(name)
    made = derive(spec, batch_id, seed)
    a = GatePart.load(spec, "A", batch_id, made.part_a)
    b = GatePart.load(spec, "B", batch_id, made.part_b)
    x = np.arange(spec.slots, dtype=np.uint32) * np.uint32(2654435761) % np.uint32(spec.ring)
    share = expand(hashlib.sha256(name.encode()).digest(), spec.slots)
    from_a, from_b = a.masked(share), b.masked(x - share)
    y = opened(from_a, from_b, spec.ring_bits)
    vector = {
        "name": name,
        "spec": spec.to_document(),
        "spec_digest": spec.digest,
        "batch_id": batch_id.hex(),
        "seed": seed.hex(),
        "part_a": {"bytes": len(made.part_a), "sha256": made.hashes.part_a},
        "part_b": {"bytes": len(made.part_b), "sha256": made.hashes.part_b},
        "masked_a": digest(from_a),
        "masked_b": digest(from_b),
        "opened": digest(y),
    }
    if spec.kind == "table":
        return vector | {"outputs_a": digest(a.outputs(y)), "outputs_b": digest(b.outputs(y))}
    limits = sorted({1, spec.ring // 2, spec.ring - 1})
    for party, part in (("a", a), ("b", b)):
        result = part.evaluate(y, limits, limits if spec.group.columns == 2 else [])
        vector[f"at_least_{party}"] = digest(result.at_least)
        vector[f"capped_{party}"] = digest(result.capped)
    return vector | {"limits": limits}


def bad() -> list[dict[str, Any]]:
    """Return small parts that must not load, each with the reason."""
    cases = []
    for spec, other in (
        (BatchSpec("table", 2, 1, ((0, 1),)), BatchSpec("table", 1, 2, ((0, 1, 1, 1),))),
        (BatchSpec("dcf", 2, 4, payload="sum"), BatchSpec("dcf", 2, 5, payload="sum")),
        (BatchSpec("dcf", 2, 4, payload="count"), BatchSpec("dcf", 2, 4, payload="wide")),
    ):
        name = spec.payload if spec.kind == "dcf" else spec.kind
        batch_id, seed = batch_id_of(name), seed_of(name)
        at = header_at(spec)
        part, strange = derive(spec, batch_id, seed).part_b, derive(other, batch_id, seed)
        flipped = bytearray(part)
        flipped[-1] ^= 1
        made = {
            "truncated part": part[:-1],
            "header only": part[at : at + 64],
            "header first": part[at:] + part[:at] if at else part[64:] + part[:64],
            "empty": b"",
            "trailing byte": part + b"\x00",
            "twice": part + part,
            "the other party's part": derive(spec, batch_id, seed).part_a,
            "wrong ring or payload": strange.part_b,
            "another batch": derive(spec, batch_id[::-1], seed).part_b,
            "no magic": part[:at] + bytes(24) + part[at + 24 :],
            "an older format": part.replace(b"gate part 2", b"gate part 1"),
            "length field of another part": part[: at + 56] + b"\x01" + part[at + 57 :],
            "last bit flipped": bytes(flipped),
        }
        cases += [
            {
                "why": f"{name}: {why}",
                "spec": spec.to_document(),
                "party": "B",
                "batch_id": batch_id.hex(),
                "offered": hashlib.sha256(part).hexdigest(),
                "data": data.hex(),
            }
            for why, data in made.items()
        ]
    return cases


def streams() -> dict[str, Any]:
    """Return the first bytes of each stream, and the hashes of the audit and the binding."""
    seed = bytes(range(32))
    nonces = (b"a" * 32, b"b" * 32)
    return {
        "seed": seed.hex(),
        "stream_of_label": {
            label: Stream(seed, label).read(0, 48).tobytes().hex()
            for label in ("share/32", "pad/64", "gate/mask", "gate/root", "gate/lift")
        },
        "expand": expand(seed, 4).tolist(),
        "pad_uint64": [str(word) for word in pad_uint64(seed, 3).tolist()],
        "commitment": commit(seed, nonces[0]).hex(),
        "choice_of_100": choose(seed, *nonces, 100),
        "binding": binding_of("a" * 64, "costs", 16, ["2" * 64, "1" * 64]),
        "chained_binding": chained_binding_of(
            BatchSpec("table", 10, 2, ((0, 0, 0, 1),)),
            [
                BoundComponent("served", 2, 1, batch="3" * 64, binding="4" * 64),
                BoundComponent("served-jw", 1, 2, batch="5" * 64, binding="6" * 64),
            ],
        ),
    }


def everything() -> dict[str, Any]:
    """Return what each file holds."""
    return {
        "batches.json": [batch(name, spec) for name, spec in SPECS.items()],
        "bad.json": bad(),
        "streams.json": streams(),
    }


if __name__ == "__main__":
    for file, content in everything().items():
        (HERE / file).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
