# SPDX-License-Identifier: EUPL-1.2
"""The command ``ontschot-node``: set up, run, look, load, decide.

This is the process edge: an ``OntschotError``, and a database that does not work, become a text for
people on standard error and exit code 2; anything else is a fault of the program and shows its
trace.
"""

import sys
from typing import NoReturn

import typer
from sqlalchemy.exc import DBAPIError

from ontschot.node.cli import (
    deciding,
    enrolling,
    leaving_out,
    loading,
    looking,
    noting,
    rebuilding,
    renewing,
    running,
    setting_up,
)
from ontschot.node.database import fault_of
from ontschot.protocol.errors import OntschotError
from ontschot.protocol.language import terminal_language, tr

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help=tr(
        "De node van een deelnemer: aanbieder, helper of dealer.",
        "The node of a participant: provider, helper or dealer.",
    ),
)
app.command(
    "init",
    help=tr(
        "Maak een installatie: sleutels, certificaat, databases en instellingen.",
        "Make an installation: keys, certificate, databases and settings.",
    ),
)(setting_up.init)
app.command(
    "run",
    help=tr(
        "Verbind met de coördinator en werk, tot u stopt met Ctrl-C.",
        "Connect to the coordinator and work, until you stop it with Ctrl-C.",
    ),
)(running.run)
app.command(
    "status",
    help=tr(
        "Toon hoe deze node ervoor staat: rooster, budget en post.",
        "Show how this node stands: roster, budget and mail.",
    ),
)(looking.status)
app.command(
    "check",
    help=tr(
        "Controleer sleutels, certificaat, klok, databases, verbinding en beleid.",
        "Check keys, certificate, clock, databases, connection and policy.",
    ),
)(looking.check)
app.command(
    "load",
    help=tr(
        "Laad een bestand met prestaties. Het verslag zegt wat goed ging en wat niet.",
        "Load a file of records. The report says what went well and what did not.",
    ),
)(loading.load)
app.command(
    "leave-out",
    help=tr(
        "Laat cliënten buiten alle metingen: bezwaar, of afgeschermd.",
        "Leave clients out of all measurements: objection, or shielded.",
    ),
)(leaving_out.leave_out)
app.command(
    "notes",
    help=tr(
        "Schrijf de aantekeningen voor de dossiers: wie meetelde in welke vraag.",
        "Write the notes for the clients' files: who was counted in which question.",
    ),
)(noting.notes)
app.command(
    "renew-uploads",
    help=tr(
        "Stuur inzendingen opnieuw waarin iemand staat die nu niet meer meetelt.",
        "Send uploads anew that hold somebody who is left out now.",
    ),
)(renewing.renew_uploads)
app.command(
    "enrol",
    help=tr(
        "Meld een bestaande installatie opnieuw aan: verlopen certificaat, of andere sleutels.",
        "Enrol an existing installation again: an expired certificate, or other keys.",
    ),
)(enrolling.enrol)
app.command(
    "switch-keys",
    help=tr(
        "Neem nieuwe sleutels in gebruik die het rooster al noemt. Stop de node eerst.",
        "Begin to use new keys that the roster lists. Stop the node first.",
    ),
)(enrolling.switch_keys)
app.command(
    "adopt-roster",
    help=tr(
        "Neem een rooster aan uit een bestand, als de brief ermee hier niet meer komt.",
        "Adopt a roster from a file, when the letter with it comes here no more.",
    ),
)(rebuilding.adopt_roster)
app.command(
    "restored",
    help=tr(
        "Ga verder nadat een oude kopie is teruggezet; voordat u de node start.",
        "Go on after a back-up was put back; before you start the node.",
    ),
)(rebuilding.restored)
app.add_typer(rebuilding.app, name="ledger")
app.add_typer(deciding.app, name="inbox")


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
