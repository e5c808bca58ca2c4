# SPDX-License-Identifier: EUPL-1.2
"""Make manifests and propose them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from ontschot.coordinator.mail.desk import Desk
from ontschot.coordinator.queries.service import Asked
from ontschot.coordinator.releases import person_keys
from ontschot.coordinator.releases.schema import releases, upload_noises
from ontschot.coordinator.releases.stock import Stock
from ontschot.coordinator.rounds import service as rounds
from ontschot.protocol.clock import to_text
from ontschot.protocol.documents.queries import Block, Query
from ontschot.protocol.documents.releases import MANIFEST, Chain, Gate, Manifest, Part
from ontschot.protocol.documents.rounds import Round
from ontschot.protocol.documents.uploads import NodeNoise
from ontschot.protocol.gate import BatchSpec
from ontschot.protocol.privacy.units import format_sigma, rho_of, sigma_for
from ontschot.protocol.release.gates import admission_block, gate_spec, ring_bits
from ontschot.protocol.release.node_noise import mode_of, noised_uploads

LIFETIME = timedelta(hours=1)
"""How long a manifest may take from proposal to commit."""

MOST_ATTEMPTS = 5
"""Attempts of one release before it is given up; each uses up fresh gate keys."""


@dataclass(frozen=True, slots=True)
class Check:
    """The check that every upload of a variable in a round gets.

    Attributes:
        round: the round.
        variable: the variable's id.
        block: the figure that is counted.
        ring_bits: of the gate.
        spec: the gate keys that it uses up.
    """

    round: Round
    variable: str
    block: Block
    ring_bits: int
    spec: BatchSpec


def check_of(desk: Desk, round_: Round, variable: str) -> Check:
    """Return the check of a round's variable, by the roster in force.

    Raises:
        UnknownRound: a map of the round is not here.
    """
    known = round_.variable(variable)
    sigma = sigma_for(int(desk.roster.parameters.admission_rho), 1)
    area_map = rounds.admission_map(round_, known)
    block = admission_block(known, area_map, format_sigma(sigma), str(rho_of(sigma, 1)))
    bits = ring_bits(desk.roster.parameters.max_nodes, known.node_cap)
    length = rounds.vector_length(desk.connection, round_, known)
    return Check(round_, variable, block, bits, gate_spec([block], length, bits))


def propose_admission(desk: Desk, stock: Stock, check: Check, envelope: str, node: str) -> bool:
    """Propose the check of one upload; return whether a batch was there for it."""
    taken = stock.take([check.spec])
    if taken is None:
        return False
    gate = Gate(ring_bits=check.ring_bits, batch=taken[0])
    part = Part(variable=check.variable, gate=gate, uploads=[envelope])
    name = admission_id(envelope)
    manifest = _manifest(desk, check.round, name, None, [node], [part], [check.block])
    _propose(desk, manifest, ())
    return True


def propose_release(
    desk: Desk,
    stock: Stock,
    asked: Asked,
    release_id: str,
    uploads: Mapping[tuple[str, str], str],
    nodes: Sequence[str],
) -> bool:
    """Propose the release of a question over ``nodes``; return whether the batches were there.

    ``uploads`` gives the envelope for each (node, variable). A sum needs no batches.
    """
    query = asked.query
    round_ = rounds.require(desk.connection, query.round)
    gates = _gates(desk, stock, query, round_)
    if gates is None:
        return False
    parts = [
        Part(
            variable=variable,
            gate=gates.get(variable),
            uploads=sorted(uploads[node, variable] for node in nodes),
        )
        for variable in query.variables
    ]
    chains = [Chain(code=code, gate=gates[code.id]) for code in query.codes]
    manifest = _manifest(desk, round_, release_id, query, nodes, parts, query.blocks, chains)
    if query.kind == "sum":
        manifest = _with_node_noise(desk, manifest)
    if query.unit == "person":
        # In front of the manifest: a node compares them with its own before it consents.
        person_keys.say_checks(desk, sorted(nodes), round_.digest)
    _propose(desk, manifest, nodes)
    return True


def _with_node_noise(desk: Desk, manifest: Manifest) -> Manifest:
    rows = desk.connection.execute(
        select(upload_noises).where(upload_noises.c.envelope.in_(manifest.uploads))
    )
    noised = noised_uploads({row.envelope: NodeNoise(sigma=row.sigma, rho=row.rho) for row in rows})
    mode = mode_of(manifest.blocks, manifest.parts, noised)
    return manifest.model_copy(update={"noise": mode, "noised": noised})


def _gates(desk: Desk, stock: Stock, query: Query, round_: Round) -> dict[str, Gate] | None:
    if query.kind == "sum":
        return {}
    nodes = desk.roster.parameters.max_nodes
    known = {name: round_.variable(name) for name in query.variables}
    rings = {name: ring_bits(nodes, variable.node_cap) for name, variable in known.items()}
    rings |= {code.id: code.ring_bits for code in query.codes}
    lengths = dict.fromkeys(rings, round_.slots)
    for name, variable in known.items():
        lengths[name] = rounds.vector_length(desk.connection, round_, variable)
    specs = [gate_spec(query.functions_of(name), lengths[name], rings[name]) for name in rings]
    taken = stock.take(specs)
    if taken is None:
        return None
    return {
        name: Gate(ring_bits=rings[name], batch=batch)
        for name, batch in zip(rings, taken, strict=True)
    }


def admission_id(envelope: str) -> str:
    """Return the name of the release that checks an upload."""
    return f"admit-{envelope[:24]}"


def tried_enough(desk: Desk, kind: str) -> set[str]:
    """Return the releases of a kind that have no attempt left."""
    name = releases.c.release_id
    query = select(name).where(releases.c.kind == kind).group_by(name)
    return set(desk.connection.execute(query.having(func.count() >= MOST_ATTEMPTS)).scalars())


def _attempts(desk: Desk, release_id: str) -> int:
    """Return how many manifests of a release were proposed."""
    return desk.connection.execute(
        select(func.count()).where(releases.c.release_id == release_id)
    ).scalar_one()


def _manifest(
    desk: Desk,
    round_: Round,
    release_id: str,
    query: Query | None,
    nodes: Sequence[str],
    parts: list[Part],
    blocks: list[Block],
    chains: Sequence[Chain] = (),
) -> Manifest:
    return Manifest(
        kind="admit" if query is None else query.kind,
        release_id=release_id,
        attempt=_attempts(desk, release_id) + 1,
        query=None if query is None else query.digest,
        round=round_.digest,
        universe=round_.universe,
        roster_serial=desk.roster.serial,
        roster_hash=desk.roster.digest,
        nodes=sorted(nodes),
        parts=parts,
        chains=list(chains),
        blocks=blocks,
        expiry=to_text(desk.now + LIFETIME),
    )


def _propose(desk: Desk, manifest: Manifest, nodes: Sequence[str]) -> None:
    desk.connection.execute(
        releases.insert().values(
            manifest=manifest.digest,
            document=manifest.to_bytes(),
            kind=manifest.kind,
            release_id=manifest.release_id,
            attempt=manifest.attempt,
            query=manifest.query,
            state="proposed",
            proposed_at=to_text(desk.now),
        )
    )
    helpers = [helper.id for helper in desk.roster.helpers()]
    for name in (*helpers, *nodes):
        desk.send(name, MANIFEST, manifest.digest, manifest.to_bytes())
