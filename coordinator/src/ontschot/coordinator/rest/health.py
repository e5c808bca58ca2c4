# SPDX-License-Identifier: EUPL-1.2
"""Is the process alive, and can it serve? Outside ``/v1``: for operators, not for callers."""

from collections.abc import Callable

from fastapi import APIRouter

Ready = Callable[[], None]
"""Returns if the service can do its work; raises ``Unavailable`` or ``Misconfigured`` if not."""


def health_router(ready: Ready) -> APIRouter:
    """Return ``/healthz`` (the process answers) and ``/readyz`` (what it needs answers too)."""
    router = APIRouter(include_in_schema=False)

    @router.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/readyz")
    def readyz() -> dict[str, str]:
        ready()
        return {"status": "ok"}

    return router
