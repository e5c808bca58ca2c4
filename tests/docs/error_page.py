# SPDX-License-Identifier: EUPL-1.2
"""``docs/errors.md``: every error code, what it means and what to do."""

from ontschot.protocol.errors import (
    MalformedMessage,
    Misconfigured,
    OntschotError,
    Refusal,
    Unavailable,
)

from .sources import errors_by_part

_KINDS: tuple[tuple[type[OntschotError], str], ...] = (
    (MalformedMessage, "malformed"),
    (Refusal, "refusal"),
    (Unavailable, "unavailable"),
    (Misconfigured, "misconfigured"),
    (OntschotError, "fault"),
)

_INTRO = """\
# Error codes

Every error that Ontschot raises on purpose has a stable code, a text in Dutch and English, and a
remedy. Programs should look at the code; texts may be improved. A code is never reused.

| kind | meaning |
|---|---|
| malformed | foreign bytes that do not decode |
| refusal | understood, and not allowed |
| unavailable | not now; it may work later |
| misconfigured | this installation must be mended first |
| fault | anything else |

*HTTP* is the status with which the error is answered where it reaches a web interface. A command
that ends in one of these errors explains it on standard error and exits with code 2.
"""


def page() -> str:
    """Return the page."""
    pieces = [_INTRO]
    for part, kinds in errors_by_part().items():
        pieces.append(f"## {part.capitalize()}\n\n{_table(kinds)}")
    return "\n".join(pieces)


def _table(kinds: list[type[OntschotError]]) -> str:
    lines = ["| code | kind | HTTP | Nederlands | English |", "|---|---|---|---|---|"]
    lines += [_row(kind) for kind in kinds]
    return "\n".join(lines) + "\n"


def _row(kind: type[OntschotError]) -> str:
    name = next(name for base, name in _KINDS if issubclass(kind, base))
    dutch = f"**{_sentence(kind.title.nl)}** {kind.remedy.nl}"
    english = f"**{_sentence(kind.title.en)}** {kind.remedy.en}"
    return f"| `{kind.code}` | {name} | {kind.http_status} | {_cell(dutch)} | {_cell(english)} |"


def _sentence(title: str) -> str:
    return title if title.endswith("?") else f"{title}."


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
