# SPDX-License-Identifier: EUPL-1.2
"""A workbench: a manifest that passes every check at a helper, to be changed in one place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import select, update

from ontschot.coordinator.releases.schema import batches, uploads
from ontschot.coordinator.releases.stock import Stock
from ontschot.node.helper import schema
from ontschot.node.helper.checks import Checked, check_manifest
from ontschot.node.mailroom.desk import Desk
from ontschot.node.questions.keys import answer_key
from ontschot.protocol.clock import to_text
from ontschot.protocol.documents.base import Head
from ontschot.protocol.documents.queries import Query
from ontschot.protocol.documents.releases import CONSENT, Consent, Gate, Manifest, Part
from ontschot.protocol.documents.uploads import ENVELOPE, Envelope
from ontschot.protocol.errors import OntschotError
from ontschot.protocol.keys import SigningKey
from ontschot.protocol.release.duties import duties_of
from ontschot.protocol.release.gates import gate_spec, ring_bits
from ontschot.protocol.signed import SignedDocument
from simulation.federation import COORDINATOR, Federation

T = TypeVar("T")

Case: TypeAlias = tuple[Callable[["Bench"], Manifest], type[OntschotError], str]
"""How a manifest is made from the bench, and the refusal that it must meet."""

ZERO_HEAD = Head(seq=0, hash="0" * 64)


class Undo(Exception):
    """Carries a result out of a transaction that must leave no trace."""

    def __init__(self, result: Any) -> None:
        super().__init__()
        self.result = result


def stock_up(federation: Federation) -> str:
    """Return a batch for question Q13 that is ready, dealt and audited if there is none yet."""
    bits = ring_bits(federation.max_nodes, 1)
    spec = gate_spec(federation.question("Q13").blocks, federation.slots, bits)
    ready = select(batches.c.set_id).where(
        batches.c.spec == spec.digest, batches.c.state == "ready"
    )

    def order(stock: Stock) -> None:
        assert stock.take([spec]) is None
        stock.order()

    found = federation.read(COORDINATOR, lambda c: c.execute(ready.limit(1)).scalar())
    if found is None:
        federation.lead(lambda desk: order(Stock(desk)))
        federation.settle()
        found = federation.read(COORDINATOR, lambda c: c.execute(ready).scalar_one())
    return str(found)


@dataclass
class Bench:
    """The federation, the question, and a manifest over the admitted uploads with ready batches."""

    federation: Federation
    query: Query = field(init=False)
    manifest: Manifest = field(init=False)

    def __post_init__(self) -> None:
        """Order the batch of the question, and list every admitted upload."""
        self.query = self.federation.question("Q13")
        rows = self.federation.read(
            COORDINATOR,
            lambda c: c.execute(
                select(uploads.c.node, uploads.c.envelope).where(uploads.c.state == "admitted")
            ).all(),
        )
        listed = {row.node: row.envelope for row in rows}
        self.manifest = Manifest(
            kind="gate",
            release_id="bench",
            attempt=1,
            query=self.query.digest,
            round=self.query.round,
            universe=self.federation.universe.digest,
            roster_serial=self.federation.roster.serial,
            roster_hash=self.federation.roster.digest,
            nodes=sorted(listed),
            parts=[
                Part(
                    variable="served",
                    gate=Gate(
                        ring_bits=ring_bits(self.federation.max_nodes, 1),
                        batch=stock_up(self.federation),
                    ),
                    uploads=sorted(listed.values()),
                )
            ],
            blocks=self.query.blocks,
            expiry=to_text(self.federation.clock.now + timedelta(hours=1)),
        )

    def changed(self, **fields: Any) -> Manifest:
        """Return the manifest with fields changed."""
        return self.manifest.model_copy(update=fields)

    def part(self, **fields: Any) -> dict[str, list[Part]]:
        """Return the only part with fields changed, its gate's too, as a change of the manifest."""
        part = self.manifest.parts[0]
        inner: dict[str, Any] = {
            name: fields.pop(name) for name in ("batch", "ring_bits") if name in fields
        }
        gate = part.require_gate().model_copy(update=inner)
        return {"parts": [part.model_copy(update={"gate": gate} | fields)]}

    def without(self, *nodes: str) -> Manifest:
        """Return the manifest without some nodes and their uploads."""
        kept = [node for node in self.manifest.nodes if node not in nodes]
        own = self.uploads_by_node()
        return self.changed(nodes=kept, **self.part(uploads=sorted(own[node] for node in kept)))

    def uploads_by_node(self) -> dict[str, str]:
        """Return the admitted upload of each node."""
        return self.federation.at("helper-a", self.uploads_by_node_at)

    def uploads_by_node_at(self, desk: Desk) -> dict[str, str]:
        """Return the same, inside a transaction."""
        table = schema.uploads.c
        rows = desk.connection.execute(
            select(table.node, table.envelope).where(table.status == "admitted")
        )
        return {row.node: row.envelope for row in rows}

    def consents(
        self, manifest: Manifest, by_node: Mapping[str, str] | None = None
    ) -> dict[str, bytes]:
        """Return each listed node's signed consent."""
        own = by_node or self.uploads_by_node()
        return {
            node: self.consent(manifest, node, [own[node]])
            for node in manifest.nodes
            if node in own
        }

    def consent(
        self,
        manifest: Manifest,
        node: str,
        envelopes: list[str],
        key: SigningKey | None = None,
        changes: Mapping[str, str] | None = None,
    ) -> bytes:
        """Return a signed consent, with fields changed."""
        document = Consent(
            node=node,
            manifest=manifest.digest,
            roster=self.federation.roster.digest,
            envelopes=envelopes,
            ledger=ZERO_HEAD,
        ).model_copy(update=dict(changes or {}))
        signer = key or self.federation.keys[node].signing
        return SignedDocument(document.to_bytes()).add_signature(CONSENT, signer).to_bytes()

    def check(
        self,
        manifest: Manifest,
        consents: Mapping[str, bytes] | None = None,
        before: Callable[[Desk], object] = lambda _desk: None,
        at: str = "helper-a",
    ) -> Checked | OntschotError:
        """Run all checks at a helper, after ``before`` changed its tables; nothing of it stays."""
        signed = self.consents(manifest) if consents is None else consents

        def act(desk: Desk) -> Checked | OntschotError:
            before(desk)
            try:
                return check_manifest(desk, manifest, signed)
            except OntschotError as error:
                return error

        return self.undone(act, at)

    def undone(self, action: Callable[[Desk], T], at: str = "helper-a") -> T:
        """Do something at a desk and take it back; return what it returned."""

        def act(desk: Desk) -> None:
            raise Undo(action(desk))

        try:
            self.federation.at(at, act)
        except Undo as undo:
            result: T = undo.result
            return result
        raise AssertionError(action)

    def envelope(self, node: str, **fields: Any) -> SignedDocument:
        """Return a made-up upload's envelope, signed by its node."""
        envelope = Envelope(
            node=node,
            round=self.manifest.round,
            universe=self.manifest.universe,
            variable="served",
            generation=9,
            slots=self.federation.slots,
            seed_at="A",
            sealed_a="1" * 64,
            sealed_b="2" * 64,
            roster=self.federation.roster.digest,
            ledger=ZERO_HEAD,
        ).model_copy(update=fields)
        signing = self.federation.keys[node].signing
        return SignedDocument(envelope.to_bytes()).add_signature(ENVELOPE, signing)

    def plant_upload(self, desk: Desk, signed: SignedDocument, status: str = "admitted") -> str:
        """Write an upload into a helper's tables; return its envelope's hash."""
        envelope = Envelope.parse(signed.payload)
        desk.connection.execute(
            schema.uploads.insert().values(
                envelope=signed.digest,
                node=envelope.node,
                round=envelope.round,
                variable=envelope.variable,
                generation=envelope.generation,
                slots=envelope.slots,
                document=signed.to_bytes(),
                duties=duties_of(self.federation.roster),
                status=status,
            )
        )
        return signed.digest

    def plant_release(self, desk: Desk, manifest: Manifest, state: str) -> None:
        """Write an earlier release into a helper's tables."""
        desk.connection.execute(
            schema.releases.insert().values(
                manifest=manifest.digest,
                document=manifest.to_bytes(),
                kind=manifest.kind,
                release_id=manifest.release_id,
                attempt=manifest.attempt,
                key=answer_key(manifest).digest,
                state=state,
                output=b"half" if state in ("committed", "sent") else None,
            )
        )


def expect(found: Checked | OntschotError, error: type[OntschotError], detail: str = "") -> None:
    """Assert that the checks refused with this error, for this reason."""
    assert not isinstance(found, Checked), "the manifest passed"
    assert type(found) is error, found
    assert detail in found.detail


def later(bench: Bench, **parts: int) -> str:
    """Return a moment after now, as documents write it."""
    return to_text(bench.federation.clock.now + timedelta(**parts))


def set_upload(bench: Bench, **values: str) -> Callable[[Desk], None]:
    """Return what changes the upload of provider 2 in a helper's tables."""
    envelope = bench.uploads_by_node()["provider-2"]
    table = schema.uploads

    def act(desk: Desk) -> None:
        desk.connection.execute(update(table).where(table.c.envelope == envelope).values(**values))

    return act
