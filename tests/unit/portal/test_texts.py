# SPDX-License-Identifier: EUPL-1.2
"""What people read is plain Dutch (level B1): short sentences, and no words of the trade."""

import re

import pytest

from ontschot.coordinator.rest.errors import NoBoundaries
from ontschot.coordinator.results.build import METHOD, PILOT
from ontschot.coordinator.results.errors import InconsistentRelease
from ontschot.portal.errors import CoordinatorUnavailable
from ontschot.portal.texts import TEXTS
from ontschot.protocol.errors import all_errors
from ontschot.protocol.language import Text

OURS = ("ontschot.portal", "ontschot.coordinator.results", "ontschot.coordinator.rest")
MOST_WORDS = 15
JARGON = (
    "aggregaat", "algoritme", "differentiële", "epsilon", "gaussisch", "implementatie", "manifest",
    "parameter", "query", "secret", "sensitiviteit", "server", "standaardfout", "variantie",
)  # fmt: skip


def error_texts() -> dict[str, Text]:
    loaded = {InconsistentRelease, NoBoundaries, CoordinatorUnavailable}
    assert loaded <= set(all_errors().values())
    return {
        f"{code}-{part}": getattr(error, part)
        for code, error in all_errors().items()
        if error.__module__.startswith(OURS)
        for part in ("title", "remedy")
    }


ALL = (
    TEXTS
    | {f"method-{mode}": text for mode, text in METHOD.items()}
    | {"pilot": PILOT}
    | error_texts()
)


@pytest.mark.parametrize("name", ALL)
def test_sentences_are_short(name: str) -> None:
    for sentence in re.split(r"[.?!:]\s|[.?!]$", ALL[name].nl):
        assert len(sentence.split()) <= MOST_WORDS, sentence


@pytest.mark.parametrize("name", ALL)
def test_words_are_plain_and_both_languages_are_there(name: str) -> None:
    text = ALL[name]
    assert text.nl
    assert text.en
    assert not [word for word in JARGON if word in text.nl.lower()]
