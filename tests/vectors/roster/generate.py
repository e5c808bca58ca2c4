# SPDX-License-Identifier: EUPL-1.2
"""Write ``rosters.json``: signed rosters that every later version must accept or must refuse.

Run ``python -m vectors.roster.generate`` in the folder ``tests``. All keys come from names, so the
file is the same on every run; a difference in version control is a change of format.
"""

import base64
import json
from pathlib import Path

from ontschot.protocol import canonical
from ontschot.protocol.roster import ROSTER, Roster
from ontschot.protocol.signed import Signature, SignedDocument
from vectors.roster import build

HERE = Path(__file__).parent
QUORUM = ("municipality", "providers-council")


def damaged(signed: SignedDocument) -> SignedDocument:
    """Return ``signed`` with one bit of its first signature changed."""
    first, *rest = signed.signatures
    value = bytes([first.value[0] ^ 1]) + first.value[1:]
    return SignedDocument(signed.payload, (Signature(first.key, value), *rest))


def raw(signed: SignedDocument, old: bytes, new: bytes) -> bytes:
    """Return the envelope with ``old`` in the payload replaced, signatures as they were."""
    payload = signed.payload.replace(old, new)
    if payload == signed.payload:
        raise ValueError(old)
    return SignedDocument(payload, signed.signatures).to_bytes()


def rosters() -> dict[str, bytes]:
    """Return the envelopes by name: ``first`` and ``second`` are good."""
    first = build.roster()
    second = build.successor(first)
    good = build.signed(second, *QUORUM)
    other_kind = SignedDocument(second.to_bytes())
    for body in QUORUM:
        other_kind = other_kind.add_signature("query", build.keys(f"anchor {body}").signing)
    shared = build.participant("deler", "dealer", organisation="kvk:regio")
    rest = tuple(one for one in second.participants if one.id != "deler")
    envelope = good.to_bytes()
    return {
        "first": build.signed(first, *QUORUM).to_bytes(),
        "second": envelope,
        "unsigned": SignedDocument(second.to_bytes()).to_bytes(),
        "one signature": build.signed(second, "providers-council").to_bytes(),
        "without the providers' council": build.signed(
            second, "municipality", "privacy-officer"
        ).to_bytes(),
        "signed by strangers": build.signed(second, "elders", "anders").to_bytes(),
        "signed as another kind": other_kind.to_bytes(),
        "a damaged signature": damaged(good).to_bytes(),
        "a changed number": raw(good, b'"min_nodes":5', b'"min_nodes":3'),
        "an unknown field": raw(good, b'"federation":', b'"extra":1,"federation":'),
        "a default left out": raw(good, b'"slot_minutes":15,', b""),
        "a float": raw(good, b'"slot_minutes":15', b'"slot_minutes":15.0'),
        "true for one": raw(good, b'"v":1}', b'"v":true}'),
        "a space too many": raw(good, b'"pilot":false', b'"pilot": false'),
        "one signer twice": envelope.replace(*_doubled(good)),
        "padding in base64": envelope.replace(b'","signatures"', b'=","signatures"'),
        "cut short": envelope[:-2],
        "serial skipped": build.signed(build.successor(first, serial=3), *QUORUM).to_bytes(),
        "after a fork": build.signed(
            build.successor(first.model_copy(update={"pilot": True})), *QUORUM
        ).to_bytes(),
        "another federation": build.signed(
            build.successor(first, federation="elders"), *QUORUM
        ).to_bytes(),
        "91 days": build.signed(
            build.successor(first, not_after="2026-04-02T00:00:00Z"), *QUORUM
        ).to_bytes(),
        "one organisation deals and coordinates": build.signed(
            build.successor(first, participants=(*rest, shared)), *QUORUM
        ).to_bytes(),
    }


def _doubled(signed: SignedDocument) -> tuple[bytes, bytes]:
    first = signed.signatures[0]
    value = base64.urlsafe_b64encode(first.value).rstrip(b"=").decode()
    once = canonical.encode({"key": first.key, "signature": value})
    return once, once + b"," + once


def main() -> None:
    """Write the file."""
    document = {
        "kind": ROSTER,
        "now": "2026-02-01T12:00:00Z",
        "pinned": sorted(build.pinned().fingerprints),
        "quorum": 2,
        "digest": Roster.parse(build.successor(build.roster()).to_bytes()).digest,
        "rosters": {name: data.decode() for name, data in rosters().items()},
    }
    text = json.dumps(document, indent=1, ensure_ascii=False)
    (HERE / "rosters.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
