# SPDX-License-Identifier: EUPL-1.2
"""The outermost layer of the portal: security headers, HEAD, and faults nobody caught.

The content security policy allows this portal's own style sheets and images and nothing else: no
script at all, nothing inline, nothing from another host. The one exception is the style sheet
inside a downloaded figure, allowed by the hash of its text (CSP level 3, section 6.7.2.4).
"""

import base64
import hashlib
from collections.abc import Callable

import structlog
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ontschot.portal.figures.theme import stylesheet

_log = structlog.get_logger()

_FIGURE_STYLE = base64.b64encode(hashlib.sha256(stylesheet().encode()).digest()).decode()

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        f"style-src 'self' 'sha256-{_FIGURE_STYLE}'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Edge:
    """ASGI middleware around all pages."""

    def __init__(self, app: ASGIApp, crash_page: Callable[[Request], Response]) -> None:
        self._app, self._crash_page = app, crash_page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        head, status = scope["method"] == "HEAD", 0

        async def outgoing(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
            elif head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        inner = dict(scope, method="GET") if head else scope
        try:
            await self._app(inner, receive, outgoing)
        except Exception as error:  # the process edge: an HTTP handler
            _log.error("page-crashed", error=type(error).__name__, path=scope["path"])
            if status:
                raise
            await self._crash_page(Request(inner))(inner, receive, outgoing)
        # Who asked stays out of the log, and so does the query: only what was served.
        _log.info("page", method=scope["method"], path=scope["path"], status=status)
