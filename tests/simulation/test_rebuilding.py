# SPDX-License-Identifier: EUPL-1.2
"""A ledger that closed itself is rebuilt from what peers hold, signed by the anchors."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from ontschot.node.ledger import chain
from ontschot.node.ledger.errors import LedgerOpen, OtherKeysNeeded, RebuildRefused
from ontschot.node.ledger.verify import verify_chain
from ontschot.node.provider.answering.handlers import Provider
from ontschot.node.rebuilding import draft, rebuild, view_of
from ontschot.node.reenrolling import next_keys_path
from ontschot.protocol.cli import app as protocol_app
from ontschot.protocol.documents.rebuilding import LEDGER_REBUILD, LedgerRebuild
from ontschot.protocol.keys import PrivateKeys, write_keys
from ontschot.protocol.roster import RosterNotSigned
from ontschot.protocol.roster.model import Participant
from ontschot.protocol.signed import SignedDocument
from simulation.commands import Commands
from simulation.conftest import LATE, NODES
from simulation.federation import HELPERS, Federation
from simulation.looking import budget, budgets, manifests
from simulation.making import make_keys
from simulation.test_heads import ask_another, closed_by, put_back, release, set_aside
from simulation.test_rosters import renew_keys

LISTED = tuple(node for node in NODES if node != LATE)
CAP = 185_070_000_000


@pytest.fixture
def commands(admitted: Federation, monkeypatch: pytest.MonkeyPatch) -> Commands:
    monkeypatch.setattr("ontschot.node.cli.rebuilding.system_clock", admitted.clock)
    return Commands(admitted, monkeypatch)


def lose(federation: Federation, name: str, folder: Path) -> None:
    """Put an older copy of a party back: an answer came out since."""
    set_aside(federation, name, folder / "old")
    release(federation)
    put_back(federation, name, folder / "old")


def peers_of(federation: Federation, name: str) -> list[str]:
    return [helper.id for helper in federation.roster.helpers() if helper.id != name]


def views(federation: Federation, name: str) -> list[SignedDocument]:
    return [
        federation.at(peer, lambda desk: view_of(desk, name)) for peer in peers_of(federation, name)
    ]


def signed(federation: Federation, document: LedgerRebuild, by: int = 2) -> SignedDocument:
    found = SignedDocument(document.to_bytes())
    for key in federation.anchors[:by]:
        found = found.add_signature(LEDGER_REBUILD, key)
    return found


@pytest.mark.parametrize("name", ["helper-b", "provider-1"])
def test_a_restored_party_goes_on_with_no_less_spent(
    admitted: Federation, commands: Commands, tmp_path: Path, name: str
) -> None:
    """The whole runbook, by its commands: restored, view, draft, approve, rebuild."""
    set_aside(admitted, name, tmp_path / "old")
    release(admitted)
    true = budget(admitted, name)[1]
    put_back(admitted, name, tmp_path / "old")
    assert budget(admitted, name)[1] < true
    assert "gesloten" in commands.node(name, "restored")
    assert closed_by(admitted, name) == "ledger-restored"
    if name in HELPERS:
        take_other_keys(admitted, commands, name)

    files = []
    for peer in peers_of(admitted, name):
        files.append(str(tmp_path / f"{peer}.view"))
        commands.node(peer, "ledger", "view", name, "--output", files[-1])
    paper = tmp_path / "rebuild.json"
    assert "hoogstens" in commands.node(name, "ledger", "draft", str(paper), *files)
    for number, key in enumerate(admitted.anchors[:2]):
        path = tmp_path / f"anchor-{number}.json"
        write_keys(path, PrivateKeys(key, None))
        words = ["approve", str(paper), "--kind", LEDGER_REBUILD, "--key", str(path), "--yes"]
        done = CliRunner().invoke(protocol_app, words, catch_exceptions=False)
        assert done.exit_code == 0, done.output
    assert "weer open" in commands.node(name, "ledger", "rebuild", str(paper))

    assert closed_by(admitted, name) is None
    admitted.read(name, verify_chain)
    reserved, spent = budget(admitted, name)
    assert reserved == 0
    assert true <= spent <= CAP
    # It takes part again, and its peers do not take its new head for an older one.
    admitted.start(name)
    admitted.tick()
    before = budgets(admitted)
    if name in HELPERS:
        # With its other keys everybody uploads anew; what came while it was closed was refused.
        for node in LISTED:
            role = admitted.roles[node]
            assert isinstance(role, Provider)
            assert admitted.at(node, role.renew_all) == 1
        admitted.tick()
    ask_another(admitted)
    admitted.clock.advance(hours=1)
    admitted.tick()
    assert len(admitted.answers()) == 2
    assert name in (*manifests(admitted)[-1].nodes, *HELPERS)
    for party in (*HELPERS, *LISTED):
        assert closed_by(admitted, party) is None
        assert budgets(admitted)[party][1] > before[party][1]


def take_other_keys(federation: Federation, commands: Commands, name: str) -> None:
    """Do the runbook's steps for a helper: without them its ledger stays closed."""
    with pytest.raises(OtherKeysNeeded):
        federation.at(name, lambda desk: draft(desk, views(federation, name)))
    renew_keys(federation, name)
    write_keys(next_keys_path(commands.settings(name)), federation.keys[name])
    commands.node(name, "switch-keys")


