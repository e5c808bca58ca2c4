# SPDX-License-Identifier: EUPL-1.2
"""Templates: every page is HTML made here on the server, complete without script."""

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from ontschot.portal.texts import in_language
from ontschot.protocol.errors import OntschotError
from ontschot.protocol.language import DEFAULT, Language

LANGUAGE_COOKIE = "language"
_YEAR = 365 * 24 * 3600


class Pages:
    """Renders templates in the reader's language."""

    def __init__(self, organisation: str) -> None:
        """Load the templates.

        Args:
            organisation: name at the top of every page.
        """
        self._organisation = organisation
        self._environment = Environment(
            loader=PackageLoader("ontschot.portal"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def page(
        self, request: Request, template: str, *, status: int = 200, **values: Any
    ) -> HTMLResponse:
        """Return a page; remembers the language if the reader just chose one."""
        language = reader_language(request)
        other: Language = "nl" if language == "en" else "en"
        switch = request.url.include_query_params(lang=other)
        html = self._environment.get_template(template).render(
            t=in_language(language),
            language=language,
            other=other,
            switch=f"{switch.path}?{switch.query}",
            organisation=self._organisation,
            **values,
        )
        response = HTMLResponse(
            html,
            status,
            headers={
                "Cache-Control": "no-cache",
                "Content-Language": language,
                "Vary": "Cookie",
            },
        )
        if request.query_params.get("lang") == language:
            response.set_cookie(
                LANGUAGE_COOKIE, language, max_age=_YEAR, httponly=True, samesite="lax",
                secure=request.url.scheme == "https",
            )  # fmt: skip
        return response

    def error(self, request: Request, error: OntschotError) -> HTMLResponse:
        """Return the page that says what went wrong and what to do; never a detail from inside."""
        language = reader_language(request)
        return self.page(
            request,
            "error.html",
            status=error.http_status,
            title=error.title.in_language(language),
            remedy=error.remedy.in_language(language),
            code=error.code,
        )


def reader_language(request: Request) -> Language:
    """Return the language of a page: the address, else the cookie, else Dutch."""
    for wish in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if wish == "en":
            return "en"
        if wish == "nl":
            return "nl"
    return DEFAULT
