# SPDX-License-Identifier: EUPL-1.2
"""Reading rosters from any bytes, and succession under any mix of signers."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ontschot.protocol.errors import MalformedMessage
from ontschot.protocol.roster import PROVIDERS_COUNCIL, Roster, RosterNotSigned, accept_next
from vectors.roster import build

FIRST = build.roster()
SECOND = build.successor(FIRST)
DOCUMENT: dict[str, Any] = json.loads(FIRST.to_bytes())
STRANGERS = ("elders", "anders", "niemand")
wrong = st.sampled_from([None, True, 0, -1, 2**40, "", "x", [], {}, ["x"], {"v": 1}])


@st.composite
def spoilt(draw: st.DrawFn) -> bytes:
    """A roster with one thing in it, anywhere, replaced or removed or added."""
    document = json.loads(json.dumps(DOCUMENT))
    at = document
    while True:
        keys = sorted(at) if isinstance(at, dict) else list(range(len(at)))
        key = draw(st.sampled_from(keys))
        if isinstance(at[key], dict | list) and at[key] and draw(st.booleans()):
            at = at[key]
            continue
        action = draw(st.sampled_from(["replace", "remove", "add"]))
        if action == "replace":
            at[key] = draw(wrong)
        elif action == "remove":
            del at[key]
        elif isinstance(at, dict):
            at["zz"] = draw(wrong)
        else:
            at.append(draw(wrong))
        text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return text.encode()


@given(spoilt() | st.binary(max_size=100))
def test_any_bytes_are_a_roster_or_malformed(data: bytes) -> None:
    try:
        roster = Roster.parse(data)
    except MalformedMessage:
        return
    assert roster.to_bytes() == data


@given(st.sets(st.sampled_from([*build.BODIES, *STRANGERS])), st.integers(2, 3))
def test_a_successor_is_accepted_exactly_by_a_quorum_with_the_council(
    bodies: set[str], quorum: int
) -> None:
    current = FIRST.model_copy(update={"quorum": quorum})
    following = build.successor(current)
    known = bodies & set(build.BODIES)
    enough = len(known) >= quorum and PROVIDERS_COUNCIL in known
    try:
        accepted = accept_next(current, build.signed(following, *sorted(bodies)), build.NOW)
    except RosterNotSigned:
        assert not enough
    else:
        assert enough
        assert accepted == following
