# SPDX-License-Identifier: EUPL-1.2
"""Fingerprints: SHA-256 in groups that two people can read to each other over the telephone."""

import hashlib
import re

from ontschot.protocol.keys.errors import MalformedFingerprint

_FORM = re.compile(r"[0-9a-f]{64}")
_SEPARATORS = re.compile(r"[\s:-]+")


def fingerprint_of(data: bytes) -> str:
    """Return SHA-256 of ``data`` as sixteen groups of four hexadecimal digits."""
    return grouped(hashlib.sha256(data).hexdigest())


def grouped(digits: str) -> str:
    """Return 64 hexadecimal ``digits`` as sixteen groups of four."""
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def parse_fingerprint(text: str) -> str:
    """Return a fingerprint that a person typed in its one form, to be compared with ``==``.

    Capitals, spaces, colons and hyphens are forgiven; a missing digit is not, because a shortened
    fingerprint can be forged.

    Raises:
        MalformedFingerprint: what is left is not 64 hexadecimal digits.
    """
    digits = _SEPARATORS.sub("", text).lower()
    if not _FORM.fullmatch(digits):
        raise MalformedFingerprint(f"{len(digits)} characters")
    return grouped(digits)
