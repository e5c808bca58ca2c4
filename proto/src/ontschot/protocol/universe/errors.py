# SPDX-License-Identifier: EUPL-1.2
"""Errors of the universe, its areas and the public files they are made from.

::

    OntschotError
    ├── AddressUnusable         a postcode or house number that names no Dutch address
    ├── SourceUnreadable        a public file (addresses, buurten) that is not what it should be
    ├── NoAddresses             nothing to make a universe of
    ├── Refusal
    │   ├── UniverseTooLarge    more slots than the protocol allows
    │   └── AreasTooSmall       a universe, or a gemeente in it, below the smallest admissible area
    └── MalformedMessage
        ├── MalformedUniverse   bytes that are no universe file
        │   └── UnknownEncoder  a universe for other mapping rules than this program's
        └── MalformedAreaMap    bytes that are no area map, or one of another universe
"""

from ontschot.protocol.errors import MalformedMessage, OntschotError, Refusal
from ontschot.protocol.language import Text


class AddressUnusable(OntschotError):
    """The postcode or the house number names no Dutch address."""

    code = "address-unusable"
    title = Text("Dit adres is niet bruikbaar", "This address cannot be used")
    remedy = Text(
        "Vul een Nederlandse postcode in en een huisnummer van 1 tot 99999.",
        "Give a Dutch postcode and a house number from 1 to 99999.",
    )
    http_status = 422


class SourceUnreadable(OntschotError):
    """A public file that is not what it should be; ``line`` counts from 1, 0 for the whole file."""

    code = "public-file-unreadable"
    title = Text("Dit openbare bestand is niet te lezen", "This public file cannot be read")
    remedy = Text(
        "Download het bestand opnieuw. Kijk of u het goede bestand hebt gekozen.",
        "Download the file again. Check that you chose the right file.",
    )
    http_status = 422

    def __init__(self, detail: str = "", line: int = 0) -> None:
        super().__init__(f"line {line}: {detail}" if line else detail)
        self.line = line


class NoAddresses(OntschotError):
    """No address to make a universe of: an empty file, or none in the chosen gemeenten."""

    code = "no-addresses"
    title = Text("Er zijn geen adressen", "There are no addresses")
    remedy = Text(
        "Kijk of het bestand de gekozen gemeenten bevat.",
        "Check that the file holds the chosen municipalities.",
    )
    http_status = 422


class UniverseTooLarge(Refusal):
    """More slots than the protocol allows."""

    code = "universe-too-large"
    title = Text("Er zijn te veel adressen", "There are too many addresses")
    remedy = Text("Maak een lijst met minder gemeenten.", "Make a list with fewer municipalities.")
    http_status = 422


class AreasTooSmall(Refusal):
    """The whole universe, or for PC6 clusters a gemeente, has fewer addresses than an area must."""

    code = "areas-too-small"
    title = Text("Er zijn te weinig adressen", "There are too few addresses")
    remedy = Text(
        "Neem meer gemeenten in de lijst op. Een gebied moet groot genoeg zijn.",
        "Put more municipalities in the list. An area must be large enough.",
    )
    http_status = 422


class MalformedUniverse(MalformedMessage):
    """Bytes that are no universe file in its one canonical form."""

    code = "malformed-universe"
    title = Text("De adreslijst is niet te lezen", "The address list cannot be read")
    remedy = Text(
        "Haal de adreslijst opnieuw op. Blijft het misgaan, vraag dan de beheerder.",
        "Fetch the address list again. If it keeps failing, ask the administrator.",
    )


class UnknownEncoder(MalformedUniverse):
    """A universe made for other mapping rules than this program has."""

    code = "unknown-encoder"
    title = Text(
        "De adreslijst hoort bij een andere versie", "The address list belongs to another version"
    )
    remedy = Text(
        "Gebruik de versie van het programma die de meetronde noemt.",
        "Use the version of the program that the measurement round names.",
    )


class MalformedAreaMap(MalformedMessage):
    """Bytes that are no area map in its one canonical form, or a map of another universe."""

    code = "malformed-area-map"
    title = Text("De gebiedsindeling is niet te lezen", "The map of areas cannot be read")
    remedy = Text(
        "Haal de gebiedsindeling opnieuw op. Hoort die bij deze adreslijst?",
        "Fetch the map of areas again. Does it belong to this address list?",
    )
