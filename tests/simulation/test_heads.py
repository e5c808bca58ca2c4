# SPDX-License-Identifier: EUPL-1.2
"""An older copy of a ledger, put back: found out by peers, and by the party itself at its start."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from ontschot.coordinator.mail.schema import POSTED
from ontschot.node.dealer.handlers import Dealer
from ontschot.node.ledger import chain, heads
from ontschot.node.ledger.verify import verify_chain
from ontschot.node.mailroom import rosters
from ontschot.node.mailroom.desk import Desk
from ontschot.node.mailroom.schema import IN, OUT
from ontschot.node.witness import service as witness
from ontschot.protocol.clock import to_text
from ontschot.protocol.documents.releases import CONSENT
from ontschot.protocol.documents.statements import Heads
from ontschot.protocol.letters import SequenceReused
from simulation.bench import Bench
from simulation.conftest import LATE, NODES
from simulation.federation import COORDINATOR, HELPERS, Federation
from simulation.looking import budgets, manifests, reasons

LISTED = tuple(node for node in NODES if node != LATE)


def release(federation: Federation) -> None:
    """Let the hesitating provider refuse, and the first question be answered."""
    federation.clock.advance(hours=1)
    federation.tick()
    assert len(federation.answers()) == 1


def ask_another(federation: Federation) -> None:
    """Ask the same for another purpose: another question, with its own price."""
    another = federation.question("Q13", purpose="nog een toets")
    federation.ask(federation.approved(another))
    federation.settle()
    federation.clock.advance(hours=1)
    federation.lead(federation.leader.tick)
    federation.settle()


def set_aside(federation: Federation, name: str, folder: Path) -> None:
    """Copy a party's files, as a back-up does."""
    federation.close()
    shutil.copytree(federation.folder / name, folder)


def put_back(
    federation: Federation, name: str, folder: Path, *, hidden: bool = False, silent: bool = False
) -> None:
    """Stop a party, and start it from the copy.

    ``hidden``: it goes on with numbers not yet used. ``silent``: it asks nobody, as if everybody
    had answered.
    """
    federation.engines[name].dispose()
    shutil.rmtree(federation.folder / name)
    shutil.copytree(folder, federation.folder / name)
    if hidden:
        hide(federation, name)
    if silent:
        role = federation._open(name)
        assert not isinstance(role, Dealer)
        role.witnesses.complete = True
        role.witnesses.asked_at = dict.fromkeys((*HELPERS, *NODES), federation.clock.now)
    else:
        federation.start(name)


def say_restored(desk: Desk) -> None:
    """Do what an operator does who put a copy back: close the ledger."""
    keys = rosters.keys_of(desk.connection, desk.me.id)
    heads.close_restored(desk.connection, desk.me.id, keys)


def hide(federation: Federation, name: str) -> None:
    """Do what somebody would do who knows about letters: go on with numbers not yet used."""
    with federation.engines[COORDINATOR].begin() as connection:
        highest = connection.execute(
            select(func.max(POSTED.c.seq)).where(POSTED.c.sender == name)
        ).scalar_one()
    now = to_text(federation.clock.now)
    row = {"seq": highest, "recipient": "x", "type": "x", "subject": "", "digest": "0" * 64}
    with federation.engines[name].begin() as connection:
        connection.execute(insert(OUT).values(row | {"written_at": now, "posted_at": now}))


def show(federation: Federation, sender: str, recipient: str, consent: bytes) -> None:
    """Say that one holds this consent of another."""
    held = Heads.of(CONSENT, consent).to_bytes()
    federation.at(sender, lambda desk: desk.send(recipient, witness.HEADS, "", held))


def closed_by(federation: Federation, name: str) -> str | None:
    return federation.read(name, chain.status).closed_by


def test_nobody_is_suspected_without_reason(admitted: Federation) -> None:
    """Two questions at once, with letters that overtake each other; then everybody restarts."""
    another = admitted.question("Q13", purpose="nog een toets")
    admitted.ask(admitted.approved(another))
    admitted.network(seed=3).settle()
    admitted.clock.advance(hours=1)
    admitted.lead(admitted.leader.tick)
    admitted.network(seed=4).settle()
    assert len(admitted.answers()) == 2
    for name in (*HELPERS, *NODES):
        admitted.start(name)
    admitted.tick()
    for name in (*HELPERS, *NODES):
        assert closed_by(admitted, name) is None
        admitted.read(name, verify_chain)
    for helper in HELPERS:
        held = admitted.read(helper, heads.held)
        assert set(held) == {*LISTED, *HELPERS} - {helper}
    for node in LISTED:
        assert set(admitted.read(node, heads.held)) == set(HELPERS)


