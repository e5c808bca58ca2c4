# SPDX-License-Identifier: EUPL-1.2
"""Write ``boxes.json``: boxes that every later version must open, and bad ones it must refuse.

Run ``python -m vectors.sealing.generate`` in the folder ``tests``. The boxes are sealed by the
second composition, not by the product. Run it only when the format gets a new version: old boxes
must stay readable.
"""

import json
from pathlib import Path

from ontschot.protocol.keys import SealingKey, sealing_context
from vectors.sealing.composition import MLKEM_CIPHERTEXT, seal_box

HERE = Path(__file__).parent
SECRET = bytes(range(96))
OTHER = bytes(range(1, 97))
PARTS: list[tuple[str, str | int]] = [("purpose", "up"), ("round", "2025"), ("node", 7)]


def flipped(data: bytes, at: int) -> bytes:
    """Return ``data`` with one bit of the byte at ``at`` changed."""
    at %= len(data)
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def main() -> None:
    """Write the file."""
    public = SealingKey.from_bytes(SECRET).public.raw
    info = sealing_context(*PARTS)
    good = {
        text: seal_box(public, text.encode(), info)
        for text in ("", "a seed of 32 bytes. 01234567890")
    }
    box = next(reversed(good.values()))
    other = seal_box(SealingKey.from_bytes(OTHER).public.raw, b"for another", info)
    moved = sealing_context(*PARTS[:-1], ("node", 8))
    bad = {
        "empty": b"",
        "no tag": box[:-16],
        "one byte short": box[:-1],
        "one byte long": box + b"\0",
        "ML-KEM ciphertext damaged": flipped(box, 0),
        "X25519 share damaged": flipped(box, MLKEM_CIPHERTEXT),
        "X25519 share zero": box[:MLKEM_CIPHERTEXT] + bytes(32) + box[MLKEM_CIPHERTEXT + 32 :],
        "ciphertext damaged": flipped(box, MLKEM_CIPHERTEXT + 32),
        "tag damaged": flipped(box, -1),
        "for another key": other,
        "in another context": seal_box(public, b"moved", moved),
    }
    document = {
        "secret": SECRET.hex(),
        "public": public.hex(),
        "parts": PARTS,
        "info": info.decode(),
        "good": [{"plaintext": text, "sealed": data.hex()} for text, data in good.items()],
        "bad": [{"why": why, "sealed": data.hex()} for why, data in bad.items()],
    }
    (HERE / "boxes.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
