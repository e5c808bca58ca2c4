# SPDX-License-Identifier: EUPL-1.2
"""``plan``, ``ask``, ``ask-again``: from a question of the catalogue to one that is answered."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from ontschot.coordinator.cli.screen import Home, console, open_office, read, say
from ontschot.coordinator.queries import service as queries
from ontschot.coordinator.queries.planning import Expected, expectations
from ontschot.coordinator.releases.again import ask_second_list
from ontschot.coordinator.rounds import service as rounds
from ontschot.coordinator.settings import load_settings
from ontschot.protocol.catalogue.definitions import definition, definitions
from ontschot.protocol.catalogue.planning import plan_blocks
from ontschot.protocol.clock import system_clock, to_text
from ontschot.protocol.documents.queries import Query
from ontschot.protocol.documents.rounds import Round
from ontschot.protocol.language import terminal_language, tr
from ontschot.protocol.privacy.conversion import epsilon_text
from ontschot.protocol.privacy.in_words import price_for_persons
from ontschot.protocol.privacy.units import RHO_UNITS
from ontschot.protocol.signed import SignedDocument


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who asks which question of the catalogue, what for, and under which law."""

    question: str
    requester: str
    purpose: str
    legal_basis: str


def plan(
    home: Home,
    question: Annotated[str, typer.Argument(help=", ".join(sorted(definitions())))],
    round_name: Annotated[
        str, typer.Option("--round", help=tr("Naam van de meetronde.", "Name of the round."))
    ],
    rho: Annotated[str, typer.Option(help=tr("Prijs in privacy.", "Price in privacy."))],
    requester: Annotated[str, typer.Option(help=tr("Wie vraagt het?", "Who asks?"))],
    purpose: Annotated[str, typer.Option(help=tr("Waarvoor?", "What for?"))],
    legal_basis: Annotated[str, typer.Option(help=tr("Welke wet?", "Which law?"))],
    output: Annotated[Path, typer.Option(help=tr("Schrijf de vraag hier.", "Write it here."))],
    days: Annotated[int, typer.Option(help=tr("Hoeveel dagen geldig?", "Valid for days"))] = 30,
) -> None:
    """Maak een vraag, en toon vooraf hoe onzeker het antwoord in elk gebied wordt."""
    office = open_office(home)
    round_ = office.act(lambda desk: rounds.by_name(desk.connection, round_name))
    most = office.act(lambda desk: desk.roster.parameters.household_providers)
    asked = _Asked(question, requester, purpose, legal_basis)
    query = _query(asked, round_, int(Decimal(rho) * RHO_UNITS), most, timedelta(days=days))
    output.write_bytes(SignedDocument(query.to_bytes()).to_bytes())
    _show(
        office.act(
            lambda desk: expectations(desk.connection, query, round_, len(desk.roster.providers()))
        )
    )
    _say_price(query, rho)
    say(tr(f"De vraag staat in {output}.", f"The question is in {output}."))


def ask(
    home: Home,
    file: Annotated[Path, typer.Argument(help=tr("De goedgekeurde vraag.", "The question."))],
) -> None:
    """Stel een goedgekeurde vraag aan alle aanbieders."""
    patience = timedelta(hours=load_settings(home).patience_hours)
    signed = SignedDocument.from_bytes(read(file))
    asked = open_office(home).act(lambda desk: queries.submit(desk, signed, patience))
    say(
        tr(
            f"De vraag is gesteld: {asked.digest[:12]} ({asked.state}).",
            f"The question has been asked: {asked.digest[:12]} ({asked.state}).",
        )
    )


def ask_again(
    home: Home,
    number: Annotated[
        str, typer.Argument(help=tr("Begin van het kenmerk (zie status).", "Start of the id."))
    ],
) -> None:
    """Beantwoord een vraag nog één keer, nu er meer aanbieders meedoen. Dat kost de volle prijs."""
    patience = timedelta(hours=load_settings(home).patience_hours)
    office = open_office(home)
    asked = office.act(lambda desk: queries.by_number(desk.connection, number))
    joined = office.act(lambda desk: ask_second_list(desk, asked.digest, patience))
    say(
        tr(
            f"De vraag loopt opnieuw: {asked.digest[:12]}.",
            f"The question is being answered again: {asked.digest[:12]}.",
        )
    )
    if joined:
        say(
            tr(
                f"Nieuwe aanbieders die de vraag nu krijgen: {', '.join(joined)}.",
                f"New providers that are asked now: {', '.join(joined)}.",
            )
        )
    say(
        tr(
            "Er moeten minstens drie organisaties bij zijn gekomen; anders blijft het bij het "
            "eerste antwoord. Kijk met status.",
            "At least three organisations must have joined; else the first answer stands. "
            "See status.",
        )
    )


def _query(asked: _Asked, round_: Round, rho: int, most: int, valid: timedelta) -> Query:
    """Return the question over a round, open from now; ``rho`` is in units of 1e-12.

    ``most`` is at how many providers a household is protected.
    """
    known = definition(asked.question)
    maps = {(item.level, item.minimum): item.hash for item in round_.area_maps}
    now = system_clock()
    return Query(
        federation=round_.federation,
        question=asked.question,
        definition=known.digest,
        round=round_.digest,
        requester=asked.requester,
        purpose=asked.purpose,
        legal_basis=asked.legal_basis,
        not_before=to_text(now - timedelta(minutes=5)),
        not_after=to_text(now + valid),
        codes=known.codes,
        blocks=plan_blocks(known, maps, rho, household_providers=most),
    )


def _say_price(query: Query, rho: str) -> None:
    price = sum(int(block.rho) for block in query.blocks)
    say(f"{tr('Prijs', 'Price')}: rho {rho}, epsilon {epsilon_text(price)}")
    if query.unit == "person":
        say(price_for_persons(query.blocks).in_language(terminal_language()))


def _show(expected: list[Expected]) -> None:
    language = terminal_language()
    table = Table(title=tr("Hoe onzeker wordt het antwoord?", "How uncertain will it be?"))
    for title in (
        tr("Tabel", "Table"),
        tr("Niveau", "Level"),
        tr("Gebieden", "Areas"),
        tr("Plus of min (95 %)", "Plus or minus (95 %)"),
        tr("Naar verwachting bruikbaar", "Expected usable"),
    ):
        table.add_column(title)
    if any(item.by_nodes is not None for item in expected):
        table.add_column(tr("Als elke aanbieder zelf ruis toevoegt", "If providers add the noise"))
    for item in expected:
        by_nodes = [] if item.by_nodes is None else [item.by_nodes.in_language(language)]
        table.add_row(
            item.block,
            item.level,
            str(item.areas),
            item.half_width.in_language(language),
            "-" if item.usable is None else f"{100 * item.usable:.0f} %",
            *by_nodes,
        )
    console.print(table)
