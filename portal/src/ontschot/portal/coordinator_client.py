# SPDX-License-Identifier: EUPL-1.2
"""The portal's only source: the coordinator's REST interface. The one module that uses httpx.

Answers are kept with their ETag and asked for again on every use: an unchanged answer costs one
small question, and a withdrawn one is gone at once.
"""

import json
import ssl
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from ontschot.portal.answers import Answer, AnswerItem, read_answer, read_list
from ontschot.portal.errors import AnswerNotFound, CoordinatorUnavailable, UnreadableBoundaries

_MOST_KEPT = 64
_LARGEST = 64 * 1024 * 1024
"""Bytes; a map of a whole region is about one megabyte."""


@dataclass(frozen=True, slots=True)
class _Kept:
    tag: str
    body: bytes


class CoordinatorClient:
    """Reads published answers."""

    def __init__(
        self,
        base_url: str,
        *,
        timeout: float = 10.0,
        authority: Path | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Prepare a client; nothing is sent yet.

        Args:
            base_url: address of the coordinator, without ``/v1``.
            timeout: seconds for connecting, and again for reading.
            authority: PEM file of the certificate authority to trust instead of the system's.
            transport: how requests travel; a test gives its own.
        """
        verify: ssl.SSLContext | bool = True
        if authority is not None:
            verify = ssl.create_default_context(cafile=str(authority))
        self._http = httpx.AsyncClient(
            base_url=base_url, timeout=timeout, verify=verify, transport=transport
        )
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def answers(self) -> tuple[AnswerItem, ...]:
        """Return the list of published answers, newest first.

        Raises:
            CoordinatorUnavailable: it does not answer.
            UnreadableAnswer: it answers something else.
        """
        return read_list(await self._get("/v1/results"))

    async def answer(self, name: str) -> Answer:
        """Return one published answer.

        Raises:
            AnswerNotFound: there is none of that name.
            CoordinatorUnavailable: it does not answer.
            UnreadableAnswer: it answers something else.
        """
        return read_answer(await self.document(name))

    async def document(self, name: str) -> bytes:
        """Return the result document itself; errors as for ``answer``."""
        return await self._get(f"/v1/results/{quote(name, safe='')}")

    async def csv(self, name: str) -> bytes:
        """Return the answer as CSV; errors as for ``answer``."""
        return await self._get(f"/v1/results/{quote(name, safe='')}/export.csv")

    async def geojson(self, name: str, table: str) -> bytes | None:
        """Return a table's areas as GeoJSON, or None if they have no boundaries.

        Raises:
            CoordinatorUnavailable: it does not answer.
        """
        path = f"/v1/results/{quote(name, safe='')}/map.geojson?table={quote(table, safe='')}"
        try:
            return await self._get(path)
        except AnswerNotFound:
            return None

    async def boundaries(self, name: str, table: str) -> dict[str, Any] | None:
        """Return ``geojson`` decoded.

        Raises:
            UnreadableBoundaries: it is no JSON object.
            CoordinatorUnavailable: it does not answer.
        """
        data = await self.geojson(name, table)
        return None if data is None else decode_boundaries(data)

    async def _get(self, path: str) -> bytes:
        kept = self._kept.get(path)
        headers = {"If-None-Match": kept.tag} if kept else {}
        try:
            response = await self._http.get(path, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise CoordinatorUnavailable(type(error).__name__) from error
        if response.status_code == httpx.codes.NOT_MODIFIED and kept:
            self._kept.move_to_end(path)
            return kept.body
        if response.status_code in (httpx.codes.NOT_FOUND, httpx.codes.BAD_REQUEST):
            # A name that the coordinator finds ill-formed is the name of no answer.
            self._kept.pop(path, None)
            raise AnswerNotFound
        if response.status_code != httpx.codes.OK or len(response.content) > _LARGEST:
            raise CoordinatorUnavailable(f"status {response.status_code}")
        self._keep(path, response)
        return response.content

    def _keep(self, path: str, response: httpx.Response) -> None:
        tag = response.headers.get("etag")
        if tag:
            self._kept[path] = _Kept(tag, response.content)
            self._kept.move_to_end(path)
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)


def decode_boundaries(data: bytes) -> dict[str, Any]:
    """Return GeoJSON as a dictionary.

    Raises:
        UnreadableBoundaries: it is no JSON object.
    """
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UnreadableBoundaries("not JSON") from error
    if not isinstance(document, dict):
        raise UnreadableBoundaries("not a JSON object")
    return document
