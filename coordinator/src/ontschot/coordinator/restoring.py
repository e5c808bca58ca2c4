# SPDX-License-Identifier: EUPL-1.2
"""Go on after a back-up was put back: what was forgotten must neither stop nor endanger anything.

Nothing secret is at stake: budgets are kept by helpers and providers. What an older copy gets
wrong: it would use numbers of letters again (participants refuse those), gate keys that were used
since (helpers refuse those), and it does not know how releases of that time ended (helpers say so
again).
"""

from sqlalchemy import Engine, select, update

from ontschot.coordinator.mail import queue
from ontschot.coordinator.mail.desk import Desk
from ontschot.coordinator.releases.leading import ask_helpers
from ontschot.coordinator.releases.schema import batches, releases
from ontschot.coordinator.releases.stock import COMING
from ontschot.coordinator.store.database import one_writer
from ontschot.protocol.clock import Clock


def skip_numbers(engine: Engine, name: str, clock: Clock) -> int:
    """Number letters from here on as never before; return the number. Needs no roster."""
    with one_writer(engine) as connection:
        return queue.skip_numbers(connection, name, clock())


def take_up(desk: Desk) -> int:
    """Give up the stock of gate keys and ask how open releases stand; return how many are open."""
    desk.connection.execute(
        update(batches).where(batches.c.state.in_((*COMING, "ready"))).values(state="spoiled")
    )
    open_ones = select(releases.c.manifest).where(releases.c.state.in_(("proposed", "aborting")))
    manifests = list(desk.connection.execute(open_ones).scalars())
    for manifest in manifests:
        ask_helpers(desk, manifest)
    return len(manifests)
