# SPDX-License-Identifier: EUPL-1.2
"""One good document of each kind."""

from typing import Final

from ontschot.protocol.documents.base import Document, Head
from ontschot.protocol.documents.dealing import (
    BatchReady,
    Choice,
    Deal,
    DealerCaught,
    Delivery,
    Offer,
    TossCommit,
    TossLost,
    TossReveal,
)
from ontschot.protocol.documents.persons import (
    Contribution,
    KeyAsked,
    KeyCheck,
    KeyChecks,
    KeyCommit,
    KeySet,
    KeyShare,
)
from ontschot.protocol.documents.queries import Block, Cells, Code, Component, Query
from ontschot.protocol.documents.releases import (
    Abort,
    Agree,
    Chain,
    Commit,
    Consent,
    Gate,
    Manifest,
    NoisedUpload,
    Part,
    Prepare,
    Refused,
)
from ontschot.protocol.documents.rounds import (
    AreaMapReference,
    Round,
    RoundClosed,
    VariableDocument,
)
from ontschot.protocol.documents.statements import Heads
from ontschot.protocol.documents.uploads import Envelope, Erased, NodeNoise, Receipt, Withdrawal

ONE: Final = "1" * 64
TWO: Final = "2" * 64
HEAD: Final = Head(seq=7, hash="a" * 64)

BINS: Final = Block(
    id="providers",
    variable="served",
    level="gemeente",
    area_map=ONE,
    statistic="bins",
    thresholds=[1, 2, 3],
    cap=None,
    l2_squared="1",
    sigma="3/1",
    rho="55555555556",
)
CAPPED: Final = Block(
    id="cost",
    variable="euros",
    level="wijk",
    area_map=TWO,
    statistic="capped",
    thresholds=[],
    cap=500,
    l2_squared="250000",
    sigma="1500/1",
    rho="55555555556",
)
SERVED: Final = VariableDocument(
    id="served", measure="served", wetten=["JW"], groups=[], quantum_cents=1, node_cap=1
)
EUROS: Final = VariableDocument(
    id="euros", measure="euros", wetten=["JW", "WMO"], groups=[1], quantum_cents=100, node_cap=9
)
ROUND: Final = Round(
    id="nulmeting",
    federation="test",
    period_from="2024-01-01",
    period_to="2025-12-31",
    reference_date="2024-12-31",
    universe=ONE,
    slots=1000,
    area_maps=[AreaMapReference(level="gemeente", minimum=100, hash=ONE)],
    variables=[EUROS, SERVED],
)
QUERY: Final = Query(
    federation="test",
    question="Q13",
    definition=ONE,
    round=TWO,
    requester="gemeente",
    purpose="doel",
    legal_basis="wet",
    not_before="2025-01-01T00:00:00Z",
    not_after="2025-02-01T00:00:00Z",
    blocks=[BINS, CAPPED],
)
MANIFEST: Final = Manifest(
    kind="gate",
    release_id="q13-abc",
    attempt=1,
    query=QUERY.digest,
    round=TWO,
    universe=ONE,
    roster_serial=3,
    roster_hash=ONE,
    nodes=["node-1", "node-2"],
    parts=[
        Part(variable="euros", gate=Gate(ring_bits=20, batch=ONE), uploads=[ONE, TWO]),
        Part(variable="served", gate=Gate(ring_bits=4, batch=TWO), uploads=["3" * 64, "4" * 64]),
    ],
    blocks=[BINS, CAPPED],
    expiry="2025-01-01T01:00:00Z",
)
CODE: Final = Code(
    id="both",
    components=[
        Component(variable="euros", threshold=9, weight=1),
        Component(variable="served", threshold=1, weight=2),
    ],
)
CODED: Final = QUERY.model_copy(
    update={"codes": [CODE], "blocks": [BINS.model_copy(update={"variable": "both"})]}
)
CHAINED: Final = MANIFEST.model_copy(
    update={
        "query": CODED.digest,
        "blocks": CODED.blocks,
        "chains": [Chain(code=CODE, gate=Gate(ring_bits=2, batch="5" * 64))],
    }
)
ENVELOPE: Final = Envelope(
    node="node-1",
    round=TWO,
    universe=ONE,
    variable="served",
    generation=1,
    slots=1000,
    seed_at="A",
    sealed_a=ONE,
    sealed_b=TWO,
    roster=ONE,
    ledger=HEAD,
)
SUM_NOISED: Final = [
    {"upload": ONE, "sigma": "9/2", "rho": "98765432099"},
    {"upload": TWO, "sigma": "9/1", "rho": "24691358025"},
]
SUM: Final = MANIFEST.model_copy(
    update={
        "kind": "sum",
        "parts": [Part(variable="served", gate=None, uploads=[ONE, TWO])],
        "blocks": [
            BINS.model_copy(
                update={
                    "statistic": "sum",
                    "thresholds": [],
                    "cap": 2,
                    "cells": Cells(classes=2, providers=3),
                }
            )
        ],
        "noise": "nodes",
        "noised": [NoisedUpload.model_validate(item) for item in SUM_NOISED],
    }
)
SPEC: Final = {"kind": "dcf", "slots": 10, "ring_bits": 7, "outputs": [], "payload": "sum"}

ALL: Final[tuple[Document, ...]] = (
    ROUND,
    RoundClosed(round=ONE),
    QUERY,
    MANIFEST,
    CODED,
    CHAINED,
    SUM,
    ENVELOPE,
    KeyCommit(round=ONE, node="node-1", commitment=TWO),
    KeySet(round=ONE, commits=["eyJ2IjoxfQ"] * 3),
    KeyAsked(round=ONE, set=TWO),
    KeyShare(round=ONE, set=TWO, contributions=[Contribution(node="node-1", value=ONE)]),
    KeyCheck(round=ONE, node="node-1", set=TWO, check=ONE, proof=ONE + TWO),
    KeyChecks(round=ONE, checks=["eyJ2IjoxfQ"]),
    ENVELOPE.model_copy(update={"noise": NodeNoise(sigma="9/2", rho="98765432099")}),
    Receipt(helper="A", node="node-1", round=ONE, variable="served", envelope=TWO),
    Withdrawal(node="node-1", envelope=ONE),
    Erased(helper="B", node="node-1", round=ONE, envelopes=[ONE, TWO]),
    Consent(node="node-1", manifest=ONE, roster=TWO, envelopes=[ONE], ledger=HEAD),
    Refused(subject=ONE, letter="manifest", code="over-budget"),
    Agree(helper="A", manifest=ONE, bindings=[TWO], secret_commitment=ONE, ledger=HEAD),
    Prepare(helper="B", manifest=ONE, secret=TWO, witnessed=HEAD),
    Commit(helper="A", manifest=ONE, output=TWO, ledger=HEAD),
    Abort(helper="A", manifest=ONE, code="expired", ledger=HEAD),
    Heads(kind="commit", statement="eyJ2IjoxfQ"),
    Deal(set_id=ONE, spec=SPEC),
    Offer(set_id=ONE, spec=SPEC, candidates=[(ONE, TWO), (TWO, ONE)]),
    TossCommit(set_id=ONE, offer=TWO, commitment=ONE),
    TossReveal(set_id=ONE, nonce=TWO),
    TossLost(set_id=ONE),
    Choice(set_id=ONE, offer=TWO, nonce_a=ONE, nonce_b=TWO),
    Delivery(set_id=ONE, chosen=1, seeds=[ONE, ""]),
    BatchReady(set_id=ONE, spec=TWO, helper="B"),
    DealerCaught(set_id=ONE, helper="A", dealer="dealer", candidate=3),
)
