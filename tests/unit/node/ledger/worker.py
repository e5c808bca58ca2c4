# SPDX-License-Identifier: EUPL-1.2
"""A process that charges a ledger, started by ``test_processes``.

``worker.py <url> hammer <name>``: reserves until the budget is gone, prints each manifest granted.
``worker.py <url> pause <name>``: reserves and spends, prints ``inside``, and waits before it
commits. A grant is also a row of ``outbox``: what leaves in the same transaction as its charge.
"""

import sys
from itertools import count

from sqlalchemy import Connection, text

from ontschot.node.database import open_engine
from ontschot.node.ledger import service
from ontschot.node.ledger.errors import BudgetExhausted
from ontschot.protocol.privacy.charge import Charge
from ontschot.protocol.privacy.units import Rho

PRICE = [Charge("household", (2024, 2025), Rho(7)), Charge("person", (2025,), Rho(10))]


def grant(connection: Connection, mh: str, asker: str) -> None:
    """Charge, and write what may leave because of it."""
    service.reserve(connection, mh, PRICE, asker, limit=10_000)
    connection.execute(text("INSERT INTO outbox VALUES (:mh)"), {"mh": mh})


def say(line: str) -> None:
    """Tell the test, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(url: str, mode: str, name: str) -> None:
    """Do what the command line says."""
    engine = open_engine(url)
    for number in count():
        mh = f"{name}-{number}"
        try:
            with engine.begin() as connection:
                grant(connection, mh, name)
                if mode == "pause":
                    service.spend(connection, mh)
                    say("inside")
                    sys.stdin.read()
        except BudgetExhausted:
            return
        say(mh)


if __name__ == "__main__":
    main(*sys.argv[1:])
