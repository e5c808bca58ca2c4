# SPDX-License-Identifier: EUPL-1.2
"""Bytes in documents: base64url without padding (RFC 4648 section 5), one spelling per value."""

import base64
import binascii

from ontschot.protocol.keys.errors import MalformedBase64


def to_base64url(data: bytes) -> str:
    """Return ``data`` in base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def from_base64url(text: str, length: int | None = None) -> bytes:
    """Return the bytes that ``to_base64url`` wrote as ``text``.

    Args:
        text: base64url without padding.
        length: the number of bytes it must hold, if that is known.

    Raises:
        MalformedBase64: another alphabet, padding, spaces, bits left over, or another length.
    """
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedBase64("not base64url") from error
    # b64decode forgives bits behind the last byte; two spellings would be two hashes.
    if to_base64url(data) != text:
        raise MalformedBase64("not the one spelling of base64url")
    if length is not None and len(data) != length:
        raise MalformedBase64(f"{len(data)} bytes where {length} belong")
    return data
