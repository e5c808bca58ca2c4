# SPDX-License-Identifier: EUPL-1.2
"""A measurement round of the demo: public files, approved questions, and waiting for answers."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import func, select

from ontschot.coordinator.queries import service as queries
from ontschot.coordinator.releases.schema import releases, results, uploads
from ontschot.coordinator.rounds import service as rounds
from ontschot.coordinator.store.database import open_engine
from ontschot.protocol.catalogue.definitions import definition
from ontschot.protocol.catalogue.dividing import default_weight, divide
from ontschot.protocol.catalogue.planning import plan_blocks
from ontschot.protocol.clock import system_clock, to_text
from ontschot.protocol.documents.queries import QUERY, Query
from ontschot.protocol.documents.rounds import AreaMapReference, Level, Round
from ontschot.protocol.signed import SignedDocument
from ontschot.protocol.universe import ENCODER, MAPS, AreaMap, Universe, area_map
from ontschot.protocol.universe.geometry import area_names, read_buurten
from ontschot.protocol.universe.source import read as read_addresses
from ontschot_demo.installing import QUESTIONS, REQUESTER, Federation
from ontschot_demo.plans import Period

PRICES = {
    "Q01": 83_000_000_000,
    "Q06": 33_000_000_000,
    "Q09": 16_500_000_000,
    "Q13": 11_000_000_000,
}
"""Rho of each question, in units of 1e-12: their parts of a year's budget in a whole round, as the
utility benchmark divides it; the rest is for questions that the demo does not ask."""

BUDGET = 183_000_000_000
"""What other questions share: a year's budget, less what the checks of uploads take."""

PATIENCE = timedelta(hours=1)
LOOK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class PublicInputs:
    """The universe, its maps, and what the roster lists of them."""

    universe: Universe
    maps: dict[tuple[Level, int], AreaMap]

    def listed(self) -> dict[str, Any]:
        """Return the entry for the roster."""
        hashes = sorted({found.digest for found in self.maps.values()})
        return {"hash": self.universe.digest, "encoder": ENCODER, "area_maps": hashes}


def public_inputs(addresses: Path, boundaries: Path, year: int) -> PublicInputs:
    """Make the universe and its maps from the public files."""
    names = area_names(read_buurten(boundaries.read_bytes()))
    universe = Universe.build(read_addresses(addresses), year)
    maps = {(level, minimum): area_map(universe, level, minimum, names) for level, minimum in MAPS}
    return PublicInputs(universe, maps)


def prices(questions: Sequence[str]) -> dict[str, int]:
    """Return the rho of each question: of the demo's own, or by the catalogue's weights."""
    if set(questions) <= set(PRICES):
        return {question: PRICES[question] for question in questions}
    return divide(BUDGET, {question: default_weight(question) for question in questions})


def open_round(
    federation: Federation,
    inputs: PublicInputs,
    period: Period,
    boundaries: Path,
    questions: Sequence[str] = (),
) -> Round:
    """Open the measurement round at the coordinator, for ``questions`` or those of the demo."""
    asked = questions or QUESTIONS
    variables = {v.id: v for name in asked for v in definition(name).variables}
    round_ = Round(
        id=f"nulmeting-{period.first.year}",
        federation=federation.coordinator.federation,
        period_from=period.first.isoformat(),
        period_to=period.last.isoformat(),
        reference_date=period.last.isoformat(),
        universe=inputs.universe.digest,
        slots=inputs.universe.slots,
        area_maps=[
            AreaMapReference.model_validate(
                {"level": level, "minimum": minimum, "hash": found.digest}
            )
            for (level, minimum), found in inputs.maps.items()
        ],
        variables=[variables[key] for key in sorted(variables)],
    )
    files = [inputs.universe.to_bytes(), *(found.to_bytes() for found in inputs.maps.values())]
    shapes = boundaries.read_bytes()
    federation.office.act(lambda desk: rounds.open_round(desk, round_, files, shapes))
    return round_


def approved(
    federation: Federation, round_: Round, question: str, price: int | None = None
) -> SignedDocument:
    """Return a question that a gemeente planned and three people approved.

    ``price`` is its rho in units of 1e-12; the demo's own when absent.
    """
    rho = PRICES[question] if price is None else price
    known = definition(question)
    maps = {(item.level, item.minimum): item.hash for item in round_.area_maps}
    most = federation.office.act(lambda desk: desk.roster.parameters.household_providers)
    now = system_clock()
    query = Query(
        federation=round_.federation,
        question=question,
        definition=known.digest,
        round=round_.digest,
        requester=REQUESTER,
        purpose="Nulmeting: waar is hulp, en wat kost die?",
        legal_basis="Jeugdwet 7.4; Wmo 2015 5.4",
        not_before=to_text(now - timedelta(minutes=5)),
        not_after=to_text(now + timedelta(days=30)),
        codes=known.codes,
        blocks=plan_blocks(known, maps, rho, household_providers=most),
    )
    signed = SignedDocument(query.to_bytes())
    for key in federation.approvers:
        signed = signed.add_signature(QUERY, key)
    return signed


def ask(federation: Federation, signed: SignedDocument) -> None:
    """Ask an approved question."""
    federation.office.act(lambda desk: queries.submit(desk, signed, PATIENCE))


def wait_for_answers(
    federation: Federation, number: int, alive: Callable[[], None], show: Callable[[str, int], None]
) -> None:
    """Wait until so many answers are published; ``show`` is told how far it is."""
    engine = open_engine(federation.coordinator.store_url)
    while True:
        alive()
        with engine.begin() as connection:
            admitted = _count(connection, select(uploads).where(uploads.c.state == "admitted"))
            agreed = _count(connection, select(releases).where(releases.c.kind == "gate"))
            published = _count(connection, select(results))
            # All are answers of one round over the same providers: in the end of one basis.
            bases = set(connection.execute(select(results.c.estimated_from)).scalars())
        show("uploads", admitted)
        show("releases", agreed)
        show("answers", published)
        if published >= number and len(bases) == 1 and None not in bases:
            engine.dispose()
            return
        time.sleep(LOOK_SECONDS)


def fetch_answers(federation: Federation) -> dict[str, dict[str, Any]]:
    """Return the published answers by question, over the public REST interface."""
    base = federation.coordinator.rest_url
    listed = httpx.get(f"{base}/v1/results", timeout=10).raise_for_status().json()["items"]
    found = {}
    for item in listed:
        reply = httpx.get(f"{base}/v1/results/{item['id']}", timeout=10).raise_for_status()
        found[item["question"]] = json.loads(reply.content)
    return dict(sorted(found.items()))


def _count(connection: Any, query: Any) -> int:
    return int(connection.execute(select(func.count()).select_from(query.subquery())).scalar_one())
