# SPDX-License-Identifier: EUPL-1.2
"""``inbox``: questions that wait for a person at this provider."""

from typing import Annotated

import typer
from rich.table import Table

from ontschot.node.cli.own_noise import noise_lines
from ontschot.node.cli.screen import Home, console, say
from ontschot.node.process import open_node
from ontschot.node.provider.policy.model import load_policy
from ontschot.node.questions import store as questions
from ontschot.node.questions.store import KeptQuestion, UnknownQuery
from ontschot.node.roles import make_provider
from ontschot.node.settings import Settings, load_settings
from ontschot.protocol.catalogue.definitions import definition
from ontschot.protocol.errors import Misconfigured
from ontschot.protocol.language import terminal_language, tr
from ontschot.protocol.privacy.conversion import epsilon_text
from ontschot.protocol.privacy.in_words import price_for_persons
from ontschot.protocol.roster import Roster

app = typer.Typer(
    no_args_is_help=True,
    help=tr("Vragen die op u wachten.", "Questions that wait for you."),
)

Number = Annotated[str, typer.Argument(help=tr("Begin van het kenmerk.", "Start of the id."))]


@app.command(
    "list",
    help=tr(
        "Toon alle vragen en wat ermee gebeurde.", "Show all questions and what became of them."
    ),
)
def show_all(home: Home) -> None:
    """Toon alle vragen en wat ermee gebeurde."""
    node = open_node(load_settings(home), {})
    kept = node.read(questions.all_kept)
    table = Table()
    for title in (
        tr("Kenmerk", "Id"),
        tr("Vraag", "Question"),
        tr("Wie vraagt het", "Asked by"),
        tr("Waarvoor", "Purpose"),
        tr("Besluit", "Decision"),
    ):
        table.add_column(title)
    for item in kept:
        title = definition(item.query.question).title.text.in_language(terminal_language())
        table.add_row(
            item.digest[:12],
            f"{item.query.question} {title}",
            item.query.requester,
            item.query.purpose,
            _decision(item),
        )
    console.print(table)


@app.command(
    "show",
    help=tr(
        "Toon één vraag: wat er gevraagd wordt en wat het kost.",
        "Show one question: what is asked and what it costs.",
    ),
)
def show_one(home: Home, number: Number) -> None:
    """Toon één vraag: wat er gevraagd wordt en wat het kost."""
    node = open_node(load_settings(home), {})
    item = _find(node.read(questions.all_kept), number)
    known = definition(item.query.question)
    language = terminal_language()
    say(f"{known.id}  {known.title.text.in_language(language)}")
    say(known.question.text.in_language(language))
    say(f"{tr('Doel', 'Purpose')}: {item.query.purpose}")
    say(f"{tr('Grondslag', 'Legal basis')}: {item.query.legal_basis}")
    levels = sorted({block.level for block in item.query.blocks})
    say(f"{tr('Gebieden', 'Areas')}: {', '.join(levels)}")
    rho = sum(int(block.rho) for block in item.query.blocks)
    say(f"{tr('Prijs in privacy', 'Price in privacy')}: epsilon {epsilon_text(rho)}")
    if item.query.unit == "person":
        say(price_for_persons(item.query.blocks).in_language(language))
    say(f"{tr('Besluit', 'Decision')}: {_decision(item)}")
    _say_noise(node.mailroom.roster(), load_settings(home), item)


@app.command(
    "accept",
    help=tr(
        "Zeg ja: uw node doet mee aan deze vraag.",
        "Say yes: your node takes part in this question.",
    ),
)
def accept(home: Home, number: Number) -> None:
    """Zeg ja: uw node doet mee aan deze vraag."""
    settings = load_settings(home)
    provider = make_provider(settings)
    node = open_node(settings, provider.handlers())
    item = _find(node.read(questions.all_kept), number)
    _say_noise(node.mailroom.roster(), settings, item)
    node.mailroom.act(lambda desk: provider.accept(desk, item.digest))
    say(tr("U doet mee.", "You take part."))


@app.command(
    "refuse",
    help=tr(
        "Zeg nee: uw node doet niet mee aan deze vraag.",
        "Say no: your node does not take part in this question.",
    ),
)
def refuse(
    home: Home,
    number: Number,
    reason: Annotated[
        str, typer.Option(help=tr("Code van de reden.", "Code of the reason."))
    ] = "refused-by-provider",
) -> None:
    """Zeg nee: uw node doet niet mee aan deze vraag."""
    settings = load_settings(home)
    provider = make_provider(settings)
    node = open_node(settings, provider.handlers())
    item = _find(node.read(questions.all_kept), number)
    node.mailroom.act(lambda desk: provider.refuse(desk, item.digest, reason))
    say(tr("U doet niet mee. De vrager krijgt de code.", "You do not take part."))


def _say_noise(roster: Roster | None, settings: Settings, item: KeptQuestion) -> None:
    if roster is None or item.query.kind != "sum":
        return
    try:
        policy = load_policy(settings.policy_path)
    except Misconfigured as error:
        say(error.explain(terminal_language()))
        return
    for line in noise_lines(policy, item.query, len(roster.providers())):
        say(line)


def _find(kept: list[KeptQuestion], number: str) -> KeptQuestion:
    found = [item for item in kept if item.digest.startswith(number)]
    if len(found) != 1:
        raise UnknownQuery(number[:12])
    return found[0]


def _decision(item: KeptQuestion) -> str:
    words = {
        "held": tr("wacht op u", "waits for you"),
        "accepted": tr("u doet mee", "you take part"),
        "refused": tr("u doet niet mee", "you do not take part"),
    }
    reason = f" ({item.reason})" if item.reason else ""
    return words.get(item.decision, item.decision) + reason
