# SPDX-License-Identifier: EUPL-1.2
"""A provider whose records or policy cannot be read: one answer for all that may be wrong."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from ontschot.coordinator.queries import service as queries
from ontschot.node.ledger import service as ledger
from ontschot.node.ledger.verify import verify_chain
from ontschot.node.mailroom.schema import OUT
from ontschot.node.provider.answering.errors import VectorFailed
from ontschot.node.provider.answering.handlers import Provider
from ontschot.node.provider.answering.schema import own_uploads
from ontschot.node.provider.policy.model import MalformedPolicy, NoPolicy, Policy
from ontschot.node.provider.records.errors import RecordsUnavailable
from ontschot.node.questions import store as questions
from ontschot.node.witness.service import HEADS, HEADS_ASKED
from ontschot.protocol.errors import OntschotError
from ontschot.protocol.keys import SigningKey
from ontschot.protocol.release.admission import admission_price
from simulation.federation import Federation, Vector

NODES = ("provider-1", "provider-2", "provider-3")
BROKEN = "provider-2"
SECRET = "900007304"


class Vectors(dict[tuple[str, str], Vector]):
    """Vectors, unless the records of ``BROKEN`` cannot be read now."""

    error: Exception | None = None

    def __getitem__(self, key: tuple[str, str]) -> Vector:
        if key[0] == BROKEN and self.error is not None:
            raise self.error
        return super().__getitem__(key)


@pytest.fixture
def vectors() -> Vectors:
    return Vectors()


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Federation:
    # The others let a person decide, so that nothing is computed but what is looked at.
    others = dict.fromkeys(set(NODES) - {BROKEN}, "hold")
    made = Federation(tmp_path_factory.mktemp("opened"), NODES, {}, decisions=others)
    made.open_round()
    made.close()
    return made


@pytest.fixture
def federation(opened: Federation, tmp_path: Path, vectors: Vectors) -> Iterator[Federation]:
    made = opened.copy(tmp_path / "federation")
    vectors[BROKEN, "served"] = np.ones(made.slots, np.uint32)
    made.vectors = vectors
    yield made
    made.close()


def ask(federation: Federation, purpose: str = "toets") -> str:
    """Ask the question for a purpose; return its hash."""
    signed = federation.approved(federation.question("Q13", purpose=purpose))
    federation.ask(signed)
    federation.settle()
    return signed.digest


def said(federation: Federation, query: str) -> tuple[str, str | None]:
    """What the coordinator has of the broken provider."""
    return federation.read("coordinator", lambda c: queries.participation(c, query))[BROKEN]


def uploaded(federation: Federation, node: str) -> list[str]:
    """The states of a node's uploads."""
    query = select(own_uploads.c.status).order_by(own_uploads.c.generation)
    return list(federation.read(node, lambda c: c.execute(query).scalars().all()))


def sent(federation: Federation, node: str) -> set[str]:
    """The types of the letters that a node wrote, but for those of every start."""
    written = federation.read(node, lambda c: c.execute(select(OUT.c.type)).scalars().all())
    return set(written) - {HEADS, HEADS_ASKED}


def spent(federation: Federation, node: str) -> int:
    return int(federation.read(node, lambda c: ledger.account(c, "household", 2024)).spent)


@pytest.mark.parametrize(
    "error", [RecordsUnavailable("SQLITE_CORRUPT"), ZeroDivisionError(f"client {SECRET}")]
)
def test_one_answer_whatever_is_wrong_with_the_records(
    federation: Federation,
    vectors: Vectors,
    error: Exception,
    capsys: pytest.CaptureFixture[str],
) -> None:
    vectors.error = error
    query = ask(federation)
    assert said(federation, query) == ("refused", "failed")
    assert sent(federation, BROKEN) <= {"refused"}
    assert uploaded(federation, BROKEN) == []
    kept = federation.read(BROKEN, lambda c: questions.find(c, query))
    assert kept is not None
    assert (kept.decision, kept.reason) == ("refused", "failed")
    assert SECRET not in "".join(capsys.readouterr())


def test_a_failure_costs_as_much_as_an_upload_once_for_each_question(
    federation: Federation, vectors: Vectors
) -> None:
    price = admission_price(int(federation.roster.parameters.admission_rho)).household
    vectors.error = RecordsUnavailable("gone")
    ask(federation, "een")
    assert spent(federation, BROKEN) == price
    ask(federation, "een")
    assert spent(federation, BROKEN) == price
    ask(federation, "twee")
    assert spent(federation, BROKEN) == 2 * price
    federation.read(BROKEN, verify_chain)


def test_the_next_question_finds_the_records_again(
    federation: Federation, vectors: Vectors
) -> None:
    vectors.error = RecordsUnavailable("gone")
    ask(federation, "een")
    vectors.error = None
    query = ask(federation, "twee")
    assert said(federation, query)[0] != "refused"
    assert uploaded(federation, BROKEN) == ["live"]


def test_a_person_who_accepts_is_told_and_nothing_is_sent(
    federation: Federation, vectors: Vectors
) -> None:
    vectors.error = RecordsUnavailable("gone")
    query = ask(federation)
    before = spent(federation, BROKEN)
    provider = federation.roles[BROKEN]
    assert isinstance(provider, Provider)
    with pytest.raises(VectorFailed):
        federation.at(BROKEN, lambda desk: provider.accept(desk, query))
    assert spent(federation, BROKEN) == before
    assert uploaded(federation, BROKEN) == []


def test_a_roster_is_taken_and_its_uploads_are_renewed_when_the_records_are_back(
    federation: Federation, vectors: Vectors
) -> None:
    ask(federation)
    vectors.error = RecordsUnavailable("gone")
    with_another_dealer = [
        one.model_copy(update={"signing_key": SigningKey.generate().public})
        if one.role == "dealer"
        else one
        for one in federation.roster.participants
    ]
    federation.adopt(federation.next_roster(participants=tuple(with_another_dealer)))
    roster = federation.mailrooms[BROKEN].roster()
    assert roster is not None
    assert roster.serial == 2
    assert uploaded(federation, BROKEN) == ["live"]
    vectors.error = None
    federation.at(BROKEN, federation.roles[BROKEN].expire)
    assert uploaded(federation, BROKEN) == ["withdrawn", "live"]


@pytest.mark.parametrize("error", [NoPolicy("/srv/policy.toml"), MalformedPolicy("line 3")])
def test_without_a_policy_nothing_runs(
    federation: Federation, monkeypatch: pytest.MonkeyPatch, error: OntschotError
) -> None:
    def no_policy() -> Policy:
        raise error

    monkeypatch.setattr(federation.roles[BROKEN], "_policy", no_policy)
    before = spent(federation, BROKEN)
    query = ask(federation)
    assert said(federation, query) == ("refused", error.code)
    assert sent(federation, BROKEN) <= {"refused"}
    assert spent(federation, BROKEN) == before
    kept = federation.read(BROKEN, lambda c: questions.find(c, query))
    assert kept is not None
    assert kept.decision == "refused"
