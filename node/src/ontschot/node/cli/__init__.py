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

from ontschot.node.cli import deciding, leaving_out, loading, looking, running, setting_up
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
app.command("init")(setting_up.init)
app.command("run")(running.run)
app.command("status")(looking.status)
app.command("check")(looking.check)
app.command("load")(loading.load)
app.command("leave-out")(leaving_out.leave_out)
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
