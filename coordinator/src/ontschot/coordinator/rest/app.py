# SPDX-License-Identifier: EUPL-1.2
"""The coordinator's REST interface: published answers for portals, spreadsheets and maps.

Read-only. It reaches published results through ``ResultReader`` and nothing else, so it cannot
show what is not published.
"""

from collections.abc import Sequence

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse

from ontschot.coordinator.rest import problems
from ontschot.coordinator.rest.edge import API_VERSION, Edge
from ontschot.coordinator.rest.exports import exports_router
from ontschot.coordinator.rest.health import Ready, health_router
from ontschot.coordinator.rest.openapi import Contact, describe
from ontschot.coordinator.rest.reader import ResultReader
from ontschot.coordinator.rest.results import results_router


def create_app(
    reader: ResultReader,
    *,
    contact: Contact,
    public_url: str,
    ready: Ready = lambda: None,
    routers: Sequence[APIRouter] = (),
) -> FastAPI:
    """Return the application.

    Args:
        reader: published answers and boundaries.
        contact: who answers questions about the interface.
        public_url: address under which callers reach this service, without ``/v1``.
        ready: raises if the service cannot do its work now.
        routers: further routes under ``/v1``, of other rooms.
    """
    app = FastAPI(
        title="Ontschot",
        version=API_VERSION,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    problems.register(app)
    app.include_router(results_router(reader))
    app.include_router(exports_router(reader))
    for router in routers:
        app.include_router(router)
    app.include_router(health_router(ready))

    @app.get("/v1/openapi.json", include_in_schema=False)
    def openapi_document(request: Request) -> Response:
        del request
        return JSONResponse(describe(app, contact, public_url))

    app.add_middleware(Edge)
    return app
