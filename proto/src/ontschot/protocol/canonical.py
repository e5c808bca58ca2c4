# SPDX-License-Identifier: EUPL-1.2
"""Canonical JSON (RFC 8785) for every document that is hashed or signed.

A signed document travels as the very bytes that were signed and is verified as those bytes.
Decoding is strict: what is not already canonical is refused, so one document has one spelling and
one hash. There are no floats: integers beyond 2^53 and rationals travel as decimal strings.
"""

import hashlib
import json
from typing import Any, NoReturn, TypeAlias

import rfc8785

from ontschot.protocol.errors import MalformedMessage

Document: TypeAlias = dict[str, Any]

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 32
_MAX_INTEGER = 2**53 - 1


class NotCanonical(MalformedMessage):
    """JSON that is not in the one form of RFC 8785, or holds what signed documents may not hold."""

    code = "not-canonical"


def encode(document: Document) -> bytes:
    """Return the canonical bytes of ``document``.

    Raises:
        NotCanonical: it holds a float, an integer beyond 2^53, a key that is no text, or a type
            that JSON does not have.
    """
    _check(document, 0)
    try:
        return rfc8785.dumps(document)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise NotCanonical("cannot be written as canonical JSON") from error


def decode(data: bytes) -> Document:
    """Return the document in ``data``.

    Raises:
        NotCanonical: not JSON, not an object, too large, too deep, a float, or not the canonical
            spelling.
    """
    if len(data) > MAX_BYTES:
        raise NotCanonical(f"longer than {MAX_BYTES} bytes")
    try:
        document = json.loads(data.decode("utf-8"), parse_float=_no_float, parse_constant=_no_float)
    except (ValueError, RecursionError) as error:
        raise NotCanonical("not JSON in UTF-8") from error
    if not isinstance(document, dict):
        raise NotCanonical("not an object")
    if encode(document) != data:
        raise NotCanonical("not the canonical spelling")
    return document


def sha256(data: bytes) -> str:
    """Return SHA-256 of ``data`` in lower-case hexadecimal: how documents and files are named."""
    return hashlib.sha256(data).hexdigest()


def _no_float(_: str) -> NoReturn:
    msg = "a float"
    raise ValueError(msg)


def _check(value: object, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise NotCanonical(f"nested deeper than {MAX_DEPTH}")
    if value is None or isinstance(value, bool | str):
        return
    if isinstance(value, int):
        if abs(value) > _MAX_INTEGER:
            raise NotCanonical("an integer beyond 2^53 must be a decimal string")
        return
    if isinstance(value, list):
        for item in value:
            _check(item, depth + 1)
        return
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise NotCanonical("a key that is no text")
            _check(item, depth + 1)
        return
    raise NotCanonical(f"a value of type {type(value).__name__}")
