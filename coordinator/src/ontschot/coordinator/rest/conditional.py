# SPDX-License-Identifier: EUPL-1.2
"""Responses that a caller may keep: strong ETag, Cache-Control, and 304 (RFC 9110, 9111)."""

import hashlib
from collections.abc import Mapping

from fastapi import Request, Response

RESULT_CACHE = "public, max-age=300"
"""A published result never changes under its name, but it may be withdrawn."""

LIST_CACHE = "public, max-age=30"


def conditional(
    request: Request,
    body: bytes,
    media_type: str,
    cache: str,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return ``body`` with its ETag, or 304 if the caller already has these very bytes."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    common = {"ETag": tag, "Cache-Control": cache}
    if _matches(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=common)
    return Response(body, media_type=media_type, headers=common | dict(headers or {}))


def _matches(header: str, tag: str) -> bool:
    candidates = [item.strip().removeprefix("W/") for item in header.split(",")]
    return tag in candidates or candidates == ["*"]
