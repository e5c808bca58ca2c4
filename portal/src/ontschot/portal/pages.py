# SPDX-License-Identifier: EUPL-1.2
"""The addresses of the portal."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from ontschot.portal import numbers
from ontschot.portal.coordinator_client import CoordinatorClient
from ontschot.portal.errors import AnswerNotFound
from ontschot.portal.figures.chart import IntervalChart
from ontschot.portal.figures.map import ChoroplethMap
from ontschot.portal.figures.theme import stylesheet
from ontschot.portal.kinds import KINDS, explanation, most_counted
from ontschot.portal.rendering import Pages, reader_language
from ontschot.portal.view import View
from ontschot.protocol.results import BadBoundaries
from ontschot.protocol.results.words import LEVELS

_KEEP = {"Cache-Control": "public, max-age=300"}
_SVG = "image/svg+xml"


@dataclass(frozen=True, slots=True)
class _Drawing:
    """A figure inside a page, and its words for whoever does not see it."""

    svg: Markup
    description: str


class AnswerPages:
    """Everything there is to see and download of published answers."""

    def __init__(self, client: CoordinatorClient, pages: Pages) -> None:
        """Read answers through ``client`` and show them with ``pages``."""
        self._client, self._pages = client, pages

    async def index(self, request: Request) -> Response:
        """List the published answers."""
        items = await self._client.answers()
        return self._pages.page(request, "index.html", items=items, day=numbers.day)

    async def show(self, request: Request, name: str) -> Response:
        """Show one answer: map, chart, table, method, downloads."""
        view = await self._view(request, name)
        chart = view.chart()
        return self._pages.page(
            request,
            "answer.html",
            view=view,
            answer=view.answer,
            base=f"/antwoorden/{view.answer.id}",
            drawing=await self._map(view),
            chart=None if chart is None else _drawn(chart),
            title=view.title,
            most=most_counted(view.answer, view.table, view.language),
            kinds=KINDS,
            explanation=explanation(view.table, view.language),
            levels=LEVELS,
            numbers=numbers,
        )

    async def map_svg(self, request: Request, name: str) -> Response:
        """Return the map as a file of its own."""
        view = await self._view(request, name)
        if not view.has_map:
            raise AnswerNotFound
        boundaries = await self._client.boundaries(name, view.table.id)
        if boundaries is None:
            raise AnswerNotFound
        drawing = view.map(boundaries, narrow=_narrow(request))
        return Response(drawing.render(), media_type=_SVG, headers=_KEEP)

    async def chart_svg(self, request: Request, name: str) -> Response:
        """Return the chart as a file of its own."""
        chart = (await self._view(request, name)).chart(narrow=_narrow(request))
        if chart is None:
            raise AnswerNotFound
        return Response(chart.render(), media_type=_SVG, headers=_KEEP)

    async def csv(self, name: str) -> Response:
        """Return all figures as CSV."""
        return _download(await self._client.csv(name), "text/csv; charset=utf-8", name, "csv")

    async def geojson(self, request: Request, name: str) -> Response:
        """Return one table as GeoJSON."""
        view = await self._view(request, name)
        data = await self._client.geojson(name, view.table.id)
        if data is None:
            raise AnswerNotFound
        return _download(data, "application/geo+json", name, "geojson")

    async def document(self, name: str) -> Response:
        """Return the result document."""
        return _download(await self._client.document(name), "application/json", name, "json")

    async def _view(self, request: Request, name: str) -> View:
        answer = await self._client.answer(name)
        return View.choose(answer, request.query_params, reader_language(request))

    async def _map(self, view: View) -> _Drawing | None:
        # A map that cannot be drawn must not keep the figures from the reader: they are in the
        # table, and the page says that there is no map.
        if not view.has_map:
            return None
        try:
            boundaries = await self._client.boundaries(view.answer.id, view.table.id)
            return None if boundaries is None else _drawn(view.map(boundaries))
        except BadBoundaries:
            return None


def pages_router(client: CoordinatorClient, pages: Pages) -> APIRouter:
    """Return the routes, which read answers through ``client``."""
    answers = AnswerPages(client, pages)
    router = APIRouter()
    routes: dict[str, Any] = {
        "/": answers.index,
        "/antwoorden/{name}": answers.show,
        "/antwoorden/{name}/kaart.svg": answers.map_svg,
        "/antwoorden/{name}/grafiek.svg": answers.chart_svg,
        "/antwoorden/{name}/cijfers.csv": answers.csv,
        "/antwoorden/{name}/kaart.geojson": answers.geojson,
        "/antwoorden/{name}/antwoord.json": answers.document,
        "/static/figure.css": _figure_css,
    }
    for path, endpoint in routes.items():
        router.add_api_route(path, endpoint, methods=["GET"])
    return router


async def _figure_css() -> Response:
    return Response(stylesheet(), media_type="text/css", headers=_KEEP)


def _drawn(figure: ChoroplethMap | IntervalChart) -> _Drawing:
    svg = figure.render(standalone=False)
    # ElementTree wrote it, so every name and text in it is escaped.
    return _Drawing(Markup(svg), f"{figure.title}. {figure.description}")  # noqa: S704


def _narrow(request: Request) -> bool:
    return request.query_params.get("layout") == "narrow"


def _download(data: bytes, media_type: str, name: str, suffix: str) -> Response:
    # The coordinator knows the name, so it has only letters, digits and signs; this makes sure.
    safe = "".join(c for c in name if c.isascii() and (c.isalnum() or c in "._-"))
    disposition = f'attachment; filename="ontschot-{safe}.{suffix}"'
    headers = _KEEP | {"Content-Disposition": disposition}
    return Response(data, media_type=media_type, headers=headers)
