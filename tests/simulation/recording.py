# SPDX-License-Identifier: EUPL-1.2
"""Parties that remember: noise that was drawn, and every half that ever reached the coordinator."""

from collections import defaultdict
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from ontschot.coordinator.mail.desk import Desk
from ontschot.coordinator.releases.handlers import Handler, Leader
from ontschot.coordinator.releases.schema import words
from ontschot.node.helper import schema as helper_schema
from ontschot.protocol.documents.releases import COMMIT, Commit, Manifest
from ontschot.protocol.letters import Letter
from ontschot.protocol.release.sealing import release_context
from ontschot.protocol.signed import SignedDocument
from simulation.federation import COORDINATOR, HELPERS, Federation


class RecordingNoise:
    """Draws small random integers, other ones each time, and remembers how often."""

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng(seed)
        self.draws = 0

    def draw(self, _scale: Fraction, size: int) -> NDArray[np.int64]:
        """Return ``size`` integers between -3 and 3."""
        self.draws += 1
        return self._random.integers(-3, 4, size)


class Listener(Leader):
    """The coordinator, remembering every half that a helper sent and every hash it committed to."""

    def __init__(self) -> None:
        super().__init__()
        self.halves: dict[tuple[str, str], set[bytes]] = defaultdict(set)
        self.commits: dict[tuple[str, str], set[str]] = defaultdict(set)

    def handlers(self) -> dict[str, Handler]:
        """Return the coordinator's handlers, with two that listen."""
        known = super().handlers()

        def output(desk: Desk, letter: Letter) -> None:
            box = letter.payload or desk.attachment(letter.attachments[0]).read_bytes()
            name = "A" if letter.sender == HELPERS[0] else "B"
            half = desk.keys.open(box, release_context("output", letter.subject, name))  # type: ignore[arg-type]
            self.halves[letter.subject, letter.sender].add(half)
            known["output"](desk, letter)

        def commit(desk: Desk, letter: Letter) -> None:
            document = Commit.parse(SignedDocument.from_bytes(letter.payload).payload)
            self.commits[letter.subject, letter.sender].add(document.output)
            known[COMMIT](desk, letter)

        return known | {"output": output, COMMIT: commit}


def record(federation: Federation) -> Listener:
    """Let both helpers draw recorded noise, and the coordinator remember what it hears."""
    listener = Listener()
    federation.leader = listener
    federation.start(COORDINATOR)
    for number, helper in enumerate(HELPERS):
        federation.noise[helper] = RecordingNoise(number)
        federation.start(helper)
    return listener


def stored_halves(federation: Federation, manifest: Manifest) -> dict[str, bytes | None]:
    """Return the half that each helper keeps of a release."""
    table = helper_schema.releases.c
    query = select(table.output).where(table.manifest == manifest.digest)
    return {name: federation.read(name, lambda c: c.execute(query).scalar()) for name in HELPERS}


def published_halves(federation: Federation, manifest: Manifest) -> dict[str, bytes]:
    """Return the halves behind a published answer, as the coordinator keeps them."""
    query = select(words.c.sender, words.c.body).where(
        words.c.manifest == manifest.digest, words.c.kind == "output"
    )
    rows = federation.read(COORDINATOR, lambda c: c.execute(query).all())
    return {row.sender: row.body for row in rows}
