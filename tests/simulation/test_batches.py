# SPDX-License-Identifier: EUPL-1.2
"""A round planned, signed, asked and answered as one batch, by the commands themselves."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ontschot.coordinator.queries.errors import (
    NotOneBatch,
    PlanOverBudget,
    QuestionNotInRound,
)
from ontschot.node.ledger import service as ledger
from ontschot.protocol.catalogue.approval import NotApproved
from ontschot.protocol.catalogue.definitions import definition
from ontschot.protocol.documents.queries import QUERY, Query
from ontschot.protocol.privacy.charge import charges_of
from ontschot.protocol.privacy.units import RHO_UNITS
from ontschot.protocol.signed import SignedDocument
from simulation.commands import Commands
from simulation.federation import HELPERS, REQUESTER, Federation
from simulation.looking import added, budgets, manifests, price_of

NODES = tuple(f"provider-{number}" for number in range(1, 4))
QUESTIONS = ("Q06", "Q13", "Q22")
SIZES = {"BU99010101": 15000, "BU99010102": 3000, "BU99010201": 9000}
PLAN = f"""
round = "nulmeting-2024"
requester = "{REQUESTER}"
purpose = "toets"
legal_basis = "Jeugdwet 7.4"
"""
ALL = PLAN + "".join(f"[questions.{name}]\n" for name in QUESTIONS)


@pytest.fixture(scope="module")
def _open(tmp_path_factory: pytest.TempPathFactory) -> Federation:
    made = Federation(tmp_path_factory.mktemp("batch"), NODES, {}, questions=QUESTIONS, sizes=SIZES)
    random = np.random.default_rng(3)
    for node in NODES:
        for name in QUESTIONS:
            for variable in definition(name).variables:
                length = made.slots
                if variable.cells is not None:
                    areas = made.maps[variable.cells.level, variable.cells.minimum].codes
                    length = len(variable.cells.classes) * len(areas)
                values = random.random(length) < 0.1
                made.vectors[node, variable.id] = values.astype(np.uint32)
    made.open_round()
    made.close()
    return made


@pytest.fixture
def federation(_open: Federation, tmp_path: Path) -> Any:
    copied = _open.copy(tmp_path / "federation")
    yield copied
    copied.close()


@pytest.fixture
def commands(federation: Federation, monkeypatch: pytest.MonkeyPatch) -> Commands:
    return Commands(federation, monkeypatch)


def plan(commands: Commands, folder: Path, text: str, *words: str) -> str:
    """Plan a round; its questions are in ``folder/vragen``."""
    (folder / "plan.toml").write_text(text, "utf-8")
    return commands.coordinator(
        "plan-round", str(folder / "plan.toml"), "--output", str(folder / "vragen"), *words
    )


def sign(federation: Federation, folder: Path, by: int = 2) -> list[str]:
    """Have the approvers sign every question; return the files."""
    files = sorted((folder / "vragen").glob("*.json"))
    for file in files:
        signed = SignedDocument.from_bytes(file.read_bytes())
        for key in federation.approvers[:by]:
            signed = signed.add_signature(QUERY, key)
        file.write_bytes(signed.to_bytes())
    return [str(file) for file in files]


def queries_in(folder: Path) -> dict[str, Query]:
    """Return the planned questions by number."""
    found = {}
    for file in sorted((folder / "vragen").glob("*.json")):
        query = Query.parse(SignedDocument.from_bytes(file.read_bytes()).payload)
        found[query.question] = query
    return found


def test_a_batch_runs_through_and_every_account_pays_exactly_what_was_planned(
    federation: Federation, commands: Commands, tmp_path: Path
) -> None:
    before = budgets(federation)
    stated = json.loads(plan(commands, tmp_path, ALL, "--json"))
    files = sign(federation, tmp_path)
    said = commands.coordinator("ask-round", *files)
    assert "3 vragen zijn gesteld" in said
    assert "0 van de 3 vragen beantwoord" in commands.coordinator("status")
    federation.settle()
    federation.tick()
    assert len(federation.answers()) == len(QUESTIONS)
    assert "Meetronde nulmeting-2024: 3 van de 3 vragen beantwoord" in commands.coordinator(
        "status"
    )

    price = sum(charges_of(query.blocks, [2024])[0].rho for query in queries_in(tmp_path).values())
    checks = manifests(federation, "admit")
    spent = added(before, budgets(federation))
    for helper in HELPERS:
        assert spent[helper] == (0, price + sum(map(price_of, checks)))
    account = next(one for one in stated["accounts"] if one["unit"] == "household")
    left = federation.read(HELPERS[0], lambda c: ledger.account(c, "household", 2024))
    assert account["leftAfter"] == f"{(left.cap - left.spent) / RHO_UNITS:.12f}".rstrip("0")


def test_without_a_total_the_batch_takes_what_is_left_and_no_more(
    commands: Commands, tmp_path: Path
) -> None:
    stated = json.loads(plan(commands, tmp_path, ALL, "--json"))
    taken = {"household": 0, "person": 0}
    for query in queries_in(tmp_path).values():
        for charge in charges_of(query.blocks, [2024]):
            taken[charge.unit] += charge.rho
    checks = round(float(stated["checks"]) * RHO_UNITS)
    for account in stated["accounts"]:
        room = round(float(account["left"]) * RHO_UNITS)
        assert taken[account["unit"]] + checks <= room
    rooms = [round(float(one["left"]) * RHO_UNITS) for one in stated["accounts"]]
    used = [taken[one["unit"]] + checks for one in stated["accounts"]]
    assert max(a / b for a, b in zip(used, rooms, strict=True)) > 0.99999


def test_a_batch_is_asked_as_a_whole_or_not_at_all(
    federation: Federation, commands: Commands, tmp_path: Path
) -> None:
    plan(commands, tmp_path, ALL)
    files = sign(federation, tmp_path)
    last = Path(files[-1])
    good = last.read_bytes()
    last.write_bytes(SignedDocument(SignedDocument.from_bytes(good).payload).to_bytes())
    with pytest.raises(NotApproved):
        commands.coordinator("ask-round", *files)
    assert "vragen beantwoord" not in commands.coordinator("status")
    last.write_bytes(good)
    first = commands.coordinator("ask-round", *files)
    assert commands.coordinator("ask-round", *files) == first
    with pytest.raises(NotOneBatch):
        commands.coordinator("ask-round", files[0], files[0])


def test_a_second_batch_has_only_what_is_left(
    federation: Federation, commands: Commands, tmp_path: Path
) -> None:
    plan(commands, tmp_path, ALL.replace("[questions.Q06]", 'rho = "0.1"\n[questions.Q06]', 1))
    commands.coordinator("ask-round", *sign(federation, tmp_path))
    with pytest.raises(PlanOverBudget, match="left"):
        plan(commands, tmp_path, 'rho = "0.1"\n' + ALL)
    stated = json.loads(plan(commands, tmp_path, ALL, "--json"))
    (household, _) = stated["accounts"]
    assert (household["unit"], float(household["left"]) < 0.086) == ("household", True)


def test_two_batches_that_were_planned_apart_do_not_fit_together(
    federation: Federation, commands: Commands, tmp_path: Path
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder, name in ((first, "Q06"), (second, "Q13")):
        folder.mkdir()
        plan(commands, folder, f"{PLAN}[questions.{name}]\n")
    commands.coordinator("ask-round", *sign(federation, first))
    with pytest.raises(PlanOverBudget):
        commands.coordinator("ask-round", *sign(federation, second))
    assert "van de 1 vragen" in commands.coordinator("status")


def test_a_question_that_no_area_could_use_is_refused_with_what_to_do(
    commands: Commands, tmp_path: Path
) -> None:
    poor = ALL.replace("[questions.Q13]", '[questions.Q13]\nrho = "0.000001"')
    with pytest.raises(AssertionError) as caught:
        plan(commands, tmp_path, poor)
    assert "no-usable-level" in str(caught.value)
    assert "Geef deze vraag een groter deel" in str(caught.value)
    assert not (tmp_path / "vragen").exists()
    with pytest.raises(AssertionError) as caught:
        plan(commands, tmp_path, poor, "--json")
    stated = json.loads(str(caught.value).partition("\nHet antwoord")[0])
    assert stated["refused"] is True
    refused = [one["question"] for one in stated["questions"] if one["refusal"]]
    assert refused == ["Q13"]


def test_tiers_of_cost_are_refused_where_no_tier_is_large_enough(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("tiers")
    made = Federation(folder, NODES, {}, questions=("Q06", "Q09"), sizes=SIZES)
    made.open_round()
    commands, tiers = Commands(made, monkeypatch), PLAN + "[questions.Q06]\n[questions.Q09]\n"
    with pytest.raises(AssertionError) as caught:
        plan(commands, tmp_path, f'{tiers}rho = "0.000001"\n', "--json")
    assert "no-usable-level" in str(caught.value)
    stated = json.loads(str(caught.value).partition("\nHet antwoord")[0])
    refused = [one["question"] for one in stated["questions"] if one["refusal"]]
    assert refused == ["Q09"]
    # At an ordinary part of the budget some tiers can be shown, and not all.
    stated = json.loads(plan(commands, tmp_path, tiers, "--json"))
    (table,) = next(one for one in stated["questions"] if one["question"] == "Q09")["tables"]
    assert 0.3 < table["usable"] < 1
    made.close()


def test_a_question_that_the_round_lacks_is_refused(commands: Commands, tmp_path: Path) -> None:
    with pytest.raises(QuestionNotInRound):
        plan(commands, tmp_path, ALL + "[questions.Q02]\n")


def test_people_read_what_is_left_of_the_year(commands: Commands, tmp_path: Path) -> None:
    said = plan(commands, tmp_path, 'rho = "0.1"\n' + ALL)
    assert "Budget 2024 (huishoudens): rho 0.18507." in said
    assert "Dat is minder dan de helft." in said
    assert "3 vragen staan in" in said
