# SPDX-License-Identifier: EUPL-1.2
"""What can go wrong between the portal and what it shows.

::

    OntschotError
    ├── MalformedMessage
    │   └── UnreadableAnswer       the coordinator's answer is no result document
    ├── BadBoundaries              the map cannot carry the answer (``protocol.results``)
    │   └── UnreadableBoundaries   the map is no GeoJSON of areas
    ├── Unavailable
    │   └── CoordinatorUnavailable no connection, no answer in time, or the coordinator is ill
    ├── AnswerNotFound             no published answer, table or outcome of that name
    └── PageNotFound               no such page
"""

from ontschot.protocol.errors import MalformedMessage, OntschotError, Unavailable
from ontschot.protocol.language import Text
from ontschot.protocol.results import BadBoundaries


class UnreadableAnswer(MalformedMessage):
    """Bytes that are no result document of a version known here."""

    code = "unreadable-answer"
    title = Text("Dit antwoord is niet te lezen", "This answer cannot be read")
    remedy = Text(
        "De beheerder moet het portaal en de coördinator bijwerken naar dezelfde versie.",
        "The administrator must bring portal and coordinator to the same version.",
    )
    http_status = 502


class UnreadableBoundaries(BadBoundaries):
    """GeoJSON that is no FeatureCollection of areas."""

    code = "unreadable-boundaries"
    title = Text("De gebiedsgrenzen zijn niet te lezen", "The map boundaries cannot be read")
    remedy = Text(
        "Geef GeoJSON met gebieden. Het 'id' van elk gebied is de CBS-code.",
        "Give GeoJSON with areas. The 'id' of each area is its CBS code.",
    )
    http_status = 502


class CoordinatorUnavailable(Unavailable):
    """The coordinator does not answer, or not usefully."""

    code = "coordinator-unavailable"
    title = Text(
        "Wij kunnen de cijfers nu niet ophalen", "We cannot fetch the figures at this moment"
    )
    remedy = Text(
        "Probeer het over een paar minuten opnieuw. Blijft het misgaan, bel dan de beheerder.",
        "Try again in a few minutes. If it keeps failing, call the administrator.",
    )


class AnswerNotFound(OntschotError):
    """No published answer, table or outcome of that name."""

    code = "answer-not-found"
    title = Text("Dit antwoord bestaat niet", "There is no such answer")
    remedy = Text(
        "Misschien is het adres verkeerd. Kijk in de lijst met antwoorden.",
        "The address may be wrong. See the list of answers.",
    )
    http_status = 404


class PageNotFound(OntschotError):
    """No page at this address."""

    code = "page-not-found"
    title = Text("Deze pagina bestaat niet", "There is no such page")
    remedy = Text(
        "Misschien is het adres verkeerd. Kijk in de lijst met antwoorden.",
        "The address may be wrong. See the list of answers.",
    )
    http_status = 404
