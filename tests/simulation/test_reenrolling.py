# SPDX-License-Identifier: EUPL-1.2
"""A certificate that expired, other keys, a lost disk: what the operator does, step by step."""

from pathlib import Path

import pytest

from ontschot.coordinator.enrolment import (
    CertificateAuthority,
    EnrolmentDesk,
    MemoryTokenStore,
)
from ontschot.node.enrolment import EnrolmentAddress
from ontschot.node.reenrolling import NextKeysNotListed, NoNextKeys, next_keys_path
from ontschot.protocol.certificates import (
    Certificates,
    Identity,
    TokenOfAnother,
    new_tls_key,
    request_enrolment,
)
from ontschot.protocol.clock import Clock
from ontschot.protocol.keys import PrivateKeys, SealingPublicKey, VerifyKey, read_keys
from ontschot.protocol.keys.private_files import write_private
from ontschot.protocol.roster import Roster
from simulation.commands import Commands
from simulation.conftest import LATE, NODES
from simulation.federation import HELPERS, Federation
from simulation.looking import manifests, published_bins, question_state, true_bins
from simulation.making import FEDERATION, START, make_keys, make_participant

LISTED = tuple(node for node in NODES if node != LATE)


class Region:
    """The coordinator's enrolment desk and authority; the connection to it is left out."""

    def __init__(self, patch: pytest.MonkeyPatch, folder: Path) -> None:
        self.folder = folder
        self.authority = CertificateAuthority.create(FEDERATION, START)
        self.desk = EnrolmentDesk(self.authority, MemoryTokenStore(), FEDERATION, lambda: START)
        patch.setattr("ontschot.node.reenrolling.enrol", self._enrol)

    def token(self, name: str) -> str:
        """Return the file of a fresh token."""
        file = self.folder / f"token-{len(list(self.folder.glob('token-*')))}"
        write_private(file, self.desk.invite(name).encode("ascii"))
        return str(file)

    async def _enrol(
        self,
        _address: EnrolmentAddress,
        _fingerprint: str,
        token: str,
        identity: Identity,
        keys: PrivateKeys,
        _clock: Clock,
    ) -> Certificates:
        tls = new_tls_key()
        issued = self.desk.enrol(request_enrolment(identity, token, keys, tls))
        return Certificates(tls, issued, self.authority.certificate)

    def enrol(self, commands: Commands, name: str, *words: str) -> str:
        """Run the command with a fresh token."""
        place = ("--enrolment", "localhost:7444", "--ca-fingerprint", self.authority.fingerprint)
        return commands.node(name, "enrol", *place, "--token-file", self.token(name), *words)


@pytest.fixture
def commands(admitted: Federation, monkeypatch: pytest.MonkeyPatch) -> Commands:
    return Commands(admitted, monkeypatch)


@pytest.fixture
def region(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Region:
    return Region(monkeypatch, tmp_path)


def listing_what_enrolled(federation: Federation, region: Region, name: str) -> Roster:
    """Return the next roster as anchors draft it from ``enrolments``."""
    latest = [one for one in region.desk.enrolments() if one.participant == name][-1]
    keys = {
        "signing_key": VerifyKey.parse(latest.signing_key),
        "sealing_key": SealingPublicKey.parse(latest.sealing_key),
    }
    return federation.next_roster(
        participants=tuple(
            one.model_copy(update=keys) if one.id == name else one
            for one in federation.roster.participants
        )
    )


def release(federation: Federation) -> None:
    federation.clock.advance(hours=1)
    federation.tick()


def test_an_expired_certificate_is_replaced_with_the_same_keys(
    admitted: Federation, commands: Commands, region: Region
) -> None:
    keys = commands.settings("provider-1").keys_path
    before = read_keys(keys).public
    assert "nieuw certificaat" in region.enrol(commands, "provider-1")
    first = Certificates.read(commands.settings("provider-1").certificates_path)
    region.enrol(commands, "provider-1")
    again = Certificates.read(commands.settings("provider-1").certificates_path)
    assert again.certificate != first.certificate
    assert read_keys(keys).public == before
    with pytest.raises(NoNextKeys):
        commands.node("provider-1", "switch-keys")
    # Nothing of the state was touched.
    release(admitted)
    assert question_state(admitted) == ("published", None)


def test_a_token_is_for_one_name(commands: Commands, region: Region) -> None:
    place = ("--enrolment", "localhost:7444", "--ca-fingerprint", region.authority.fingerprint)
    with pytest.raises(TokenOfAnother):
        commands.node("provider-1", "enrol", *place, "--token-file", region.token("provider-2"))


@pytest.mark.parametrize("name", ["provider-1", "helper-b"])
def test_keys_are_changed_in_the_order_of_the_runbook(
    admitted: Federation, commands: Commands, region: Region, name: str
) -> None:
    settings = commands.settings(name)
    said = region.enrol(commands, name, "--new-keys")
    waiting = read_keys(next_keys_path(settings))
    assert waiting.public.fingerprint in said
    # A second attempt does not make a third pair.
    region.enrol(commands, name, "--new-keys")
    assert read_keys(next_keys_path(settings)).public == waiting.public
    with pytest.raises(NextKeysNotListed):
        commands.node(name, "switch-keys")

    admitted.adopt(listing_what_enrolled(admitted, region, name))
    assert waiting.public.fingerprint in commands.node(name, "switch-keys")
    assert not next_keys_path(settings).exists()
    admitted.keys[name] = read_keys(settings.keys_path)
    assert admitted.keys[name].public == waiting.public
    admitted.start(name)
    admitted.settle()
    release(admitted)
    release(admitted)
    assert question_state(admitted) == ("published", None)
    (manifest,) = [one for one in manifests(admitted) if admitted.answers().get(one.release_id)]
    assert manifest.nodes == sorted(LISTED)
    answer = admitted.answers()[manifest.release_id]
    assert published_bins(answer) == true_bins(admitted, LISTED)


def test_a_provider_whose_disk_is_lost_comes_back_under_another_name(
    admitted: Federation, commands: Commands, tmp_path: Path
) -> None:
    """Revoke the old name, list the new one: the other uploads stay, the new one is asked."""
    keys, lost = make_keys(), "provider-1"
    admitted.keys["provider-1b"] = keys
    admitted._install("provider-1b")
    admitted.start("provider-1b")
    admitted.vectors["provider-1b", "served"] = admitted.vectors[lost, "served"]
    old = admitted.roster.participant(lost)
    listed = tuple(
        one.model_copy(update={"status": "revoked"}) if one.id == lost else one
        for one in admitted.roster.participants
    )
    newcomer = make_participant("provider-1b", 600, keys)
    newcomer = newcomer.model_copy(update={"organisation": old.organisation})
    commands.adopt(admitted.next_roster(participants=(*listed, newcomer)), tmp_path / "roster")
    admitted.roles.pop(lost)
    admitted.settle()
    release(admitted)
    (first,) = manifests(admitted)
    assert lost not in first.nodes
    admitted.nodes = (*(node for node in NODES if node != lost), "provider-1b")

    asked = admitted.approved(admitted.question("Q13", purpose="met de nieuwe"))
    admitted.ask(asked)
    admitted.settle()
    release(admitted)
    second = [one for one in manifests(admitted) if one.query == asked.digest][-1]
    assert "provider-1b" in second.nodes
    assert set(HELPERS) == {helper.id for helper in admitted.roster.helpers()}
    answer = admitted.answers()[second.release_id]
    assert published_bins(answer) == true_bins(admitted, tuple(second.nodes))
