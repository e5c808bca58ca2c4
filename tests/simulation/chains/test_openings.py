# SPDX-License-Identifier: EUPL-1.2
"""What a second opening is bound to: the same values behind the same batches, or nothing.

Failure conditions: a second batch opened for another code, or at other values, or after other first
batches, or for other uploads.
"""

from collections.abc import Callable

import pytest

from ontschot.coordinator.releases import leading
from ontschot.coordinator.releases import manifests as proposing
from ontschot.coordinator.releases.stock import Stock
from ontschot.node.helper import uploads
from ontschot.node.mailroom.desk import Desk
from ontschot.protocol.documents.releases import Gate, Manifest
from ontschot.protocol.release.gates import gate_spec
from simulation.chains.asking import (
    QUESTIONS,
    A,
    B,
    ask_again,
    held_back,
    sent_by,
    watch,
)
from simulation.federation import COORDINATOR, HELPERS, Federation
from simulation.looking import (
    reasons,
    states,
)


def second_attempt(federation: Federation, **changes: object) -> Manifest:
    """Have helper B give a release up that A committed; propose it again over the same batches."""
    federation.carrier.hold = held_back(B, "open-codes")
    first = ask_again(federation)
    assert states(federation, first)[A] == "committed"
    federation.lead(lambda desk: desk.send(B, "abort-request", first.digest, first.to_bytes()))
    federation.settle()
    federation.carrier.let_go()
    federation.settle()
    assert {states(federation, first)[name] for name in HELPERS} == {"aborted"}
    again = first.model_copy(update={"attempt": 2} | changes)
    federation.lead(lambda desk: proposing._propose(desk, again, again.nodes))
    federation.settle()
    return again


def test_the_same_gates_once_more_open_the_same_values(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = watch(monkeypatch)
    again = second_attempt(federation)
    assert states(federation, again)[COORDINATOR] == "done"
    for name in HELPERS:
        for use in ("open", "open-codes"):
            values = [kept for (who, _, what), kept in sent.items() if (who, what) == (name, use)]
            assert len(values) == 2
            assert values[0] == values[1]


@pytest.mark.parametrize("use", ["open", "open-codes"])
def test_a_helper_that_shifts_a_later_opening_is_found_out(
    federation: Federation, monkeypatch: pytest.MonkeyPatch, use: str
) -> None:
    """It would learn how codes differ between two totals, or count other codes for nothing."""
    openings = 0

    def shift(who: str, kind: str, payload: bytes) -> bytes:
        nonlocal openings
        if (who, kind) != (B, use):
            return payload
        openings += 1
        return payload if openings == 1 else bytes([payload[0] ^ 1]) + payload[1:]

    watch(monkeypatch, shift)
    again = second_attempt(federation)
    assert openings == 2
    assert reasons(federation, again)[A] == "peer-deviates"
    assert not sent_by(federation, A, again) & {"commit", "output"}
    if use == "open":
        assert "open-codes" not in sent_by(federation, A, again)


def test_a_second_batch_is_not_opened_after_other_first_batches(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the honest helper's share of the code would change under the same mask."""
    fresh = take(federation, "served-jw")
    manifest = ask_again(federation)
    part = manifest.parts[0]
    assert part.variable == "served-jw"
    gate = part.require_gate().model_copy(update={"batch": fresh})
    parts = [part.model_copy(update={"gate": gate}), *manifest.parts[1:]]
    other = another_release(federation, manifest, monkeypatch, parts=parts)
    assert reasons(federation, other)[A] == "batch-bound"
    assert not sent_by(federation, A, other) & {"agree", "open", "open-codes"}


def test_a_second_batch_is_not_opened_for_other_uploads(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = ask_again(federation)
    nodes = manifest.nodes[:3]
    owners = owners_of(federation, manifest)
    fresh = [take(federation, part.variable) for part in manifest.parts]
    parts = [
        part.model_copy(
            update={
                "gate": Gate(ring_bits=4, batch=batch),
                "uploads": [upload for upload in part.uploads if owners[upload] in nodes],
            }
        )
        for part, batch in zip(manifest.parts, fresh, strict=True)
    ]
    other = another_release(federation, manifest, monkeypatch, parts=parts, nodes=nodes)
    assert reasons(federation, other)[A] == "batch-bound"


def owners_of(federation: Federation, manifest: Manifest) -> dict[str, str]:
    def find(desk: Desk) -> dict[str, str]:
        held = [uploads.require(desk.connection, name) for name in manifest.uploads]
        return {one.envelope_hash: one.envelope.node for one in held}

    return federation.at(A, find)


def take(federation: Federation, variable: str) -> str:
    """Take a batch for a variable of Q12 out of stock."""
    query = federation.question("Q12")
    spec = gate_spec(query.functions_of(variable), federation.slots, 4)
    taken = federation.lead(lambda desk: Stock(desk).take([spec]))
    assert taken is not None
    return taken[0]


def another_release(
    federation: Federation,
    manifest: Manifest,
    monkeypatch: pytest.MonkeyPatch,
    **changes: object,
) -> Manifest:
    """Propose a release of the same question under a new approval, with something changed."""
    query = federation.question("Q12", purpose="een andere vraag")
    # The coordinator proposes nothing by itself.
    monkeypatch.setattr(leading, "propose_release", lambda *_: False)
    federation.ask(federation.approved(query))
    federation.settle()
    update = {"query": query.digest, "release_id": "other", "attempt": 1} | changes
    other = manifest.model_copy(update=update)
    federation.lead(lambda desk: proposing._propose(desk, other, other.nodes))
    federation.settle()
    return other


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda honest: honest + b"\0", "peer-deviates"),
        (lambda honest: honest[:-1], "malformed-masked-values"),
        (lambda honest: b"\xff" + honest[1:], "malformed-masked-values"),
    ],
)
def test_masked_codes_of_another_form_end_a_release_before_its_commit(
    federation: Federation,
    monkeypatch: pytest.MonkeyPatch,
    spoil: Callable[[bytes], bytes],
    code: str,
) -> None:
    watch(
        monkeypatch,
        lambda who, use, sent: spoil(sent) if (who, use) == (B, "open-codes") else sent,
    )
    manifest = ask_again(federation)
    assert reasons(federation, manifest)[A] == code
    assert not sent_by(federation, A, manifest) & {"commit", "output"}
    assert len(federation.answers()) == len(QUESTIONS)
