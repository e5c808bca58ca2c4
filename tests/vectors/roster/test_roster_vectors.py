# SPDX-License-Identifier: EUPL-1.2
"""Stored rosters: accepted, or refused with the code that belongs to the fault."""

import json
from pathlib import Path
from typing import Any

import pytest

from ontschot.protocol.clock import from_text
from ontschot.protocol.errors import OntschotError
from ontschot.protocol.roster import PinnedAnchors, Roster, accept_first, accept_next
from ontschot.protocol.signed import SignedDocument
from vectors.roster import generate

STORED: dict[str, Any] = json.loads((Path(__file__).parent / "rosters.json").read_text("utf-8"))
ENVELOPES: dict[str, bytes] = {name: text.encode() for name, text in STORED["rosters"].items()}
NOW = from_text(STORED["now"])
CODES = {
    "unsigned": "roster-not-signed",
    "one signature": "roster-not-signed",
    "without the providers' council": "roster-not-signed",
    "signed by strangers": "roster-not-signed",
    "signed as another kind": "bad-signature",
    "a damaged signature": "bad-signature",
    "a changed number": "bad-signature",
    "an unknown field": "malformed-document",
    "a default left out": "malformed-document",
    "a float": "not-canonical",
    "true for one": "malformed-document",
    "a space too many": "not-canonical",
    "one signer twice": "malformed-signed-document",
    "padding in base64": "malformed-base64",
    "cut short": "not-canonical",
    "serial skipped": "roster-out-of-order",
    "after a fork": "roster-out-of-order",
    "another federation": "roster-of-another",
    "91 days": "roster-rule-broken",
    "one organisation deals and coordinates": "roster-rule-broken",
}


def first() -> Roster:
    pinned = PinnedAnchors(frozenset(STORED["pinned"]), STORED["quorum"])
    return accept_first(SignedDocument.from_bytes(ENVELOPES["first"]), pinned)


def test_the_stored_rosters_are_accepted() -> None:
    second = accept_next(first(), SignedDocument.from_bytes(ENVELOPES["second"]), NOW)
    assert second.digest == STORED["digest"]


@pytest.mark.parametrize(("name", "code"), CODES.items(), ids=CODES.keys())
def test_bad_rosters_are_refused_with_their_code(name: str, code: str) -> None:
    with pytest.raises(OntschotError) as caught:
        accept_next(first(), SignedDocument.from_bytes(ENVELOPES[name]), NOW)
    assert caught.value.code == code


def test_every_stored_roster_is_tested() -> None:
    assert ENVELOPES.keys() == {"first", "second", *CODES}


def test_this_version_writes_the_same_bytes() -> None:
    assert generate.rosters() == ENVELOPES
