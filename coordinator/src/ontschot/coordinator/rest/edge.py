# SPDX-License-Identifier: EUPL-1.2
"""The outermost layer of the REST interface: HEAD, common headers, and faults nobody caught.

Headers follow the NLgov API Design Rules 2.1 (version header, transport security module). Published
answers are public, so any origin may read them.
"""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ontschot.coordinator.rest.problems import unexpected

API_VERSION = "1.0.0"

_ALWAYS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "API-Version, Content-Crs, ETag",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Edge:
    """ASGI middleware: answers HEAD like GET without body, adds headers, turns faults into 500."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        head, started = scope["method"] == "HEAD", False

        async def outgoing(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in _ALWAYS.items():
                    headers.setdefault(name, value)
                # The rule asks for it on 2xx and 3xx; a caller with an error wants it no less.
                headers["API-Version"] = API_VERSION
            elif head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        inner = dict(scope, method="GET") if head else scope
        try:
            await self._app(inner, receive, outgoing)
        except Exception as error:  # the process edge: an HTTP handler
            if started:
                raise
            language = Headers(scope=scope).get("accept-language", "")
            await unexpected(scope["path"], language, error)(inner, receive, outgoing)
