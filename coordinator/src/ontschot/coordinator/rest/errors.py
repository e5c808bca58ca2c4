# SPDX-License-Identifier: EUPL-1.2
"""What a REST request can run into, besides the errors of the rooms behind it.

::

    OntschotError
    ├── InvalidRequest     a parameter has a wrong form
    ├── NotFound           no such address
    ├── MethodNotAllowed   the address exists, the method does not
    ├── NoSuchResult       no published answer of that name
    ├── NoBoundaries       no map for the areas of that table
    └── StoredResultDamaged  what storage returned is no result document
"""

from ontschot.protocol.errors import OntschotError
from ontschot.protocol.language import Text


class InvalidRequest(OntschotError):
    """A parameter that does not have the documented form."""

    code = "invalid-request"
    title = Text("Deze aanvraag klopt niet", "This request is not valid")
    remedy = Text(
        "Verbeter de genoemde velden. De beschrijving staat op /v1/openapi.json.",
        "Mend the fields named here. Their description is at /v1/openapi.json.",
    )
    http_status = 400


class NotFound(OntschotError):
    """An address that this service does not have."""

    code = "not-found"
    title = Text("Dit adres bestaat niet", "There is no such address")
    remedy = Text(
        "Kijk op /v1/openapi.json welke adressen er zijn.",
        "See /v1/openapi.json for the addresses there are.",
    )
    http_status = 404


class MethodNotAllowed(OntschotError):
    """A method that this address does not have."""

    code = "method-not-allowed"
    title = Text("Dit kan niet op dit adres", "This is not possible at this address")
    remedy = Text(
        "Gebruik een methode uit de header 'Allow'.",
        "Use a method from the header 'Allow'.",
    )
    http_status = 405


class NoSuchResult(OntschotError):
    """A result that is not, or not yet, published."""

    code = "no-such-result"
    title = Text("Dit antwoord is er niet", "There is no such answer")
    remedy = Text(
        "Kijk in de lijst welke antwoorden er zijn: /v1/results.",
        "See the list of answers: /v1/results.",
    )
    http_status = 404


class NoBoundaries(OntschotError):
    """No boundaries were loaded for this round and level."""

    code = "no-boundaries"
    title = Text("Van deze gebieden is er geen kaart", "There is no map of these areas")
    remedy = Text(
        "Gebruik de tabel. De beheerder kan de gebiedsgrenzen van het CBS inladen.",
        "Use the table. The administrator can load the boundaries of CBS.",
    )
    http_status = 404


class StoredResultDamaged(OntschotError):
    """A stored document that does not decode: a fault of this installation, not of the caller."""

    code = "stored-result-damaged"
    title = Text("Dit antwoord is beschadigd", "This answer is damaged")
    remedy = Text(
        "Meld dit aan de beheerder. Die kan het antwoord terugzetten.",
        "Report this to the administrator, who can restore the answer.",
    )
