# SPDX-License-Identifier: EUPL-1.2
"""What can be wrong with certificates and enrolment.

::

    MalformedMessage
    └── MalformedCertificate   bytes that are no certificate, or no request for one
    Refusal
    ├── ForeignCertificate     names nobody, or somebody of another federation
    ├── CertificateExpired     no longer valid, or not yet
    ├── AuthorityDiffers       the server's authority has another fingerprint than was pinned
    └── EnrolmentRefused       no certificate for this request
        ├── TokenUnknown       never issued
        ├── TokenUsed          used before, for another request
        ├── TokenExpired       issued too long ago
        └── TokenOfAnother     issued to another participant
"""

from ontschot.protocol.errors import MalformedMessage, Refusal
from ontschot.protocol.language import Text

_ASK_FOR_TOKEN = Text(
    "Vraag de beheerder van de coördinator om een nieuwe eenmalige code.",
    "Ask the administrator of the coordinator for a new one-time token.",
)


class MalformedCertificate(MalformedMessage):
    """Bytes that are no certificate of this system, or no request for one."""

    code = "malformed-certificate"
    title = Text("Dit is geen geldig certificaat", "This is not a valid certificate")
    remedy = Text("Vraag een nieuw certificaat aan.", "Enrol again.")


class ForeignCertificate(Refusal):
    """A certificate that names nobody, or somebody of another federation."""

    code = "foreign-certificate"
    title = Text(
        "Dit certificaat is van een ander samenwerkingsverband",
        "This certificate belongs to another federation",
    )
    remedy = Text(
        "Meld deze installatie aan bij het goede samenwerkingsverband.",
        "Enrol this installation at the right federation.",
    )


class CertificateExpired(Refusal):
    """No longer valid, or not yet."""

    code = "certificate-expired"
    title = Text("Het certificaat geldt nu niet", "The certificate is not valid now")
    remedy = Text(
        "Klopt de klok van deze computer? Meld de installatie anders opnieuw aan.",
        "Is the clock of this machine right? Otherwise enrol again.",
    )


class AuthorityDiffers(Refusal):
    """The server's authority has another fingerprint than the one that was pinned."""

    code = "authority-differs"
    title = Text(
        "De coördinator is niet wie hij moet zijn", "The coordinator is not who it should be"
    )
    remedy = Text(
        "Ga niet verder. Bel de beheerder en lees elkaar de vingerafdruk voor.",
        "Go no further. Call the administrator and read each other the fingerprint.",
    )


class EnrolmentRefused(Refusal):
    """No certificate for this request."""

    code = "enrolment-refused"
    title = Text("De aanmelding is geweigerd", "The enrolment was refused")
    remedy = Text(
        "Lees waarom. Vraag de beheerder van de coördinator om hulp.",
        "Read why. Ask the administrator of the coordinator for help.",
    )


class TokenUnknown(EnrolmentRefused):
    """Never issued here."""

    code = "token-unknown"
    title = Text("Deze eenmalige code is niet bekend", "This one-time token is not known")
    remedy = Text(
        "Kijk of de code helemaal is overgenomen. Vraag anders een nieuwe.",
        "Check that the token was copied whole. Otherwise ask for a new one.",
    )


class TokenUsed(EnrolmentRefused):
    """Used before, for another request."""

    code = "token-used"
    title = Text("Deze eenmalige code is al gebruikt", "This one-time token was used already")
    remedy = Text(
        "Was u dat niet zelf? Bel dan meteen de beheerder. Vraag anders een nieuwe code.",
        "Was that not you? Then call the administrator at once. Otherwise ask for a new token.",
    )


class TokenExpired(EnrolmentRefused):
    """Issued too long ago."""

    code = "token-expired"
    title = Text("Deze eenmalige code is verlopen", "This one-time token has expired")
    remedy = _ASK_FOR_TOKEN


class TokenOfAnother(EnrolmentRefused):
    """Issued to another participant than the request names."""

    code = "token-of-another"
    title = Text(
        "Deze eenmalige code is van een andere deelnemer",
        "This one-time token belongs to another participant",
    )
    remedy = _ASK_FOR_TOKEN
