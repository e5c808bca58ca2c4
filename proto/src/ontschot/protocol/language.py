# SPDX-License-Identifier: EUPL-1.2
"""Texts that people see: Dutch first, English second.

A command line chooses by ``ONTSCHOT_LANG`` (``nl`` or ``en``); a web page or a REST client
chooses per request.
"""

import os
from typing import Literal, NamedTuple, TypeAlias

Language: TypeAlias = Literal["nl", "en"]

DEFAULT: Language = "nl"


class Text(NamedTuple):
    """One text in both languages."""

    nl: str
    en: str

    def in_language(self, language: Language) -> str:
        """Return the text in ``language``."""
        return self.en if language == "en" else self.nl


def terminal_language() -> Language:
    """Return the language of the command line: ``ONTSCHOT_LANG``, Dutch unless it says ``en``."""
    return "en" if os.environ.get("ONTSCHOT_LANG", "").lower().startswith("en") else DEFAULT


def tr(nl: str, en: str) -> str:
    """Return one of two texts, by the language of the command line."""
    return en if terminal_language() == "en" else nl
