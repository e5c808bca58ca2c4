# SPDX-License-Identifier: EUPL-1.2
"""The portal as a web application: pages, figures and downloads of published answers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import as_file, files

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from ontschot.portal.coordinator_client import CoordinatorClient
from ontschot.portal.errors import PageNotFound
from ontschot.portal.pages import pages_router
from ontschot.portal.rendering import Pages
from ontschot.portal.security import Edge
from ontschot.protocol.errors import OntschotError


class MethodRefused(PageNotFound):
    """The page exists; it can only be read."""

    code = "page-read-only"
    http_status = 405


def create_app(client: CoordinatorClient, *, organisation: str = "Ontschot") -> FastAPI:
    """Return the application.

    Args:
        client: where answers come from; closed when the application stops.
        organisation: name at the top of every page.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await client.close()

    pages = Pages(organisation)
    app = FastAPI(
        title="Ontschot portal",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.include_router(pages_router(client, pages))
    with as_file(files("ontschot.portal") / "static") as folder:
        app.mount("/static", StaticFiles(directory=folder), name="static")

    @app.get("/healthz")
    def healthz() -> Response:
        return JSONResponse({"status": "ok"})

    @app.exception_handler(OntschotError)
    def expected(request: Request, error: OntschotError) -> Response:
        return pages.error(request, error)

    @app.exception_handler(HTTPException)
    def by_status(request: Request, error: HTTPException) -> Response:
        kind = {404: PageNotFound, 405: MethodRefused}.get(error.status_code, OntschotError)
        response = pages.error(request, kind())
        if "Allow" in (error.headers or {}):
            response.headers["Allow"] = "GET, HEAD"
        return response

    app.add_middleware(Edge, crash_page=lambda request: pages.error(request, OntschotError()))
    return app
