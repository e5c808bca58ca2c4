# SPDX-License-Identifier: EUPL-1.2
"""The contexts in which contributions are sealed: one home, so both ends agree."""

from ontschot.protocol.keys.sealing import sealing_context


def share_context(round_hash: str, set_digest: str, sender: str, recipient: str) -> bytes:
    """Return the context of a KeyShare from one node to another."""
    return sealing_context(
        ("use", "key-share"),
        ("round", round_hash),
        ("set", set_digest),
        ("sender", sender),
        ("recipient", recipient),
    )


def kept_context(round_hash: str, node: str) -> bytes:
    """Return the context in which a node keeps the contribution of ``node``, sealed to itself."""
    return sealing_context(("use", "key-kept"), ("round", round_hash), ("node", node))
