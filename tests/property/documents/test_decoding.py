# SPDX-License-Identifier: EUPL-1.2
"""Foreign bytes decode to the document that they are, or are malformed: nothing else happens."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ontschot.protocol import canonical
from ontschot.protocol.documents.base import Document
from ontschot.protocol.errors import MalformedMessage
from unit.protocol.documents.samples import ALL

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**54), 2**54)
    | st.floats(allow_nan=False)
    | st.text(max_size=70),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)


def parse(document: Document, data: bytes) -> None:
    """Parse; what is taken must be exactly these bytes again."""
    try:
        found = type(document).parse(data)
    except MalformedMessage:
        return
    assert found.to_bytes() == data


@given(st.sampled_from(ALL), st.binary(max_size=200))
def test_any_bytes(document: Document, data: bytes) -> None:
    parse(document, data)


@given(st.sampled_from(ALL), st.data())
def test_a_good_document_with_bytes_changed(document: Document, data: st.DataObject) -> None:
    good = bytearray(document.to_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(good) - 1))
        good[place] = data.draw(st.integers(0, 255))
    parse(document, bytes(good))


@settings(max_examples=300)
@given(st.sampled_from(ALL), st.data())
def test_a_good_document_with_a_value_changed(document: Document, data: st.DataObject) -> None:
    fields: dict[str, Any] = json.loads(document.to_bytes())
    place: Any = fields
    name: Any = data.draw(st.sampled_from(sorted(fields)))
    while isinstance(place[name], dict | list) and place[name] and data.draw(st.booleans()):
        place = place[name]
        name = data.draw(
            st.sampled_from(sorted(place))
            if isinstance(place, dict)
            else st.integers(0, len(place) - 1)
        )
    place[name] = data.draw(JSON)
    try:
        changed = canonical.encode(fields)
    except MalformedMessage:
        changed = json.dumps(fields).encode()
    parse(document, changed)