@pytest.mark.usefixtures("admitted")
def test_keys_that_wait_in_a_copy_are_not_used(commands: Commands) -> None:
    """They may have been used since the copy was made."""
    waiting = next_keys_path(commands.settings("helper-b"))
    write_keys(waiting, make_keys())
    aside = waiting.with_name("keys-of-the-copy.json")
    assert str(aside) in commands.node("helper-b", "restored")
    assert (waiting.exists(), aside.exists()) == (False, True)
    # A provider may be in the middle of changing its keys.
    waiting = next_keys_path(commands.settings("provider-1"))
    write_keys(waiting, make_keys())
    commands.node("provider-1", "restored")
    assert waiting.exists()


def test_a_copy_of_a_closed_ledger_goes_on_with_newer_keys_only(
    admitted: Federation, commands: Commands
) -> None:
    """It was made when the new keys were there already, and they were used since."""
    commands.node("helper-b", "restored")
    take_other_keys(admitted, commands, "helper-b")
    commands.node("helper-b", "restored")
    take_other_keys(admitted, commands, "helper-b")
    document = admitted.at("helper-b", lambda desk: draft(desk, views(admitted, "helper-b")))
    admitted.at("helper-b", lambda desk: rebuild(desk, signed(admitted, document)))
    assert closed_by(admitted, "helper-b") is None
    admitted.read("helper-b", verify_chain)


def test_who_lies_behind_is_refused_by_its_peers_until_then(
    admitted: Federation, commands: Commands, tmp_path: Path
) -> None:
    lose(admitted, "provider-1", tmp_path)
    with pytest.raises(LedgerOpen):
        admitted.at("provider-1", lambda desk: draft(desk, views(admitted, "provider-1")))
    commands.node("provider-1", "restored")
    ask_another(admitted)
    assert "provider-1" not in manifests(admitted)[-1].nodes


def test_a_closed_party_takes_a_new_roster_and_is_rebuilt_under_it(
    admitted: Federation, commands: Commands, tmp_path: Path
) -> None:
    """The views of its peers are under their roster: who stays behind could never open again."""
    lose(admitted, "provider-1", tmp_path)
    commands.node("provider-1", "restored")
    admitted.adopt(admitted.next_roster())
    held = admitted.mailrooms["provider-1"].roster()
    assert held is not None
    assert held.serial == admitted.roster.serial
    document = admitted.at("provider-1", lambda desk: draft(desk, views(admitted, "provider-1")))
    admitted.at("provider-1", lambda desk: rebuild(desk, signed(admitted, document)))
    assert closed_by(admitted, "provider-1") is None


def test_bad_documents_rebuild_nothing(
    admitted: Federation, commands: Commands, tmp_path: Path
) -> None:
    name = "provider-1"
    lose(admitted, name, tmp_path)
    commands.node(name, "restored")
    both = views(admitted, name)
    document = admitted.at(name, lambda desk: draft(desk, both))

    def refused(paper: SignedDocument) -> str:
        with pytest.raises((RebuildRefused, RosterNotSigned)) as caught:
            admitted.at(name, lambda desk: rebuild(desk, paper))
        return caught.value.code

    assert refused(signed(admitted, document, by=1)) == "roster-not-signed"
    cheap = [one.model_copy(update={"spent": "0"}) for one in document.accounts]
    spoiled: list[dict[str, object]] = [
        {"accounts": cheap},
        {"heads": []},
        {"participant": "provider-2"},
    ]
    for changes in spoiled:
        other = document.model_copy(update=changes)
        assert refused(signed(admitted, other)) == "rebuild-refused"
    for fewer in ([both[0]], [both[0], both[0]]):
        with pytest.raises(RebuildRefused, match="missing"):
            admitted.at(name, lambda desk, few=fewer: draft(desk, few))  # type: ignore[misc]
    about_another = admitted.at("helper-a", lambda desk: view_of(desk, "provider-2"))
    with pytest.raises(RebuildRefused, match="provider-2"):
        admitted.at(name, lambda desk: draft(desk, [about_another, both[1]]))
    forged = SignedDocument(both[0].payload, both[1].signatures[:0])
    with pytest.raises(RebuildRefused, match="not signed"):
        admitted.at(name, lambda desk: draft(desk, [forged, both[1]]))
    assert closed_by(admitted, name) == "ledger-restored"

    admitted.at(name, lambda desk: rebuild(desk, signed(admitted, document)))
    with pytest.raises(LedgerOpen):
        admitted.at(name, lambda desk: rebuild(desk, signed(admitted, document)))


def test_an_account_that_nobody_bounds_is_written_off(
    admitted: Federation, commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another helper than at the beginning cannot know what was spent before its time."""
    lose_quietly(admitted, commands, "provider-1")
    known = admitted.at("provider-1", lambda desk: draft(desk, views(admitted, "provider-1")))
    assert all(int(one.spent) < int(one.cap) for one in known.accounts)

    before = admitted.roster.model_copy(update={"participants": earlier(admitted)})
    monkeypatch.setattr(
        "ontschot.node.rebuilding.rosters.since", lambda _c, _s: [before, admitted.roster]
    )
    off = admitted.at("provider-1", lambda desk: draft(desk, views(admitted, "provider-1")))
    assert all(one.spent == one.cap for one in off.accounts)


def earlier(federation: Federation) -> tuple[Participant, ...]:
    """Return the participants of a time with other helpers."""
    return tuple(
        one.model_copy(update={"id": f"{one.id}-of-before"}) if one.id in HELPERS else one
        for one in federation.roster.participants
    )


def lose_quietly(federation: Federation, commands: Commands, name: str) -> None:
    commands.node(name, "restored")
    assert federation.read(name, chain.status).closed_by == "ledger-restored"
