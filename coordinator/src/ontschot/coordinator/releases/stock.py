# SPDX-License-Identifier: EUPL-1.2
"""The stock of gate keys: what is ready, what is on order, and what the dealer is asked for."""

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, func, select, update

from ontschot.coordinator.mail.desk import Desk
from ontschot.coordinator.releases.schema import batches
from ontschot.protocol.clock import to_text
from ontschot.protocol.documents.dealing import BatchReady, Deal
from ontschot.protocol.errors import Refusal
from ontschot.protocol.gate import BatchSpec, DealerCaught, DealerOwes, PeerOwes
from ontschot.protocol.letters import Letter
from ontschot.protocol.release.duties import duties_of
from ontschot.protocol.roster import Roster

PATIENCE: Final = timedelta(hours=1)
"""How long a batch may be on order before another is ordered in its place."""

COMING: Final = ("dealing", "helper-owes", "dealer-owes")
"""States of batches that may yet be ready."""

SAID_LATELY: Final = timedelta(hours=3)
"""How long a helper's word that a set stops dealing holds when the helpers are others since.

Helpers repeat it each hour. Who was replaced does not, and nobody else may know of that set.
"""

STANDING: Final[dict[str, tuple[str, type[Refusal], tuple[str, ...]]]] = {
    PeerOwes.code: ("helper-owes", PeerOwes, ("dealing",)),
    DealerOwes.code: ("dealer-owes", DealerOwes, COMING),
    DealerCaught.code: ("dealer-caught", DealerCaught, (*COMING, "ready", "spoiled")),
}
"""By code of a helper: state of a batch that stops dealing, why, and the states it follows."""


@dataclass(slots=True)
class Stock:
    """Batches as seen from one transaction; ``order`` sends the dealer what was missed.

    ``spare`` is how many batches of each wanted kind to keep beyond what is wanted now.
    """

    desk: Desk
    spare: int = 0
    _wanted: Counter[BatchSpec] = field(default_factory=Counter)
    _none_ready: set[BatchSpec] = field(default_factory=set)

    def take(self, specs: Sequence[BatchSpec]) -> list[str] | None:
        """Return one ready batch for each of ``specs``, now used up; or nothing, and want them."""
        found: list[str] = []
        for spec in specs:
            if spec in self._none_ready:
                self._wanted.update(specs)
                return None
            ready = select(batches.c.set_id).where(
                batches.c.spec == spec.digest,
                batches.c.state == "ready",
                batches.c.duties == duties_of(self.desk.roster),
                batches.c.set_id.not_in(found),
            )
            set_id = self.desk.connection.execute(ready.limit(1)).scalar()
            if set_id is None:
                if not found:
                    self._none_ready.add(spec)
                self._wanted.update(specs)
                return None
            found.append(set_id)
        self.desk.connection.execute(
            update(batches).where(batches.c.set_id.in_(found)).values(state="used")
        )
        return found

    def order(self) -> None:
        """Ask the dealer for what was wanted and is neither ready nor on order.

        Nothing is ordered while a set stops dealing: helpers would not toss over it.
        """
        stopped = standing(self.desk.connection, self.desk.roster, self.desk.now)
        for spec, wanted in ({} if stopped else self._wanted).items():
            for _ in range(wanted + self.spare - self._coming(spec)):
                self._order_one(spec)
        self._wanted.clear()

    def _coming(self, spec: BatchSpec) -> int:
        # What was ordered long ago and is not here was lost with a helper, a dealer or a roster.
        lately = to_text(self.desk.now - PATIENCE)
        state = batches.c.state
        return self.desk.connection.execute(
            select(func.count()).where(
                batches.c.spec == spec.digest,
                batches.c.duties == duties_of(self.desk.roster),
                (state == "ready") | ((state == "dealing") & (batches.c.ordered_at > lately)),
            )
        ).scalar_one()

    def _order_one(self, spec: BatchSpec) -> None:
        deal = Deal(set_id=secrets.token_hex(32), spec=spec.to_document())
        self.desk.connection.execute(
            batches.insert().values(
                set_id=deal.set_id,
                spec=spec.digest,
                state="dealing",
                duties=duties_of(self.desk.roster),
                ordered_at=to_text(self.desk.now),
                dealer=self.desk.roster.dealer().signing_key.text,
            )
        )
        self.desk.send(self.desk.roster.dealer().id, deal.type, deal.set_id, deal.to_bytes())


def batch_ready(desk: Desk, letter: Letter) -> bool:
    """Note that a helper audited a batch; return whether it is in stock now, with both."""
    message = BatchReady.parse(letter.payload)
    helper_a, helper_b = desk.roster.helpers()
    sender = {"A": helper_a.id, "B": helper_b.id}[message.helper]
    if letter.sender != sender:
        return False
    column = "ready_a" if message.helper == "A" else "ready_b"
    where = batches.c.set_id == message.set_id
    desk.connection.execute(
        update(batches)
        .where(where, batches.c.spec == message.spec, batches.c.state.in_(COMING))
        .values({column: True})
    )
    done = desk.connection.execute(
        update(batches)
        .where(where, batches.c.ready_a, batches.c.ready_b, batches.c.state.in_(COMING))
        .values(state="ready")
    )
    return done.rowcount > 0


def dealer_caught(desk: Desk, letter: Letter) -> None:
    """A helper says that the dealer cheats: the batch is spoiled, and dealing has stopped."""
    if letter.sender in {helper.id for helper in desk.roster.helpers()}:
        stands(desk, letter.subject, DealerCaught.code)


def stands(desk: Desk, set_id: str, code: str) -> None:
    """Note what a helper says about a set that stops dealing; other codes are nothing."""
    if code not in STANDING:
        return
    state, _, before = STANDING[code]
    desk.connection.execute(
        update(batches)
        .where(batches.c.set_id == set_id, batches.c.state.in_((*before, state)))
        .values(state=state, said_at=to_text(desk.now))
    )


def standing(connection: Connection, roster: Roster, now: datetime) -> list[tuple[str, Refusal]]:
    """Return the sets that stop dealing with a roster's dealer: id, and why, with a remedy.

    Other helpers change nothing about what a dealer owes, as long as one of them says that it does.
    A dealer that was caught stays caught. (This only decides what is ordered: helpers toss over
    nothing while a set stands at one of them.)
    """
    reasons = {state: reason for state, reason, _ in STANDING.values()}
    of_before = (batches.c.dealer == "") & (batches.c.duties == duties_of(roster))
    by_dealer = (batches.c.dealer == roster.dealer().signing_key.text) | of_before
    holds = (
        (batches.c.duties == duties_of(roster))
        | (batches.c.said_at > to_text(now - SAID_LATELY))
        | (batches.c.state == STANDING[DealerCaught.code][0])
    )
    rows = connection.execute(
        select(batches.c.set_id, batches.c.state)
        .where(by_dealer, holds, batches.c.state.in_(tuple(reasons)))
        .order_by(batches.c.ordered_at, batches.c.set_id)
    )
    return [(row.set_id, reasons[row.state](row.set_id[:12])) for row in rows]


def spoil(desk: Desk, set_id: str) -> None:
    """Note that a batch will never be used."""
    desk.connection.execute(
        update(batches).where(batches.c.set_id == set_id).values(state="spoiled")
    )
