# SPDX-License-Identifier: EUPL-1.2
"""The command line: keys, rosters, approvals, and what people see of errors."""

import json
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ontschot.protocol import canonical
from ontschot.protocol.cli import app, main, rosters
from ontschot.protocol.errors import OntschotError
from ontschot.protocol.keys import is_encrypted, read_keys, write_keys
from ontschot.protocol.keys.fingerprint import grouped
from ontschot.protocol.roster import ROSTER, Roster
from ontschot.protocol.signed import SignedDocument
from vectors.roster import build

QUORUM = ("municipality", "providers-council")


@pytest.fixture(autouse=True)
def moment(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The moment at which commands run; a test may change it."""
    found = [build.NOW]
    monkeypatch.setattr(rosters, "clock", lambda: found[0])
    monkeypatch.setenv("ONTSCHOT_LANG", "nl")
    return found


def run(*arguments: object, answer: str = "") -> str:
    """Run a command that succeeds; return what it printed."""
    result = CliRunner().invoke(app, [str(part) for part in arguments], input=answer)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def refused(*arguments: object, answer: str = "") -> str:
    """Run a command that is refused; return the error's code."""
    with pytest.raises(OntschotError) as caught:
        run(*arguments, answer=answer)
    return caught.value.code


@pytest.fixture
def key_files(tmp_path: Path) -> Callable[[str], Path]:
    def written(name: str) -> Path:
        path = tmp_path / f"{name}.json"
        if not path.exists():
            write_keys(path, build.keys(name))
        return path

    return written


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """A draft as a person writes it: without number, dates and defaults."""
    document = json.loads(build.roster().to_bytes())
    for name in ("serial", "prev_hash", "not_before", "not_after", "v", "type"):
        del document[name]
    document["parameters"] = {
        name: document["parameters"][name] for name in ("budgets", "universes")
    }
    path = tmp_path / "ontwerp.json"
    path.write_text(json.dumps(document, indent=2), encoding="utf-8")
    return path


@pytest.fixture
def signed(tmp_path: Path, draft: Path, key_files: Callable[[str], Path]) -> Path:
    """A first roster, signed by a quorum."""
    path = tmp_path / "lijst.json"
    run("roster", "draft", draft, path)
    for body in QUORUM:
        run("roster", "sign", path, "--key", key_files(f"anchor {body}"), "--yes")
    return path


def test_a_participant_gets_two_keys_and_three_fingerprints(tmp_path: Path) -> None:
    path = tmp_path / "k.json"
    shown = run("key", "new", path)
    public = read_keys(path).public
    assert public.sealing is not None
    for text in (
        public.signing.text,
        public.sealing.text,
        public.signing.fingerprint,
        public.sealing.fingerprint,
        public.fingerprint,
    ):
        assert text in shown
    assert run("key", "show", path) in shown
    assert refused("key", "new", path) == "key-file-exists"


def test_a_person_gets_a_signing_key_behind_a_passphrase(tmp_path: Path) -> None:
    path = tmp_path / "k.json"
    run("key", "new", path, "--person", answer="vier woorden\nvier woorden\n")
    assert is_encrypted(path)
    assert read_keys(path, "vier woorden").public.sealing is None
    assert "Verzegelsleutel" not in run("key", "show", path)


def test_a_passphrase_may_come_from_a_file(tmp_path: Path) -> None:
    path, secret = tmp_path / "k.json", tmp_path / "zin"
    secret.write_text("vier woorden\nen nog een regel\n")
    run("key", "new", path, "--passphrase-file", secret)
    read_keys(path, "vier woorden")
    secret.write_text("")
    assert refused("key", "new", tmp_path / "l", "--passphrase-file", secret) == "file-unusable"
    secret.write_bytes(b"\xff\n")
    assert refused("key", "new", tmp_path / "l", "--passphrase-file", secret) == "file-unusable"


def test_a_draft_becomes_a_roster_of_ninety_days(tmp_path: Path, draft: Path) -> None:
    path = tmp_path / "lijst.json"
    shown = run("roster", "draft", draft, path)
    roster = Roster.parse(SignedDocument.from_bytes(path.read_bytes()).payload)
    assert (roster.serial, roster.prev_hash) == (1, None)
    assert (roster.starts, roster.ends) == (build.NOW, build.NOW + timedelta(days=90))
    assert roster.parameters == build.roster().parameters
    assert grouped(roster.digest) in shown
    assert "7 deelnemers" in shown


def test_a_draft_after_a_roster_gets_the_next_number(
    tmp_path: Path, draft: Path, signed: Path, key_files: Callable[[str], Path]
) -> None:
    held = Roster.parse(SignedDocument.from_bytes(signed.read_bytes()).payload)
    path = tmp_path / "volgende.json"
    run("roster", "draft", draft, path, "--previous", signed, "--days", 30)
    roster = Roster.parse(SignedDocument.from_bytes(path.read_bytes()).payload)
    assert (roster.serial, roster.prev_hash) == (2, held.digest)
    assert roster.ends - roster.starts == timedelta(days=30)
    assert refused("roster", "verify", path, "--previous", signed) == "roster-not-signed"
    for body in QUORUM:
        run("roster", "sign", path, "--key", key_files(f"anchor {body}"), "--yes")
    assert "in orde" in run("roster", "verify", path, "--previous", signed)
    assert refused("roster", "verify", signed, "--previous", path) == "roster-out-of-order"


def test_a_pilot_s_shared_organisation_is_said(tmp_path: Path, draft: Path) -> None:
    document = json.loads(draft.read_bytes())
    document["pilot"] = True
    document["participants"][2]["organisation"] = "kvk:regio"
    draft.write_text(json.dumps(document))
    assert "kvk:regio heeft meer dan één rol" in run("roster", "draft", draft, tmp_path / "l")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "draft-unusable"),
        ("[]", "draft-unusable"),
        ("{}", "draft-unusable"),
        ('{"pilot": "ja"}', "draft-unusable"),
    ],
)
def test_what_makes_no_roster(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "ontwerp.json"
    path.write_text(text)
    assert refused("roster", "draft", path, tmp_path / "lijst") == code
    assert not (tmp_path / "lijst").exists()


def test_a_draft_against_the_rules(tmp_path: Path, draft: Path) -> None:
    document = json.loads(draft.read_bytes())
    document["quorum"] = 9
    draft.write_text(json.dumps(document))
    assert refused("roster", "draft", draft, tmp_path / "lijst") == "roster-rule-broken"


def test_nobody_signs_without_a_yes(
    tmp_path: Path, draft: Path, key_files: Callable[[str], Path]
) -> None:
    path = tmp_path / "lijst.json"
    run("roster", "draft", draft, path)
    before = path.read_bytes()
    key = key_files("anchor municipality")
    assert refused("roster", "sign", path, "--key", key, answer="n\n") == "not-confirmed"
    assert path.read_bytes() == before
    shown = run("roster", "sign", path, "--key", key, answer="y\n")
    assert '"helper-een"' in shown
    assert "anchor-municipality" in shown


def test_a_roster_is_verified_by_fingerprints(signed: Path, moment: list[datetime]) -> None:
    fingerprints = [
        part for text in sorted(build.pinned().fingerprints) for part in ("--anchor", text)
    ]
    assert "in orde" in run("roster", "verify", signed, *fingerprints)
    three = ("--quorum", 3)
    assert refused("roster", "verify", signed, *fingerprints, *three) == "roster-not-signed"
    moment[0] += timedelta(days=91)
    assert refused("roster", "verify", signed, *fingerprints) == "roster-not-in-force"
    assert refused("roster", "verify", signed, "--anchor", "12 34") == "malformed-fingerprint"


def test_verifying_against_nothing_is_no_verifying(signed: Path) -> None:
    assert CliRunner().invoke(app, ["roster", "verify", str(signed)]).exit_code == 2


def test_showing_a_roster_names_who_signed_and_who_is_no_anchor(
    signed: Path, key_files: Callable[[str], Path]
) -> None:
    run("approve", signed, "--kind", ROSTER, "--key", key_files("niemand"), "--yes")
    shown = run("roster", "show", signed)
    assert "Ondertekend door anchor-municipality (municipality)" in shown
    assert "En door 1 anderen" in shown


def test_approving_a_bare_document_makes_a_signed_one(
    tmp_path: Path, key_files: Callable[[str], Path]
) -> None:
    path, out = tmp_path / "vraag.json", tmp_path / "goedgekeurd.json"
    data = canonical.encode({"type": "query", "purpose": "Wat kost hulp per buurt?"})
    path.write_bytes(data)
    key = key_files("approver municipality")
    shown = run("approve", path, "--kind", "query", "--key", key, "--out", out, answer="y\n")
    assert "Wat kost hulp per buurt?" in shown
    assert grouped(canonical.sha256(data)) in shown
    approved = SignedDocument.from_bytes(out.read_bytes())
    allowed = {build.keys("approver municipality").signing.public.text: "gemeente"}
    assert approved.payload == data
    assert approved.signers("query", allowed) == ("gemeente",)
    assert path.read_bytes() == data
    second = key_files("approver providers-council")
    run("approve", out, "--kind", "query", "--key", second, "--yes")
    assert len(SignedDocument.from_bytes(out.read_bytes()).signatures) == 2


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"type":"round"}', "other-kind"),
        (b"{}", "other-kind"),
        (b'{"type": "query"}', "not-canonical"),
        (b"", "not-canonical"),
    ],
)
def test_what_is_not_approved(
    tmp_path: Path, key_files: Callable[[str], Path], data: bytes, code: str
) -> None:
    path = tmp_path / "vraag.json"
    path.write_bytes(data)
    key = key_files("approver municipality")
    assert refused("approve", path, "--kind", "query", "--key", key, "--yes") == code
    assert path.read_bytes() == data


