# SPDX-License-Identifier: EUPL-1.2
"""The command ``ontschot-coordinator``: set up, run, look, invite, open rounds, ask.

This is the process edge: an ``OntschotError`` becomes a text for people on standard error and exit
code 2; anything else is a fault of the program and shows its trace.
"""

import sys

import typer

from ontschot.coordinator.cli import asking, looking, participants, public, rounds, setting_up
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
app.command("init")(setting_up.init)
app.command("run")(setting_up.run)
app.command("status")(looking.status)
app.command("check")(looking.check)
app.command("invite")(participants.invite)
app.command("enrolments")(participants.enrolments)
app.command("adopt-roster")(participants.adopt_roster)
app.command("build-universe")(public.build_universe)
app.command("open-round")(rounds.open_round)
app.command("plan")(asking.plan)
app.command("ask")(asking.ask)


def main() -> None:
    """Run the command line."""
    try:
        app()
    except OntschotError as error:
        sys.stderr.write(error.explain(terminal_language()) + "\n")
        sys.exit(2)
