# SPDX-License-Identifier: EUPL-1.2
"""The root of every error that Ontschot raises on purpose, and the register of their codes.

Each area keeps its own small tree in a module ``errors.py`` beside the code that raises it::

    OntschotError
    ├── MalformedMessage   foreign bytes that do not decode (decoders raise this and nothing else)
    ├── Refusal            a request that was understood and is not allowed
    ├── Unavailable        something that may work later: a database, a connection, a disk
    └── Misconfigured      a setting, key, certificate or file here that must be mended first

A class has a stable ``code`` (kebab case, never reused), a ``title`` (what happened) and a
``remedy`` (what to do), both in Dutch and English. ``detail`` says more about this one case. No
text ever holds a value of a record: a detail names a line, a column, a file, a code, a rule, and
that is enough to find the value at its owner.
"""

from typing import ClassVar

from ontschot.protocol.language import Language, Text

_REGISTER: dict[str, type["OntschotError"]] = {}


class OntschotError(Exception):
    """Base class; ``detail`` is shown to people, a chained cause never is."""

    code: ClassVar[str] = "internal"
    title: ClassVar[Text] = Text("Er ging iets mis", "Something went wrong")
    remedy: ClassVar[Text] = Text(
        "Probeer het opnieuw. Blijft het misgaan, vraag dan de beheerder.",
        "Try again. If it keeps failing, ask the administrator.",
    )
    http_status: ClassVar[int] = 500

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail

    def __init_subclass__(cls) -> None:
        """Register the subclass under its code; two classes never share one."""
        super().__init_subclass__()
        if "code" not in cls.__dict__:
            return
        known = _REGISTER.setdefault(cls.code, cls)
        if known.__qualname__ != cls.__qualname__ or known.__module__ != cls.__module__:
            msg = f"error code {cls.code!r} is used by {known.__qualname__} and {cls.__qualname__}"
            raise TypeError(msg)

    def __str__(self) -> str:
        """Return the English title and the detail: the form for logs."""
        return f"{self.title.en} [{self.code}]" + (f": {self.detail}" if self.detail else "")

    def explain(self, language: Language) -> str:
        """Return what happened and what to do, for a person."""
        happened = self.title.in_language(language) + (f": {self.detail}" if self.detail else "")
        return f"{happened}\n{self.remedy.in_language(language)} [{self.code}]"


class MalformedMessage(OntschotError):
    """Bytes that do not decode. Decoders raise this or a subclass, and nothing else."""

    code = "malformed-message"
    title = Text("Dit bericht is niet te lezen", "This message cannot be read")
    remedy = Text(
        "De afzender moet het opnieuw sturen. Gebruikt die dezelfde versie?",
        "The sender must send it again. Do they use the same version?",
    )
    http_status = 400


class Refusal(OntschotError):
    """Understood, and not allowed."""

    code = "refused"
    title = Text("Dit mag niet", "This is not allowed")
    remedy = Text(
        "Lees waarom, en vraag het dan anders of aan iemand anders.",
        "Read why, then ask differently or ask someone else.",
    )
    http_status = 403


class Unavailable(OntschotError):
    """Not now; perhaps later."""

    code = "unavailable"
    title = Text("Dit kan nu even niet", "This is not possible right now")
    remedy = Text("Probeer het later opnieuw.", "Try again later.")
    http_status = 503


class Misconfigured(OntschotError):
    """This installation must be mended before it can go on."""

    code = "misconfigured"
    title = Text("De instellingen kloppen niet", "The configuration is wrong")
    remedy = Text("Verbeter de instelling en start opnieuw.", "Mend the setting and start again.")


def all_errors() -> dict[str, type[OntschotError]]:
    """Return every error class imported so far, by code (for the documentation's test)."""
    return dict(sorted(_REGISTER.items()))
