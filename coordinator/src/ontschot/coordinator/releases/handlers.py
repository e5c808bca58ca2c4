# SPDX-License-Identifier: EUPL-1.2
"""The letters that the coordinator understands, and what happens with each."""

from collections.abc import Callable

from ontschot.coordinator.mail.desk import Desk
from ontschot.coordinator.releases import (
    admitting,
    closing,
    hearing,
    passing,
    person_keys,
    stock,
    words,
)
from ontschot.coordinator.releases.leading import drive
from ontschot.protocol.documents.dealing import BatchReady, DealerCaught
from ontschot.protocol.documents.persons import KEY_CHECK, KEY_COMMIT
from ontschot.protocol.documents.releases import ABORT, AGREE, COMMIT, CONSENT, Accepted
from ontschot.protocol.documents.uploads import ERASED, RECEIPT, WITHDRAWAL
from ontschot.protocol.letters import Letter
from ontschot.protocol.letters.model import REFUSAL

Handler = Callable[[Desk, Letter], None]

Step = Callable[[Desk, Letter], bool]
"""A handler that returns whether anything can go on; the first of two halves moves nothing."""


class Leader:
    """The coordinator's part in releases; ``spare`` is how many batches to keep in stock."""

    def __init__(self, spare: int = 0) -> None:
        self._spare = spare

    def handlers(self) -> dict[str, Handler]:
        """Return the handler of each type of letter; what moves something drives what is open."""
        moving: dict[str, Handler | Step] = {
            RECEIPT: admitting.receipt,
            WITHDRAWAL: admitting.withdrawn,
            BatchReady.model_fields["type"].default: stock.batch_ready,
            DealerCaught.model_fields["type"].default: stock.dealer_caught,
            Accepted.model_fields["type"].default: hearing.accepted,
            "refused": hearing.refused,
            REFUSAL: hearing.refusal,
            ABORT: hearing.aborted,
            words.OUTPUT: hearing.output,
            KEY_CHECK: person_keys.checked,
        }
        noting: dict[str, Handler] = {
            "uploaded": admitting.uploaded,
            "held": hearing.held,
            KEY_COMMIT: person_keys.committed,
            CONSENT: hearing.word,
            AGREE: hearing.word,
            COMMIT: hearing.word,
            ERASED: closing.take_erasure,
        }
        return noting | {kind: self._driving(handler) for kind, handler in moving.items()}

    def tick(self, desk: Desk) -> None:
        """Look at deadlines; called now and then by the process."""
        passing.pass_on(desk)
        drive(desk, self._spare)

    def _driving(self, handler: Handler | Step) -> Handler:
        def handle(desk: Desk, letter: Letter) -> None:
            if handler(desk, letter) is not False:
                drive(desk, self._spare)

        return handle
