# SPDX-License-Identifier: EUPL-1.2
"""The base of all documents: strict models with one canonical spelling.

A document is canonical JSON (``ontschot.protocol.canonical``). Its digest is the SHA-256 of those
bytes; signatures are over those bytes. Decoding raises ``MalformedMessage`` and nothing else.

A document has one spelling: fields with a default are written too, and digits in patterns are
those of ASCII. (The engine's own class of digits lets in those of other scripts, and a moment
written with them sorts after every real one.)
"""

from functools import cache, lru_cache
from typing import Annotated, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from ontschot.protocol import canonical
from ontschot.protocol.errors import MalformedMessage

Hash: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256 in lower-case hexadecimal."""

Identifier: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
"""A name given by people or programs: participants, rounds, variables, blocks, releases."""

_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

Moment: TypeAlias = Annotated[
    str, StringConstraints(pattern=rf"^{_DAY}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}Z$")
]
"""RFC 3339 in UTC, whole seconds; text order is time order."""

Day: TypeAlias = Annotated[str, StringConstraints(pattern=rf"^{_DAY}$")]
"""A calendar day."""

Decimal: TypeAlias = Annotated[str, StringConstraints(pattern=r"^(0|[1-9][0-9]{0,30})$")]
"""A non-negative integer that may exceed 2^53."""

Line: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=500)]
"""A short text for people."""


class MalformedDocument(MalformedMessage):
    """Canonical JSON that is not the document it should be."""

    code = "malformed-document"


class Document(BaseModel):
    """A frozen document; unknown fields and other types are refused.

    A field with ``Field(repr=False)`` is a secret: it is not shown, and a document that has one is
    kept by nobody but who parsed it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    def to_bytes(self) -> bytes:
        """Return the canonical bytes: what is signed and hashed."""
        return canonical.encode(self.model_dump(mode="json"))

    @property
    def digest(self) -> str:
        """The SHA-256 of the canonical bytes, in hexadecimal."""
        return canonical.sha256(self.to_bytes())

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Return the document in ``data``.

        Raises:
            MalformedMessage: not canonical JSON, or not this document.
        """
        parsed = _parse(cls, data) if _has_secrets(cls) else _parse_once(cls, data)
        if not isinstance(parsed, cls):
            raise MalformedDocument(cls.__name__)
        return parsed


class Head(Document):
    """The head of a participant's ledger: the number and hash of its last entry."""

    seq: Annotated[int, Field(ge=0)]
    hash: Hash


@cache
def _has_secrets(cls: type[Document]) -> bool:
    return any(not field.repr for field in cls.model_fields.values())


# One release looks at the same few documents hundreds of times. They are frozen, and what they say
# is decided by their bytes alone. Secrets would stay in memory here long after they were erased.
@lru_cache(maxsize=512)
def _parse_once(cls: type[Document], data: bytes) -> Document:
    return _parse(cls, data)


def _parse(cls: type[Document], data: bytes) -> Document:
    canonical.decode(data)
    try:
        parsed = cls.model_validate_json(data)
    except (ValidationError, MalformedMessage) as error:
        raise MalformedDocument(_where(cls, error)) from error
    # A default that was left out would give one document two spellings, and two hashes.
    if parsed.to_bytes() != data:
        raise MalformedDocument(f"{cls.__name__}: not in its one spelling")
    return parsed


def _where(cls: type[Document], error: Exception) -> str:
    # The place of the fault, never the value that stood there.
    if isinstance(error, ValidationError):
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "as a whole"
        return f"{cls.__name__}: {place} ({first['type']})"
    return cls.__name__
