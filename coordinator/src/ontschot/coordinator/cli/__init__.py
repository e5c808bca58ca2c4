# SPDX-License-Identifier: EUPL-1.2
"""The command ``ontschot-coordinator``: set up, run, look, invite, open rounds, ask.

This is the process edge: an ``OntschotError``, and a database that does not work, become a text for
people on standard error and exit code 2; anything else is a fault of the program and shows its
trace.
"""

import sys
from typing import NoReturn

import typer
from sqlalchemy.exc import DBAPIError

from ontschot.coordinator.cli import (
    asking,
    batching,
    looking,
    participants,
    public,
    restoring,
    rounds,
    setting_up,
)
from ontschot.coordinator.store.database import fault_of
from ontschot.protocol.errors import OntschotError
from ontschot.protocol.language import terminal_language, tr

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help=tr(
        "De coördinator: verbindt de deelnemers en publiceert uitkomsten met ruis.",
        "The coordinator: connects the participants and publishes noised answers.",
    ),
)
app.command(
    "init",
    help=tr(
        "Maak een installatie: sleutels, uitgever van certificaten, database en instellingen.",
        "Make an installation: keys, certificate authority, database and settings.",
    ),
)(setting_up.init)
app.command("run", help=tr("Werk, tot u stopt met Ctrl-C.", "Work until you stop it with Ctrl-C."))(
    setting_up.run
)
app.command(
    "status",
    help=tr(
        "Toon deelnemers, vragen, inzendingen en uitkomsten.",
        "Show participants, questions, uploads and answers.",
    ),
)(looking.status)
app.command(
    "check",
    help=tr(
        "Controleer sleutels, certificaten, database en rooster.",
        "Check keys, certificates, database and roster.",
    ),
)(looking.check)
app.command(
    "invite",
    help=tr(
        "Maak een code voor één keer, waarmee een deelnemer zich aanmeldt.",
        "Make a one-time token with which a participant enrols.",
    ),
)(participants.invite)
app.command(
    "enrolments",
    help=tr(
        "Toon wie zich aanmeldde, met sleutels, als JSON voor het rooster.",
        "Show who enrolled, with keys, as JSON for the roster.",
    ),
)(participants.enrolments)
app.command(
    "adopt-roster",
    help=tr(
        "Neem een getekend rooster aan, en stuur het naar iedereen die erin staat.",
        "Adopt a signed roster and send it to everyone in it.",
    ),
)(participants.adopt_roster)
app.command(
    "restored",
    help=tr(
        "Ga verder nadat een oude kopie is teruggezet; voordat u de coördinator start.",
        "Go on after a back-up was put back; before you start the coordinator.",
    ),
)(restoring.restored)
app.command(
    "build-universe",
    help=tr(
        "Maak de lijst van adressen en de kaarten, met de regels voor het rooster.",
        "Make the list of addresses and the maps, with the lines for the roster.",
    ),
)(public.build_universe)
app.command("open-round", help=tr("Open een meetronde.", "Open a measurement round."))(
    rounds.open_round
)
app.command(
    "close-round",
    help=tr(
        "Sluit een meetronde: open vragen stoppen, en de helpers wissen wat zij hebben.",
        "Close a round: open questions end, and the helpers erase what they hold.",
    ),
)(rounds.close_round)
app.command(
    "plan",
    help=tr(
        "Maak een vraag, en toon vooraf hoe onzeker het antwoord wordt.",
        "Make a question, and show beforehand how uncertain the answer will be.",
    ),
)(asking.plan)
app.command(
    "ask",
    help=tr(
        "Stel een goedgekeurde vraag aan alle aanbieders.",
        "Ask an approved question to all providers.",
    ),
)(asking.ask)
app.command(
    "plan-round",
    help=tr(
        "Verdeel het budget over de vragen van een meetronde, en schrijf ze om te ondertekenen.",
        "Divide the budget over the questions of a round, and write them to be signed.",
    ),
)(batching.plan_round_command)
app.command(
    "ask-round",
    help=tr(
        "Stel alle goedgekeurde vragen van een meetronde tegelijk: alle, of geen.",
        "Ask all approved questions of a round at once: all of them, or none.",
    ),
)(batching.ask_round)
app.command(
    "ask-again",
    help=tr(
        "Beantwoord een vraag nog één keer, nu er meer aanbieders meedoen.",
        "Answer a question once more, now that more providers take part.",
    ),
)(asking.ask_again)


def main() -> None:
    """Run the command line."""
    try:
        app()
    except OntschotError as error:
        _stop(error)
    except DBAPIError as error:
        _stop(fault_of(error))


def _stop(error: OntschotError) -> NoReturn:
    sys.stderr.write(error.explain(terminal_language()) + "\n")
    sys.exit(2)
