# SPDX-License-Identifier: EUPL-1.2
"""What can go wrong at the command line itself.

::

    Misconfigured
    ├── FileUnusable      a file that cannot be read or written
    ├── DraftUnusable     a draft that is no JSON, or lacks what a roster needs
    ├── OtherKind         the document says it is of another kind than the one to sign
    └── NotConfirmed      a person looked, and said no
"""

from ontschot.protocol.errors import Misconfigured
from ontschot.protocol.language import Text


class FileUnusable(Misconfigured):
    """A file that cannot be read or written."""

    code = "file-unusable"
    title = Text("Dit bestand is niet te gebruiken", "This file cannot be used")
    remedy = Text("Kijk naar de naam, de map en de rechten.", "Check name, folder and rights.")


class DraftUnusable(Misconfigured):
    """A draft that is no JSON, or lacks what a roster needs."""

    code = "draft-unusable"
    title = Text("Van dit ontwerp is geen lijst te maken", "This draft makes no roster")
    remedy = Text("Verbeter het ontwerp op de genoemde plaats.", "Mend the draft where it says.")


class OtherKind(Misconfigured):
    """The document says it is of another kind than the one to sign."""

    code = "other-kind"
    title = Text("Dit is een ander soort document", "This is another kind of document")
    remedy = Text(
        "Teken het als het soort dat in het document staat, of teken het niet.",
        "Sign it as the kind that it says it is, or do not sign it.",
    )


class NotConfirmed(Misconfigured):
    """A person looked, and said no."""

    code = "not-confirmed"
    title = Text("Er is niets ondertekend", "Nothing was signed")
    remedy = Text("Klopt de inhoud toch? Begin dan opnieuw.", "Is it right after all? Start again.")