def test_a_document_cannot_play_tricks_with_the_terminal(
    tmp_path: Path, key_files: Callable[[str], Path]
) -> None:
    path = tmp_path / "vraag.json"
    tricks = "a\x1b[2Jb\u202ec\x9bd[bold]e\u2028f"
    path.write_bytes(canonical.encode({"type": "query", "purpose": tricks}))
    key = key_files("approver municipality")
    shown = run("approve", path, "--kind", "query", "--key", key, "--yes")
    assert r"a\u001b[2Jb\u202ec\x9bd[bold]e\u2028f" in shown


def test_an_encrypted_key_asks_for_its_passphrase(tmp_path: Path) -> None:
    path, key, secret = tmp_path / "vraag.json", tmp_path / "k.json", tmp_path / "zin"
    path.write_bytes(canonical.encode({"type": "query"}))
    write_keys(key, build.keys("approver municipality"), "vier woorden", cost=2**14)
    secret.write_text("vier woorden\n")
    approve = ("approve", path, "--kind", "query", "--key", key, "--yes")
    run(*approve, answer="vier woorden\n")
    run(*approve, "--passphrase-file", secret)
    assert refused(*approve, answer="iets anders\n") == "wrong-passphrase"


def test_files_that_cannot_be_used(tmp_path: Path, key_files: Callable[[str], Path]) -> None:
    key = key_files("approver municipality")
    missing = tmp_path / "nergens" / "x"
    assert refused("roster", "show", missing) == "file-unusable"
    path = tmp_path / "vraag.json"
    path.write_bytes(canonical.encode({"type": "query"}))
    assert (
        refused("approve", path, "--kind", "query", "--key", key, "--out", missing, "--yes")
        == "file-unusable"
    )
    assert sorted(tmp_path.iterdir()) == sorted([key, path])


@pytest.mark.parametrize(
    ("language", "words"), [("nl", "niet te vinden"), ("en", "cannot be found")]
)
def test_an_error_is_explained_on_standard_error(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    language: str,
    words: str,
) -> None:
    monkeypatch.setenv("ONTSCHOT_LANG", language)
    monkeypatch.setattr(sys, "argv", ["ontschot-protocol", "key", "show", str(tmp_path / "k")])
    with pytest.raises(SystemExit) as caught:
        main()
    shown = capsys.readouterr()
    assert caught.value.code == 2
    assert words in shown.err
    assert "[key-file-missing]" in shown.err
    assert shown.out == ""
    assert "Traceback" not in shown.err
