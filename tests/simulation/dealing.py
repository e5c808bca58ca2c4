# SPDX-License-Identifier: EUPL-1.2
"""Sets of gate keys in a federation: order some, and see how far they are."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from ontschot.coordinator.releases.schema import batches as ordered
from ontschot.coordinator.releases.stock import Stock
from ontschot.node.dealer.schema import deals
from ontschot.node.helper import owing, schema, tossing
from ontschot.protocol.documents.dealing import Deal
from ontschot.protocol.gate import BatchSpec
from ontschot.protocol.release.gates import gate_spec, ring_bits
from ontschot.protocol.roster.model import Roster
from simulation.federation import COORDINATOR, HELPERS, Federation
from simulation.making import make_keys


def spec_of(federation: Federation) -> BatchSpec:
    """Return a kind of batch that is not in stock."""
    question = federation.question("Q13")
    blocks = [question.blocks[0].model_copy(update={"thresholds": [1, 2]})]
    return gate_spec(blocks, federation.slots, ring_bits(federation.max_nodes, 1))


def order(federation: Federation, number: int = 1) -> None:
    """Let the coordinator want so many batches, and order what it would."""
    spec = spec_of(federation)

    def act(stock: Stock) -> None:
        stock.take([spec] * number)
        stock.order()

    federation.lead(lambda desk: act(Stock(desk)))


def demand(federation: Federation, set_id: str) -> None:
    """Let a coordinator ask for a set whatever its rules for ordering are."""
    deal = Deal(set_id=set_id, spec=spec_of(federation).to_document())
    federation.lead(lambda desk: desk.send("dealer", deal.type, set_id, deal.to_bytes()))


def states(federation: Federation) -> list[str]:
    """Return the coordinator's states of the sets of this kind, in the order of their ids."""
    spec = spec_of(federation).digest
    query = select(ordered.c.state).where(ordered.c.spec == spec).order_by(ordered.c.set_id)
    return list(federation.read(COORDINATOR, lambda c: c.execute(query).scalars().all()))


def status(federation: Federation, helper: str, set_id: str) -> str | None:
    """Return how far a set is at a helper."""
    table = schema.batches.c
    query = select(table.status).where(table.set_id == set_id)
    return federation.read(helper, lambda c: c.execute(query).scalar())


def sets(federation: Federation) -> list[str]:
    """Return the sets of this kind at the coordinator."""
    query = select(ordered.c.set_id).where(ordered.c.spec == spec_of(federation).digest)
    return sorted(federation.read(COORDINATOR, lambda c: c.execute(query).scalars().all()))


def choices_known(federation: Federation, of: Sequence[str]) -> int:
    """Return of how many sets the dealer knows which candidate was chosen."""
    rows = federation.read(
        "dealer",
        lambda c: c.execute(select(deals.c.choice_a, deals.c.choice_b, deals.c.set_id)).all(),
    )
    return sum(row.set_id in of and (row.choice_a or row.choice_b) is not None for row in rows)


def owed(federation: Federation, helper: str) -> list[str]:
    """Return what a helper shows as owed now: codes."""
    since = (federation.clock.now - tossing.SAY_AGAIN_AFTER).strftime("%Y-%m-%dT%H:%M:%SZ")
    found = federation.read(helper, lambda c: owing.owed(c, federation.roster, since))
    return [one.reason.code for one in found]


def hours(federation: Federation, number: int = 2) -> None:
    """Let hours go by, in which all look at their deadlines."""
    for _ in range(number):
        federation.clock.now += timedelta(hours=1)
        for name in (*HELPERS, "dealer"):
            federation.at(name, federation.roles[name].expire)
        federation.settle()


def with_new_keys(federation: Federation, name: str) -> Roster:
    """Give a participant other keys, and return the roster that says so."""
    keys = make_keys()
    assert keys.sealing is not None
    federation.keys[name] = keys
    federation.start(name)
    changed = {"signing_key": keys.signing.public, "sealing_key": keys.sealing.public}
    listed = tuple(
        one.model_copy(update=changed) if one.id == name else one
        for one in federation.roster.participants
    )
    return federation.next_roster(participants=listed)
