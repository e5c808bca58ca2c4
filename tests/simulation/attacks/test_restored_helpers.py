# SPDX-License-Identifier: EUPL-1.2
"""A helper is put back from a copy; the other helper lies, and the coordinator carries for it.

It draws nothing once more and gives no price back: the operator says that it is a copy, and its
ledger opens again under other keys only (``docs/operate-node.md``).
"""

from pathlib import Path

import pytest
from sqlalchemy import delete, select

from ontschot.coordinator.mail.desk import Desk as Office
from ontschot.coordinator.releases import passing
from ontschot.coordinator.releases.schema import passings
from ontschot.node.ledger.errors import OtherKeysNeeded
from ontschot.node.mailroom.desk import Desk
from ontschot.node.mailroom.schema import OUT
from ontschot.node.rebuilding import draft, rebuild
from ontschot.node.witness import service as witness
from ontschot.protocol.documents.releases import ABORT, COMMIT
from ontschot.protocol.documents.statements import Heads
from ontschot.protocol.letters import SignedLetter
from simulation.attacks.test_replaced_helpers import LETTERS, ask_to_abort, bring, forged
from simulation.federation import Federation
from simulation.looking import states
from simulation.test_heads import closed_by, say_restored
from simulation.test_rebuilding import signed, views
from simulation.test_restored import A, B, Restored, tape
from simulation.test_rosters import renew_keys

__all__ = ["tape"]


def lie(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let helper B say that it holds nothing of helper A."""
    tell = witness.tell

    def nothing(desk: Desk, participant: str, nonce: str = "") -> None:
        if (desk.me.id, participant) == (B, A):
            desk.send(A, witness.HEADS, nonce, Heads.of(None, None).to_bytes())
        else:
            tell(desk, participant, nonce)

    monkeypatch.setattr(witness, "tell", nothing)


def open_again(federation: Federation) -> None:
    """Rebuild the ledger of helper A from what its peers hold, signed by the anchors."""
    document = federation.at(A, lambda desk: draft(desk, views(federation, A)))
    federation.at(A, lambda desk: rebuild(desk, signed(federation, document)))


def keep_commits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the coordinator throw the helpers' commits away, so that no provider settles."""

    def throw_away(desk: Office) -> None:
        desk.connection.execute(delete(passings))

    monkeypatch.setattr(passing, "pass_on", throw_away)


def test_with_other_keys_nothing_of_before_is_drawn_or_given_back(
    admitted: Federation,
    tmp_path: Path,
    tape: list[SignedLetter],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keep_commits(monkeypatch)
    restored = Restored(admitted, tmp_path / "old", tape)
    federation, manifest = restored.federation, restored.manifest
    assert {states(federation, manifest)[node] for node in manifest.nodes} == {"consented"}
    lie(monkeypatch)
    federation.at(A, say_restored)
    with pytest.raises(OtherKeysNeeded):
        open_again(federation)
    renew_keys(federation, A)
    open_again(federation)
    federation.start(A)
    federation.settle()
    assert closed_by(federation, A) is None

    restored.show_again("open", COMMIT)
    ask_to_abort(federation, manifest, A)
    aborts = select(OUT.c.seq).where(OUT.c.type == ABORT, OUT.c.subject == manifest.digest)
    assert federation.read(A, lambda c: c.execute(aborts).all()) != []
    # The coordinator passes on what helper A signed, and what helper B does.
    words = [forged(manifest, ABORT, h, federation.keys[n]) for n, h in LETTERS.items()]
    bring(federation, manifest, ABORT, *words)

    restored.expect_nothing_drawn()
    assert {states(federation, manifest)[node] for node in manifest.nodes} == {"expired"}
