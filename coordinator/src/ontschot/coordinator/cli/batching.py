# SPDX-License-Identifier: EUPL-1.2
"""``plan-round`` and ``ask-round``: the questions of a round as one batch."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from ontschot.coordinator.cli.batch_screen import show_batch, to_json
from ontschot.coordinator.cli.screen import Home, open_office, read, say
from ontschot.coordinator.mail.desk import Desk
from ontschot.coordinator.queries import service as queries
from ontschot.coordinator.queries.batches import ask_batch
from ontschot.coordinator.queries.plan_file import load_plan
from ontschot.coordinator.queries.service import Asked
from ontschot.coordinator.releases.accounts import require_room
from ontschot.coordinator.releases.budgeting import Batch, plan_round
from ontschot.coordinator.rounds import service as rounds
from ontschot.coordinator.settings import load_settings
from ontschot.protocol.language import terminal_language, tr
from ontschot.protocol.signed import SignedDocument


def plan_round_command(
    home: Home,
    plan: Annotated[Path, typer.Argument(help=tr("Het plan (TOML).", "The plan (TOML)."))],
    output: Annotated[
        Path, typer.Option(help=tr("Schrijf de vragen hier.", "Write the questions here."))
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help=tr("Toon het als JSON.", "Show it as JSON."))
    ] = False,
) -> None:
    """Verdeel het budget over de vragen van een meetronde, en schrijf ze om te ondertekenen."""
    wanted = load_plan(plan)
    batch = open_office(home).act(lambda desk: plan_round(desk, wanted))
    if as_json:
        typer.echo(json.dumps(to_json(batch), indent=2, ensure_ascii=False))
    else:
        show_batch(batch)
    if batch.is_refused:
        _refuse(batch)
    output.mkdir(parents=True, exist_ok=True)
    for planned in batch.questions:
        document = SignedDocument(planned.query.to_bytes()).to_bytes()
        (output / f"{planned.query.question}.json").write_bytes(document)
    if not as_json:
        say(
            tr(
                f"{len(batch.questions)} vragen staan in {output}. Laat ze ondertekenen.",
                f"{len(batch.questions)} questions are in {output}. Have them signed.",
            )
        )


def ask_round(
    home: Home,
    files: Annotated[
        list[Path], typer.Argument(help=tr("De goedgekeurde vragen.", "The approved questions."))
    ],
) -> None:
    """Stel alle goedgekeurde vragen van een meetronde tegelijk: alle, of geen."""
    patience = timedelta(hours=load_settings(home).patience_hours)
    signed = [SignedDocument.from_bytes(read(file)) for file in files]
    asked = open_office(home).act(lambda desk: _ask(desk, signed, patience))
    for one in asked:
        say(f"  {one.digest[:12]}  {one.query.question}  {one.state}")
    say(tr(f"{len(asked)} vragen zijn gesteld.", f"{len(asked)} questions have been asked."))


def _ask(desk: Desk, signed: list[SignedDocument], patience: timedelta) -> list[Asked]:
    known = [queries.find(desk.connection, one.digest) for one in signed]
    asked = ask_batch(desk, signed, patience)
    if None in known:
        require_room(desk, rounds.require(desk.connection, asked[0].query.round))
    return asked


def _refuse(batch: Batch) -> None:
    language = terminal_language()
    for planned in batch.questions:
        if planned.refusal is not None:
            typer.echo(planned.refusal.explain(language), err=True)
    typer.echo(tr("Er is niets geschreven.", "Nothing was written."), err=True)
    raise typer.Exit(2)
