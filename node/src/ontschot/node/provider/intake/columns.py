# SPDX-License-Identifier: EUPL-1.2
"""The columns of the CSV file: one line per prestatie per month."""

from typing import NamedTuple


class Line(NamedTuple):
    """The fields of one line as texts, blanks at both ends removed; its ``repr`` shows nothing."""

    agb: str
    referentie: str
    vorige_referentie: str
    bsn: str
    geboortedatum: str
    geslacht: str
    postcode: str
    huisnummer: str
    huisletter: str
    toevoeging: str
    gemeentecode: str
    wet: str
    categorie: str
    productcode: str
    toewijzingsnummer: str
    toewijzingsdatum: str
    ingang: str
    begin: str
    einde: str
    reden_einde: str
    verwijzer: str
    periode_van: str
    periode_tot: str
    volume: str
    eenheid: str
    bedrag_cent: str
    dc: str

    def __repr__(self) -> str:
        """Return the class only: a line is a record."""
        return "Line(...)"


COLUMNS = Line._fields
SEPARATOR = ";"
HEADER = SEPARATOR.join(COLUMNS)
