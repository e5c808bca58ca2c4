# SPDX-License-Identifier: EUPL-1.2
"""What must hold after a case, read from the databases of all parties and over REST.

The noise of both helpers is on file, so the exact answer can be compared: it is computed here from
the records, in the clear and in another way than the parties do it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import httpx
import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Row, select

from ontschot.coordinator.releases.schema import batches, releases, results
from ontschot.node.database import open_engine
from ontschot.node.helper import schema as helper
from ontschot.node.ledger.model import AccountKey, price_per_account
from ontschot.node.ledger.tables import ACCOUNT, ANSWER, HOLD
from ontschot.node.ledger.verify import verify_chain
from ontschot.node.mailroom.schema import FILE_USE
from ontschot.node.provider.vectors.build import build
from ontschot.node.provider.vectors.rounding import RoundingKey
from ontschot.protocol.canonical import sha256
from ontschot.protocol.documents.queries import Block
from ontschot.protocol.documents.releases import Manifest
from ontschot.protocol.documents.uploads import Envelope
from ontschot.protocol.keys.private_files import read_private
from ontschot.protocol.privacy.charge import Charge, charges_of, release_charges
from ontschot.protocol.release.admission import admission_price
from ontschot.protocol.release.evidence import Evidence, Verified, verify_evidence
from ontschot.protocol.release.halves import combine
from ontschot.protocol.release.tables import tables
from ontschot.protocol.sharing import decode_share, expand
from ontschot.protocol.signed import SignedDocument
from ontschot.protocol.universe import AreaMap
from ontschot.protocol.variables import Variable
from ontschot_demo.installing import HELPERS
from processes.kill_town import COORDINATOR, Town

Spent = dict[AccountKey, int]
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Before:
    """How things stood before a case: what each party has spent, and what each helper has drawn."""

    spent: dict[str, Spent]
    drawn: dict[str, int]


@dataclass(frozen=True, slots=True)
class Answer:
    """A published answer: noised sums and exact ones, by block; int64[outputs, areas]."""

    manifest: Manifest
    sums: list[Counts]
    exact: list[Counts]

    def is_exact_without(self, noise_a: list[Counts], noise_b: list[Counts]) -> bool:
        """Whether the sums are the exact ones with this noise."""
        columns = zip(self.sums, noise_a, noise_b, self.exact, strict=True)
        return all(np.array_equal(total - a - b, exact) for total, a, b, exact in columns)

    def payers(self, town: Town) -> dict[str, tuple[Charge, Charge]]:
        """Who paid for it, and what."""
        charges = charges_of(self.manifest.blocks, town.round.years)
        return dict.fromkeys((*HELPERS, *self.manifest.nodes), charges)


def look(town: Town) -> Before:
    """Note how things stand."""
    town.until("peace", town.at_rest)
    return Before(
        {party: _spent(town, party) for party in town.charged},
        {name: len(_draws(town, name)) for name in HELPERS},
    )


def releases_of(town: Town, query: str) -> list[Row[Any]]:
    """The releases of a question, by attempt."""
    with town.database(COORDINATOR) as connection:
        found = select(releases).where(releases.c.query == query).order_by(releases.c.attempt)
        return list(connection.execute(found))


def require_answer(town: Town, before: Before, query: str, drawn: dict[str, int]) -> Manifest:
    """Check everything about the answer to a question; return its manifest.

    ``drawn`` says how many times each helper drew the noise of this release.
    """
    answer = answer_of(town, query)
    noise = []
    for name in HELPERS:
        chunks = draws_since(town, before, name, answer.manifest)
        assert len(chunks) == drawn.get(name, 1), name
        noise.append(chunks[-1])
    assert answer.is_exact_without(*noise)
    require_paid(town, before, answer.payers(town))
    return answer.manifest


def answer_of(town: Town, query: str) -> Answer:
    """Return the answer to a question: shown as it was committed, and marked as spent."""
    done = [row for row in releases_of(town, query) if row.state == "done"]
    assert len(done) == 1
    manifest = Manifest.parse(done[0].document)
    published = _published(town, query)
    verified = _require_committed(town, manifest, published["id"])
    sums = combine(tables(manifest, _maps(town, manifest)), verified.half_a, verified.half_b)
    _require_shown(published, sums)
    answer = Answer(manifest, sums, [_truth(town, manifest, block) for block in manifest.blocks])
    for party in town.charged:
        held = _hold(town, party, manifest.digest)
        assert (held == "spent") == (party in answer.payers(town)), party
    return answer


def require_admitted(
    town: Town, before: Before, node: str, envelope: str, drawn: dict[str, int]
) -> None:
    """Check that a replaced upload is whole at both helpers, admitted, and paid for once."""
    with town.database(COORDINATOR) as connection:
        rows = list(connection.execute(select(releases).where(releases.c.kind == "admit")))
    mine = [row for row in rows if Manifest.parse(row.document).uploads == (envelope,)]
    assert [row.state for row in mine] == ["done"]
    manifest = Manifest.parse(mine[0].document)
    for name in HELPERS:
        release = _release(town, name, manifest.digest)
        assert release.state == "sent", name
        assert len(draws_since(town, before, name, manifest)) == drawn.get(name, 1), name
    shares = [_half(town, name, envelope) for name in HELPERS]
    whole = shares[0] + shares[1]
    assert np.array_equal(whole, _vector(town, node, manifest.parts[0].variable))
    roster = town.federation.office.roster()
    assert roster is not None
    price = admission_price(int(roster.parameters.admission_rho), manifest.blocks[0].unit)
    helpers = charges_of(manifest.blocks, town.round.years)
    payers = {node: release_charges([price], town.round.years)}
    require_paid(town, before, payers | dict.fromkeys(HELPERS, helpers))


def require_paid(town: Town, before: Before, payers: Mapping[str, Sequence[Charge]]) -> None:
    """Check that everybody paid exactly this since, and that every ledger is whole."""
    for party in town.charged:
        price = price_per_account(payers.get(party, ()))
        expected = {key: spent + price.get(key, 0) for key, spent in before.spent[party].items()}
        assert _spent(town, party) == expected, party
    for party in town.federation.nodes:
        with town.database(party) as connection:
            verify_chain(connection)


def _half(town: Town, name: str, envelope: str) -> NDArray[np.uint32]:
    with town.database(name) as connection:
        row = connection.execute(
            select(helper.uploads).where(helper.uploads.c.envelope == envelope)
        ).one()
        kept = select(FILE_USE.c.sha256).where(FILE_USE.c.use == f"keep:half/{envelope}")
        file = town.home(name) / "files" / "store" / connection.execute(kept).scalar_one()
    assert row.status == "admitted", name
    signed = Envelope.parse(SignedDocument.from_bytes(row.document).payload)
    data = file.read_bytes()
    if HELPERS["AB".index(signed.seed_at)] == name:
        return expand(data, signed.slots)
    return decode_share(data, signed.slots)


def require_aborted(town: Town, manifest: Manifest) -> None:
    """Check that an attempt ended without an answer, everywhere, and that nobody paid for it."""
    for party in town.charged:
        if party in HELPERS:
            assert _release(town, party, manifest.digest).state == "aborted", party
            assert _release(town, party, manifest.digest).output is None, party
            assert _hold(town, party, manifest.digest) == "tombstoned", party
        else:
            assert _hold(town, party, manifest.digest) in (None, "freed"), party
    with town.database(COORDINATOR) as connection:
        used = select(batches.c.state).where(
            batches.c.set_id.in_([part.require_gate().batch for part in manifest.parts])
        )
        assert set(connection.execute(used).scalars()) == {"used"}


def _published(town: Town, query: str) -> dict[str, Any]:
    with town.database(COORDINATOR) as connection:
        rows = list(connection.execute(select(results).where(results.c.query == query)))
    assert len(rows) == 1
    base = f"{town.federation.coordinator.rest_url}/v1/results/{rows[0].id}"
    shown = httpx.get(base, timeout=30).raise_for_status().content
    found = _released(shown)
    assert found == _released(rows[0].document)
    return found


def _released(document: bytes) -> dict[str, Any]:
    """Return an answer without its estimates, which come a moment after it and are made anew."""
    found: dict[str, Any] = json.loads(document)
    direct = [table for table in found["tables"] if table["estimator"] == "direct"]
    return found | {"tables": direct}


def _require_committed(town: Town, manifest: Manifest, result: str) -> Verified:
    # Both signed the hash of what is published, and it is what each of them has on disk.
    base = f"{town.federation.coordinator.rest_url}/v1/results/{result}"
    content = httpx.get(f"{base}/evidence", timeout=30).raise_for_status().content
    roster = town.federation.office.roster()
    assert roster is not None
    verified = verify_evidence(Evidence.parse(content), roster)
    assert verified.manifest == manifest
    for name, half in zip(HELPERS, (verified.half_a, verified.half_b), strict=True):
        release = _release(town, name, manifest.digest)
        assert (release.state, release.output) == ("sent", half), name
        with town.database(name) as connection:
            fixed = select(ANSWER.c.output).where(ANSWER.c.key == release.key)
            assert connection.execute(fixed).scalar_one() == sha256(half), name
    return verified


def _require_shown(published: dict[str, Any], sums: list[Counts]) -> None:
    for table, expected in zip(published["tables"], sums, strict=True):
        outputs = [i for i, output in enumerate(table["outputs"]) if not output["derived"]]
        shown = [[area["figures"][i]["value"] for i in outputs] for area in table["areas"]]
        assert np.array_equal(np.array(shown).T, expected), table["id"]


def draws_since(town: Town, before: Before, name: str, manifest: Manifest) -> list[list[Counts]]:
    """Return what a helper drew since, each time for a release of these blocks."""
    drawn = _draws(town, name)[before.drawn[name] :]
    shapes = tables(manifest, _maps(town, manifest))
    assert len(drawn) % len(shapes) == 0, name
    return [
        [
            np.array(one["drawn"], np.int64).reshape(shape.outputs, shape.areas)
            for one, shape in zip(drawn[start:], shapes, strict=False)
        ]
        for start in range(0, len(drawn), len(shapes))
    ]


def _draws(town: Town, name: str) -> list[dict[str, Any]]:
    file = town.home(name) / "noise.jsonl"
    return [json.loads(line) for line in file.read_text("ascii").splitlines()]


def _truth(town: Town, manifest: Manifest, block: Block) -> Counts:
    total = _household_values(town, manifest, block.variable)
    area_map = _maps(town, manifest)[block.area_map]
    rows = [total >= threshold for threshold in block.thresholds]
    if block.statistic == "bins":
        rows = [row & ~more for row, more in pairwise(rows)] + rows[-1:]
    counts = [
        np.bincount(area_map.index[row & (area_map.index >= 0)], minlength=len(area_map.codes))
        for row in rows
    ]
    return np.array(counts)


def _household_values(town: Town, manifest: Manifest, name: str) -> Counts:
    """Return the total of a variable, or a code of several totals; int64[slots]."""
    for code in manifest.codes:
        if code.id == name:
            bits = [
                one.weight * (_household_values(town, manifest, one.variable) >= one.threshold)
                for one in code.components
            ]
            return np.asarray(np.sum(bits, axis=0), dtype=np.int64)
    vectors = [_vector(town, node, name) for node in manifest.nodes]
    return np.asarray(np.sum(vectors, axis=0), dtype=np.int64)


def _vector(town: Town, node: str, variable: str) -> Counts:
    if (node, variable) not in town.vectors:
        settings = town.federation.nodes[node]
        engine = open_engine(settings.store_url)
        rounding = RoundingKey(read_private(settings.rounding_key_path))
        wanted = Variable.from_round(town.round, variable)
        built = build(engine, town.inputs.universe, wanted, rounding, town.round.digest)
        town.vectors[node, variable] = built.vector.astype(np.int64)
        engine.dispose()
    return town.vectors[node, variable]


def _maps(town: Town, manifest: Manifest) -> dict[str, AreaMap]:
    known = {found.digest: found for found in town.inputs.maps.values()}
    return {block.area_map: known[block.area_map] for block in manifest.blocks}


def _spent(town: Town, party: str) -> Spent:
    with town.database(party) as connection:
        rows = connection.execute(select(ACCOUNT)).all()
    assert not any(row.reserved for row in rows), party
    return {(row.unit, row.year): row.spent for row in rows}


def _hold(town: Town, party: str, manifest: str) -> str | None:
    with town.database(party) as connection:
        found = connection.execute(select(HOLD.c.state).where(HOLD.c.mh == manifest)).scalar()
    return None if found is None else str(found)


def _release(town: Town, name: str, manifest: str) -> Row[Any]:
    with town.database(name) as connection:
        table = helper.releases
        return connection.execute(select(table).where(table.c.manifest == manifest)).one()