def test_a_plain_back_up_stops_at_the_numbers_of_its_letters(
    admitted: Federation, tmp_path: Path
) -> None:
    set_aside(admitted, "helper-a", tmp_path / "old")
    release(admitted)
    put_back(admitted, "helper-a", tmp_path / "old")
    with pytest.raises(SequenceReused):
        admitted.tick()


@pytest.mark.parametrize("name", ["helper-a", "helper-b", "provider-1"])
def test_a_party_finds_out_itself_when_it_starts(
    admitted: Federation, tmp_path: Path, name: str
) -> None:
    set_aside(admitted, name, tmp_path / "old")
    release(admitted)
    put_back(admitted, name, tmp_path / "old", hidden=True)
    admitted.tick()
    assert closed_by(admitted, name) == "ledger-rolled-back"
    ask_another(admitted)
    if name in HELPERS:
        assert len(admitted.answers()) == 1
    else:
        assert len(admitted.answers()) == 2
        assert name not in manifests(admitted)[-1].nodes


@pytest.mark.parametrize("name", ["helper-a", "helper-b"])
def test_a_helper_that_keeps_silent_about_it_is_found_out_by_its_peer(
    admitted: Federation, tmp_path: Path, name: str
) -> None:
    set_aside(admitted, name, tmp_path / "old")
    release(admitted)
    put_back(admitted, name, tmp_path / "old", hidden=True, silent=True)
    spent = budgets(admitted)
    ask_another(admitted)
    assert len(admitted.answers()) == 1
    tried = next(one for one in manifests(admitted)[1:] if one.attempt == 1)
    (peer,) = set(HELPERS) - {name}
    assert reasons(admitted, tried)[peer] in ("ledger-rolled-back", "ledger-forked")
    assert closed_by(admitted, name) in ("ledger-rolled-back", "ledger-forked")
    assert closed_by(admitted, peer) is None
    after = budgets(admitted)
    assert after[peer][1] == spent[peer][1]


def test_a_node_that_keeps_silent_about_it_is_found_out_by_the_helpers(
    admitted: Federation, tmp_path: Path
) -> None:
    set_aside(admitted, "provider-1", tmp_path / "old")
    release(admitted)
    put_back(admitted, "provider-1", tmp_path / "old", hidden=True, silent=True)
    ask_another(admitted)
    assert closed_by(admitted, "provider-1") in ("ledger-rolled-back", "ledger-forked")
    # The others go on without it.
    assert len(admitted.answers()) == 2
    assert "provider-1" not in manifests(admitted)[-1].nodes


def test_a_restored_helper_is_found_out_by_a_node(admitted: Federation, tmp_path: Path) -> None:
    """Even if its peer had lost its memory too: the nodes hold both helpers' heads."""
    for helper in HELPERS:
        set_aside(admitted, helper, tmp_path / helper)
    release(admitted)
    for helper in HELPERS:
        put_back(admitted, helper, tmp_path / helper, hidden=True)
    admitted.tick()
    assert [closed_by(admitted, helper) for helper in HELPERS] == ["ledger-rolled-back"] * 2


def test_a_peer_cannot_close_a_ledger_with_an_invention(bench: Bench) -> None:
    federation = bench.federation
    invention = bench.consent(
        bench.manifest,
        "provider-1",
        ["0" * 64],
        federation.keys["helper-a"].signing,
    )
    show(federation, "helper-a", "provider-1", invention)
    federation.settle()
    assert closed_by(federation, "provider-1") is None
    refused = federation.read(
        "provider-1",
        lambda c: c.execute(select(IN.c.code).where(IN.c.type == witness.HEADS)).scalars().all(),
    )
    assert "foreign-statement" in refused


def test_our_own_signature_over_a_head_that_we_lack_closes(admitted: Federation) -> None:
    bench = Bench(admitted)
    ours = bench.consent(bench.manifest, "provider-5", ["0" * 64])
    show(admitted, "helper-b", "provider-5", ours)
    admitted.settle()
    assert closed_by(admitted, "provider-5") == "ledger-forked"
