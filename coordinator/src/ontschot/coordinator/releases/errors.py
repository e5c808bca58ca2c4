# SPDX-License-Identifier: EUPL-1.2
"""Why a question gets no answer, where the way out is a person's.

::

    Refusal
    ├── AnswerLost       a helper was replaced before its half of the answer was here
    └── PersonKeyWaits   a contributor to the key for persons keeps silent
"""

from ontschot.protocol.errors import Refusal
from ontschot.protocol.language import Text


class AnswerLost(Refusal):
    """A helper was replaced when the other had committed: its half of the answer is gone."""

    code = "answer-lost"
    title = Text(
        "Het antwoord is verloren gegaan met een helper die vervangen is",
        "The answer was lost with a helper that was replaced",
    )
    remedy = Text(
        "Stel de vraag opnieuw, met een nieuwe goedkeuring. De prijs van deze keer is betaald.",
        "Ask the question anew, with a new approval. The price of this one is paid.",
    )
    http_status = 409


class PersonKeyWaits(Refusal):
    """Too few have the key for persons of a round; the detail names who may keep a part back."""

    code = "person-key-waits"
    title = Text(
        "De sleutel om mensen te tellen is er nog niet",
        "The key for counting persons is not there yet",
    )
    remedy = Text(
        "De genoemde aanbieders maken de sleutel. Kijk wie van hen niet verbonden is, en vraag die "
        "om de node te starten. Helpt dat niet? Sluit de meetronde en open een nieuwe.",
        "The named providers make the key. See which of them is not connected, and ask it to start "
        "its node. Does that not help? Close the round and open a new one.",
    )
    http_status = 409
