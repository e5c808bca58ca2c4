# SPDX-License-Identifier: EUPL-1.2
"""Write the vectors of the key for persons and of buckets, from a plain second implementation.

Run ``python -m vectors.persons.generate`` in the folder ``tests``, only when the protocol gets a
new version.
"""

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

HERE = Path(__file__).parent
ROUND, SET = hashlib.sha256(b"round").hexdigest(), hashlib.sha256(b"set").hexdigest()
CONTRIBUTIONS = {
    node: hashlib.sha256(node.encode()).hexdigest() for node in ("zorg-cis", "zorg-ada", "zorg-bea")
}
BSNS = ("999900006", "123456782", "000000012")
BLOCKS = (("persons-jw-wijk", "WK053101", 1024), ("persons-buurt", "BU06420105+2", 2**20))


def commitment(node: str, value: str) -> str:
    """Return SHA-256 of the canonical JSON, spelled out."""
    text = (
        f'{{"contribution":"{value}","node":"{node}","round":"{ROUND}",'
        '"type":"ontschot/person-key/commitment/v1"}'
    )
    return hashlib.sha256(text.encode()).hexdigest()


def key() -> bytes:
    """Return HKDF-SHA256 (RFC 5869) with an empty salt, one block of output."""
    material = b"".join(bytes.fromhex(CONTRIBUTIONS[node]) for node in sorted(CONTRIBUTIONS))
    extracted = hmac.new(bytes(32), material, hashlib.sha256).digest()
    info = b"ontschot/v1/person-key\0" + bytes.fromhex(SET)
    return hmac.new(extracted, info + b"\x01", hashlib.sha256).digest()


def pair() -> Ed25519PrivateKey:
    """Return the pair that follows from the key (RFC 8032)."""
    message = b"ontschot/v1/person-key-check\0" + bytes.fromhex(ROUND)
    return Ed25519PrivateKey.from_private_bytes(hmac.digest(key(), message, "sha256"))


def proof(node: str) -> str:
    """Return what shows that a node has the key."""
    payload = f'{{"node":"{node}","round":"{ROUND}","set":"{SET}"}}'.encode()
    return pair().sign(b"ontschot/v1/person-key-proof\0" + payload).hex()


def bucket(variable: str, area: str, buckets: int, bsn: str) -> int:
    """Return the bucket of one number."""
    message = b"ontschot/v1/person-bucket\0" + bytes.fromhex(ROUND)
    message += f"{variable}\0{area}\0{bsn}".encode()
    digest = hmac.new(key(), message, hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") % buckets


def vectors() -> dict[str, Any]:
    """Return everything, with cases that must not come out alike."""
    return {
        "round": ROUND,
        "set": SET,
        "contributions": CONTRIBUTIONS,
        "commitments": {node: commitment(node, value) for node, value in CONTRIBUTIONS.items()},
        "check": pair().public_key().public_bytes_raw().hex(),
        "proofs": {node: proof(node) for node in CONTRIBUTIONS},
        "buckets": [
            {
                "variable": variable,
                "area": area,
                "of": buckets,
                "bsn": bsn,
                "bucket": bucket(variable, area, buckets, bsn),
            }
            for variable, area, buckets in BLOCKS
            for bsn in BSNS
        ],
        "sizes": [
            {"slots": slots, "per_mille": rate, "buckets": size}
            for slots, rate, size in (
                (100, 200, 1024),
                (160, 200, 1024),
                (161, 200, 2048),
                (4000, 128, 16384),
                (20_000, 200, 131_072),
            )
        ],
        "bad": [
            {"why": "a contribution less", "without": "zorg-bea"},
            {"why": "a contribution changed", "changed": "zorg-ada"},
            {"why": "another set", "set": ROUND},
            {"why": "another round", "round": SET},
        ],
    }


if __name__ == "__main__":
    text = json.dumps(vectors(), indent=1) + "\n"
    HERE.joinpath("persons.json").write_text(text, "utf-8")
