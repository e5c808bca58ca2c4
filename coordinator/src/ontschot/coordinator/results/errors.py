# SPDX-License-Identifier: EUPL-1.2
"""What can be wrong with a release or a stored result.

::

    OntschotError
    ├── InconsistentRelease    what the release opened does not fit together
    ├── MalformedMessage
    │   └── MalformedResult    bytes that are no result document
    └── NoSuchTable            the result has no table of that name
"""

from ontschot.protocol.errors import MalformedMessage, OntschotError
from ontschot.protocol.language import Text


class InconsistentRelease(OntschotError):
    """Blocks or metadata that contradict each other; nothing of it may be published."""

    code = "inconsistent-release"
    title = Text("Deze uitkomst klopt niet", "This outcome does not fit together")
    remedy = Text(
        "Publiceer dit niet. Vraag de beheerder om de uitkomst na te kijken.",
        "Do not publish this. Ask the administrator to check the outcome.",
    )


class MalformedResult(MalformedMessage):
    """Bytes that are no result document of a version known here."""

    code = "malformed-result"
    title = Text("Dit resultaat is niet te lezen", "This result cannot be read")
    remedy = Text(
        "Haal het bestand opnieuw op. Gebruik de nieuwste versie van het programma.",
        "Fetch the file again. Use the newest version of the program.",
    )


class NoSuchTable(OntschotError):
    """A table that this result does not have."""

    code = "no-such-table"
    title = Text("Deze tabel is er niet", "There is no such table")
    remedy = Text(
        "Kies een tabel die in het resultaat staat.",
        "Choose a table that the result has.",
    )
    http_status = 400
