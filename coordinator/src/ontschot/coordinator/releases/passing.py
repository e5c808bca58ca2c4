# SPDX-License-Identifier: EUPL-1.2
"""Helpers' commits and aborts, passed on to the providers of a release in the order they came in.

Each carries the head of its helper's ledger, so a provider that got them in another order would see
a ledger that goes back. They wait here until the release ends, so that nobody's letter stands in
front of the answer; what waits longer goes with the coordinator's next look at its deadlines.
"""

from sqlalchemy import delete, select

from ontschot.coordinator.mail.desk import Desk
from ontschot.coordinator.releases.schema import passings, releases
from ontschot.protocol.documents.releases import Manifest
from ontschot.protocol.letters import Letter


def put(desk: Desk, letter: Letter) -> None:
    """Let a helper's word wait to be passed on to every node of its release."""
    desk.connection.execute(
        passings.insert().values(manifest=letter.subject, kind=letter.type, body=letter.payload)
    )


def pass_on(desk: Desk) -> None:
    """Send every word that waits to the nodes of its release that the roster still lists."""
    waiting = desk.connection.execute(
        select(passings.c.manifest, passings.c.kind, passings.c.body, releases.c.document)
        .join(releases, releases.c.manifest == passings.c.manifest)
        .order_by(passings.c.number)
    ).all()
    if not waiting:
        return
    active = {provider.id for provider in desk.roster.providers()}
    for row in waiting:
        for node in Manifest.parse(row.document).nodes:
            if node in active:
                desk.send(node, row.kind, row.manifest, row.body)
    desk.connection.execute(delete(passings))
