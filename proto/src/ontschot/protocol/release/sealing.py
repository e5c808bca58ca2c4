# SPDX-License-Identifier: EUPL-1.2
"""The contexts in which the boxes of a release are sealed: one home, so both ends agree."""

from typing import Literal

from ontschot.protocol.documents.uploads import Envelope, HelperName
from ontschot.protocol.keys.sealing import sealing_context


def upload_context(envelope: Envelope, helper: HelperName) -> bytes:
    """Return the context of an upload's half for ``helper``."""
    return sealing_context(("use", "upload"), ("helper", helper), *sorted(envelope.context.items()))


def release_context(
    use: Literal["prepare", "open", "open-codes", "output"], manifest: str, sender: HelperName
) -> bytes:
    """Return the context of a helper's box in the release of ``manifest``."""
    return sealing_context(("use", use), ("manifest", manifest), ("sender", sender))


def toss_context(set_id: str, sender: HelperName) -> bytes:
    """Return the context of the nonce that helper ``sender`` shows the other for one set."""
    return sealing_context(("use", "toss"), ("set", set_id), ("sender", sender))


def delivery_context(use: Literal["seeds", "part"], set_id: str, helper: HelperName) -> bytes:
    """Return the context of what the dealer sends to ``helper`` for one set of candidates."""
    return sealing_context(("use", use), ("set", set_id), ("helper", helper))
