# SPDX-License-Identifier: EUPL-1.2
"""A client objects after an upload: gone from the next answer, and the old answer stays."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest
from sqlalchemy import select, update

from ontschot.coordinator.releases.schema import uploads
from ontschot.node.database import open_engine
from ontschot.node.ledger.tables import ACCOUNT
from ontschot.node.mailroom.desk import Desk
from ontschot.node.process import open_node
from ontschot.node.provider.answering import schema, uploading
from ontschot.node.provider.answering.handlers import Provider
from ontschot.node.provider.answering.renewing import Renewed
from ontschot.node.provider.records.bsn import Bsn
from ontschot.node.provider.records.dissent import set_objection
from ontschot.node.provider.records.identity import Identity, create_keys
from ontschot.node.provider.records.models import Client
from ontschot.node.provider.records.schema import prepare
from ontschot.node.roles import make_provider
from ontschot.protocol.keys.private_files import write_private
from simulation.commands import Commands
from simulation.conftest import LATE, NODES
from simulation.federation import COORDINATOR, HELPERS, Federation
from simulation.looking import (
    added,
    budgets,
    manifests,
    price_of,
    published_bins,
    true_bins,
)
from simulation.recording import stored_halves
from unit.node.provider.records.conftest import Filler

NODE = "provider-1"
LISTED = tuple(node for node in NODES if node != LATE)
ALONE, STRANGER = "999900006", "999900018"
ADMISSION = 10_000_000
"""About what the check of one upload takes, units of 1e-12 rho."""


class Town:
    """A provider with ten clients at ten addresses, in a record store of its own."""

    def __init__(self, federation: Federation, commands: Commands) -> None:
        self.federation, self.commands = federation, commands
        self.settings = commands.settings(NODE)
        self.identity: Identity = create_keys(self.settings.record_keys_path)
        write_private(self.settings.rounding_key_path, bytes(32))
        self.settings.policy_path.write_text(
            '[questions.Q13]\ndecision = "automatic"\nrequesters = ["gemeente-test"]\n'
            'levels = ["gemeente", "wijk", "buurt"]\nlargest_rho = "1"\n',
            "utf-8",
        )
        engine = open_engine(self.settings.store_url)
        prepare(engine)
        filler = Filler(engine)
        for house in range(1, 11):
            client = self._client(filler, house)
            filler.address(client, "9000AA", huisnummer=house, gemeente="9901")
            filler.help(client, 1_000, periode_van=date(2024, 5, 1), gemeente="9901")
        engine.dispose()
        federation.roles[NODE] = make_provider(self.settings)
        federation.mailrooms[NODE]._handlers = dict(self.role.handlers())
        federation.at(NODE, self.role.begin)
        # From now on the upload is of these records.
        assert commands.node(NODE, "renew-uploads").startswith("1 ")
        federation.settle()

    def name_the_nameless(self) -> None:
        """Give the other clients a BSN too: a note is for a person."""
        engine = open_engine(self.settings.store_url)
        with engine.begin() as connection:
            nameless = select(Client.client_id).where(Client.bsn_sleutel.is_(None))
            for client in connection.execute(nameless).scalars().all():
                index = (1_000 + client).to_bytes(32, "big")
                again = self.identity.seal_digits(STRANGER, index)
                values = {
                    "bsn_index": index,
                    "bsn_versleuteld": again.ciphertext,
                    "bsn_sleutel": again.key_id,
                }
                connection.execute(update(Client).where(Client.client_id == client).values(values))
        engine.dispose()

    @property
    def role(self) -> Provider:
        role = self.federation.roles[NODE]
        assert isinstance(role, Provider)
        return role

    def _client(self, filler: Filler, house: int) -> int:
        if house > 1:
            return filler.client()
        sealed = self.identity.seal(Bsn(ALONE))
        return filler.client(
            bsn_index=sealed.index, bsn_versleuteld=sealed.ciphertext, bsn_sleutel=sealed.key_id
        )

    def vector(self) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
        """Return the vector over the records as they are."""
        round_ = self.federation.round()
        uploader = self.role._uploader
        return self.federation.at(
            NODE, lambda desk: uploader.vector(desk, round_, round_.variable("served"))
        )

    def live(self) -> str:
        """Return the live upload."""
        query = select(schema.own_uploads.c.envelope).where(schema.own_uploads.c.status == "live")
        return str(self.federation.read(NODE, lambda c: c.execute(query).scalar_one()))

    def leave_out(self, folder: Path, *lines: str) -> str:
        """Run the command."""
        file = folder / "bezwaar.csv"
        file.write_text("\n".join(["bsn;soort", *lines]), "utf-8")
        return self.commands.node(NODE, "leave-out", str(file))


@pytest.fixture
def town(admitted: Federation, monkeypatch: pytest.MonkeyPatch) -> Town:
    return Town(admitted, Commands(admitted, monkeypatch))


def release(federation: Federation) -> None:
    federation.clock.advance(hours=1)
    federation.tick()


def test_the_next_answer_is_without_the_household(town: Town, tmp_path: Path) -> None:
    federation = town.federation
    old, before = town.live(), town.vector()
    federation.vectors[NODE, "served"] = before
    release(federation)
    (first,) = manifests(federation)
    assert old in first.uploads
    answers, halves = federation.answers(), stored_halves(federation, first)
    assert published_bins(answers[first.release_id]) == true_bins(federation, LISTED)

    spent = budgets(federation)
    said = town.leave_out(tmp_path, f"{ALONE};bezwaar", f"{STRANGER};afgeschermd")
    assert "2 cliënten tellen niet mee" in said
    assert "1 eerdere inzendingen zijn ingetrokken en opnieuw gestuurd" in said
    federation.settle()
    after = town.vector()
    assert int(before.sum()) - int(after.sum()) == 1
    new = town.live()
    assert new != old
    # Two looks: of the node itself when it uploads, of the helpers when they check it.
    (admission,) = [one for one in manifests(federation, "admit") if one.uploads == (new,)]
    price = price_of(admission)
    assert added(spent, budgets(federation)) == dict.fromkeys((*HELPERS, NODE), (0, price))
    assert 0 < price <= ADMISSION

    federation.ask(federation.approved(federation.question("Q13", purpose="daarna")))
    federation.settle()
    release(federation)
    (second,) = [one for one in manifests(federation) if one.query != first.query]
    assert new in second.uploads
    assert old not in second.uploads
    federation.vectors[NODE, "served"] = after
    assert published_bins(federation.answers()[second.release_id]) == true_bins(federation, LISTED)

    # What was answered stays as it was.
    assert federation.answers()[first.release_id] == answers[first.release_id]
    assert stored_halves(federation, first) == halves
    for helper in HELPERS:
        assert federation.at(helper, lambda desk: desk.kept(f"half/{old}")) is None
    state = select(uploads.c.state).where(uploads.c.envelope == old)
    assert federation.read(COORDINATOR, lambda c: c.execute(state).scalar()) == "withdrawn"


def test_who_was_counted_gets_a_note(town: Town, tmp_path: Path) -> None:
    """Jeugdwet 7.3.12 lid 3: once the answer is out, once per question, not for who objected."""
    federation = town.federation
    paper = tmp_path / "aantekeningen.csv"
    assert town.commands.node(NODE, "notes") == ""
    release(federation)
    federation.tick()
    (first,) = manifests(federation)
    assert first.query is not None
    assert f"{first.query[:12]} Q13: 10 cliënten" in town.commands.node(NODE, "notes")
    town.leave_out(tmp_path, f"{ALONE};bezwaar")
    federation.ask(federation.approved(federation.question("Q13", purpose="=1+1")))
    federation.settle()
    release(federation)
    federation.tick()
    federation.tick()
    (second,) = [one for one in manifests(federation) if one.query != first.query]
    assert second.query is not None
    town.name_the_nameless()
    said = town.commands.node(NODE, "notes", "--output", str(paper))
    assert f"{second.query[:12]} Q13: 9 cliënten" in said
    assert paper.stat().st_mode & 0o777 == 0o600
    head, *lines = paper.read_text("utf-8").splitlines()
    assert head == "bsn;datum;kenmerk;vraag;wie-vraagt;waarvoor"
    assert len(lines) == 19
    assert [line for line in lines if line.startswith(ALONE)] == [
        f"{ALONE};2025-03-01;{first.query[:12]};Q13;gemeente-test;toets"
    ]
    assert sum(line.endswith(";'=1+1") for line in lines) == 9


def test_nothing_is_sent_when_nothing_changes(town: Town, tmp_path: Path) -> None:
    upload, spent = town.live(), budgets(town.federation)
    assert "verandert niets" in town.leave_out(tmp_path, f"{STRANGER};bezwaar")
    assert town.live() == upload
    assert "opnieuw gestuurd" in town.leave_out(tmp_path, f"{ALONE};bezwaar")
    renewed = town.live()
    # Once more the same, by the command and by the running node: no second price.
    assert "verandert niets" in town.leave_out(tmp_path, f"{ALONE};bezwaar")
    assert "verandert niets" in town.commands.node(NODE, "renew-uploads")
    town.federation.tick()
    assert town.live() == renewed
    (moved,) = {
        change[1] for name, change in added(spent, budgets(town.federation)).items() if name == NODE
    }
    assert 0 < moved <= ADMISSION


def test_the_running_node_does_what_a_command_did_not_come_to(town: Town) -> None:
    """Records marked, and the command killed: the node finds it at its next look."""
    upload = town.live()
    engine = open_engine(town.settings.store_url)
    set_objection(engine, town.identity, Bsn(ALONE), date(2025, 3, 1))
    engine.dispose()
    assert town.live() == upload
    town.federation.tick()
    assert town.live() != upload


def test_a_command_and_the_node_at_the_same_moment_replace_once(town: Town) -> None:
    federation, barrier = town.federation, Barrier(2)
    engine = open_engine(town.settings.store_url)
    set_objection(engine, town.identity, Bsn(ALONE), date(2025, 3, 1))
    engine.dispose()
    command, beside = make_provider(town.settings), open_node(town.settings, {}, federation.clock)

    def at_once(act: Callable[[Callable[[Desk], Renewed]], Renewed], role: Provider) -> Renewed:
        barrier.wait()
        return act(role.renew_left_out)

    with ThreadPoolExecutor(2) as pool:
        both = [
            pool.submit(at_once, federation.mailrooms[NODE].act, town.role),
            pool.submit(at_once, beside.mailroom.act, command),
        ]
    assert sorted(done.result().replaced for done in both) == [0, 1]
    federation.tick()
    release(federation)
    (manifest,) = manifests(federation)
    assert town.live() in manifest.uploads


def test_an_upload_is_withdrawn_also_without_budget(town: Town, tmp_path: Path) -> None:
    def exhaust(desk: Desk) -> None:
        full = update(ACCOUNT).values(spent=ACCOUNT.c.cap - ACCOUNT.c.reserved)
        desk.connection.execute(full)

    town.federation.at(NODE, exhaust)
    said = town.leave_out(tmp_path, f"{ALONE};bezwaar")
    assert "ingetrokken. Nieuwe konden niet" in said
    town.federation.settle()
    query = select(schema.own_uploads.c.status)
    states = town.federation.read(NODE, lambda c: c.execute(query).scalars().all())
    assert "live" not in states
    release(town.federation)
    (manifest,) = manifests(town.federation)
    assert NODE not in manifest.nodes


def test_an_upload_is_withdrawn_also_when_helpers_take_no_more(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nothing is charged for the one that is not made."""
    monkeypatch.setattr(uploading, "MOST_UPLOADS", 1)
    before = budgets(town.federation)[NODE]
    said = town.leave_out(tmp_path, f"{ALONE};bezwaar")
    assert "ingetrokken. Nieuwe konden niet" in said
    query = select(schema.own_uploads.c.status)
    assert "live" not in town.federation.read(NODE, lambda c: c.execute(query).scalars().all())
    assert budgets(town.federation)[NODE] == before


def test_all_uploads_are_replaced_for_a_helper_that_lost_its_files(town: Town) -> None:
    upload = town.live()
    said = town.commands.node(NODE, "renew-uploads", "--all")
    assert said.startswith("1 inzendingen")
    assert town.live() != upload


def test_a_provider_that_never_uploaded_has_nothing_to_renew(town: Town) -> None:
    role = town.federation.roles[LATE]
    assert isinstance(role, Provider)
    assert town.federation.at(LATE, role.renew_left_out) == Renewed()
