# SPDX-License-Identifier: EUPL-1.2
"""The letters that a helper understands, and what happens with each."""

import secrets
from collections.abc import Callable

from sqlalchemy import select

from ontschot.node.budgets import take_budgets
from ontschot.node.helper import admissions, facts, schema, uploads
from ontschot.node.helper.aborting import abort, abort_asked, peer_aborted
from ontschot.node.helper.boxes import box_of
from ontschot.node.helper.dealing import Dealing
from ontschot.node.helper.release import UNCOMMITTED, advance, find, propose
from ontschot.node.helper.steps import Entropy, Steps
from ontschot.node.mailroom.desk import Desk
from ontschot.node.noise import NoiseSource
from ontschot.node.public_inputs import store as public_inputs
from ontschot.node.questions import store as questions
from ontschot.protocol.clock import to_text
from ontschot.protocol.documents.releases import ABORT, AGREE, COMMIT, CONSENT, MANIFEST
from ontschot.protocol.documents.uploads import WITHDRAWAL
from ontschot.protocol.errors import OntschotError
from ontschot.protocol.letters import ROSTER, Letter

Handler = Callable[[Desk, Letter], None]


class Helper:
    """The role of helper; ``noise`` and ``entropy`` are arguments so that tests can see them."""

    def __init__(self, noise: NoiseSource, entropy: Entropy = secrets.token_bytes) -> None:
        self._steps = Steps(noise, entropy).table()
        self._dealing = Dealing(entropy)

    def handlers(self) -> dict[str, Handler]:
        """Return the handler of each type of letter."""
        return {
            ROSTER: take_budgets,
            "round": public_inputs.receive_round,
            "question": questions.receive_for_helper,
            "upload": uploads.receive_upload,
            WITHDRAWAL: uploads.withdraw_upload,
            "offer": self._dealing.offer,
            "toss-commit": self._dealing.toss,
            "toss-reveal": self._dealing.toss,
            "delivery": self._dealing.delivery,
            MANIFEST: self._propose,
            CONSENT: self._fact,
            AGREE: self._fact,
            "prepare": self._fact,
            "open": self._fact,
            COMMIT: self._fact,
            "abort-request": abort_asked,
            ABORT: peer_aborted,
            "admitted": admissions.judge,
        }

    def expire(self, desk: Desk) -> None:
        """Abort what is past its manifest's expiry and not committed."""
        now = to_text(desk.now)
        rows = desk.connection.execute(
            select(schema.releases.c.manifest).where(schema.releases.c.state.in_(UNCOMMITTED))
        ).scalars()
        for digest in list(rows):
            release = find(desk, digest)
            if release is not None and release.manifest.expiry <= now:
                abort(desk, release, "expired")

    def _propose(self, desk: Desk, letter: Letter) -> None:
        self._advance(desk, propose(desk, letter.payload).digest)

    def _fact(self, desk: Desk, letter: Letter) -> None:
        body = box_of(desk, letter)
        facts.keep(desk.connection, letter.subject, letter.type, letter.sender, body)
        self._advance(desk, letter.subject)

    def _advance(self, desk: Desk, digest: str) -> None:
        release = find(desk, digest)
        if release is None:
            return
        try:
            advance(desk, release, self._steps)
        except OntschotError as refusal:
            current = find(desk, digest)
            if current is not None:
                abort(desk, current, refusal.code)
