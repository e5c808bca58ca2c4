# SPDX-License-Identifier: EUPL-1.2
"""Rules about the file as a whole. Breaking an S rule loads nothing.

The columns of a header are never quoted: in a file without header that line is a record.
"""

from ontschot.node.provider.intake.columns import HEADER
from ontschot.node.provider.intake.rule import Rule
from ontschot.protocol.language import Text

EMPTY_FILE = Rule(
    "bestand-leeg",
    "S",
    "",
    Text(
        "Het bestand is leeg. Maak het bestand opnieuw.", "The file is empty. Make the file again."
    ),
)
TOO_LARGE = Rule(
    "bestand-te-groot",
    "S",
    "",
    Text(
        "Het bestand is te groot. Verdeel het over meer bestanden.",
        "The file is too large. Divide it over several files.",
    ),
)
BYTE_ORDER_MARK = Rule(
    "bom",
    "S",
    "",
    Text(
        "Het bestand begint met een onzichtbaar teken (BOM). Bewaar het als UTF-8 zonder BOM.",
        "The file begins with an invisible mark (BOM). Save it as UTF-8 without BOM.",
    ),
)
ENCODING = Rule(
    "codering",
    "S",
    "",
    Text("Dit is geen UTF-8. Bewaar het bestand als UTF-8.", "Not UTF-8. Save the file as UTF-8."),
)
NUL_BYTE = Rule(
    "nul-teken",
    "S",
    "",
    Text(
        "Het bestand is beschadigd. Er staat een leeg teken (NUL) in. Maak het opnieuw.",
        "The file is damaged: it holds an empty character (NUL). Make it again.",
    ),
)
LINE_TOO_LONG = Rule(
    "regel-te-lang",
    "S",
    "",
    Text(
        "Deze regel is te lang. Is dit wel het goede bestand?",
        "This line is too long. Is this the right file?",
    ),
)
SEPARATOR = Rule(
    "scheidingsteken",
    "S",
    "",
    Text(
        "De kolommen zijn niet gescheiden door een puntkomma (;). Bewaar het bestand zo.",
        "The columns are not parted by a semicolon (;). Save the file that way.",
    ),
)
HEADER_MISSING = Rule(
    "kop-ontbreekt",
    "S",
    "",
    Text(
        f"In de eerste regel ontbreken kolommen. Dit moet er staan: {HEADER}.",
        f"The first line lacks columns. It must say: {HEADER}.",
    ),
)
HEADER_UNKNOWN = Rule(
    "kop-onbekend",
    "S",
    "",
    Text(
        f"In de eerste regel staan andere kolommen. Dit moet er staan: {HEADER}.",
        f"The first line has other columns. It must say: {HEADER}.",
    ),
)
HEADER_DOUBLE = Rule(
    "kop-dubbel",
    "S",
    "",
    Text(
        "In de eerste regel staat een kolom twee keer. Haal er een weg.",
        "The first line names a column twice. Remove one.",
    ),
)
OTHER_PROVIDER = Rule(
    "agb-ander",
    "S",
    "agb",
    Text(
        "Dit bestand is van een andere aanbieder. Kies uw eigen bestand.",
        "This file belongs to another provider. Choose your own file.",
    ),
)
MIXED = Rule(
    "referentie-gemengd",
    "S",
    "referentie",
    Text(
        "Sommige regels hebben een referentie en andere niet. Vul alles in, of niets.",
        "Some lines have a reference and others have none. Fill in all of them, or none.",
    ),
)
TOO_MANY_REJECTED = Rule(
    "te-veel-afgewezen",
    "S",
    "",
    Text(
        "Meer dan 5 van de 100 regels zijn afgewezen. Verbeter het bestand, of bevestig.",
        "More than 5 in 100 lines were rejected. Mend the file, or confirm.",
    ),
)
TOTAL_DIFFERS = Rule(
    "totaal-afwijkend",
    "S",
    "bedrag_cent",
    Text(
        "Het bedrag per maand is veel hoger of lager dan eerst. Klopt dat? Bevestig dan.",
        "The amount per month is far above or below the last one. If that is right, confirm.",
    ),
)

QUOTES = Rule(
    "aanhalingstekens",
    "R",
    "",
    Text(
        "De aanhalingstekens kloppen niet. Haal ze weg uit deze regel.",
        "The quotation marks are wrong. Remove them from this line.",
    ),
)
FIELD_COUNT = Rule(
    "aantal-kolommen",
    "R",
    "",
    Text(
        "Deze regel heeft te veel of te weinig kolommen. Tel de puntkomma's na.",
        "This line has too many or too few columns. Count the semicolons.",
    ),
)

WHOLE_RULES = (
    EMPTY_FILE,
    TOO_LARGE,
    BYTE_ORDER_MARK,
    ENCODING,
    NUL_BYTE,
    LINE_TOO_LONG,
    SEPARATOR,
    HEADER_MISSING,
    HEADER_UNKNOWN,
    HEADER_DOUBLE,
    OTHER_PROVIDER,
    MIXED,
    TOO_MANY_REJECTED,
    TOTAL_DIFFERS,
    QUOTES,
    FIELD_COUNT,
)
