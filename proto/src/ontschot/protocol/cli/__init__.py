# SPDX-License-Identifier: EUPL-1.2
"""The command ``ontschot-protocol``: keys, rosters and approvals, for people who sign."""

import sys

import typer

from ontschot.protocol.cli import keys, rosters
from ontschot.protocol.cli.approvals import approve
from ontschot.protocol.errors import OntschotError
from ontschot.protocol.language import terminal_language, tr

app = typer.Typer(
    name="ontschot-protocol",
    no_args_is_help=True,
    add_completion=False,
    # A traceback with local variables could show a key.
    pretty_exceptions_enable=False,
    help=tr("Sleutels, de deelnemerslijst en goedkeuringen.", "Keys, the roster and approvals."),
)
app.add_typer(keys.app, name="key")
app.add_typer(rosters.app, name="roster")
app.command(
    help=tr("Lees en onderteken een document.", "Read and sign a document."), name="approve"
)(approve)


def main() -> None:
    """Run the command; a known error is explained on standard error, with exit code 2."""
    try:
        app()
    except OntschotError as error:
        sys.stderr.write(error.explain(terminal_language()) + "\n")
        sys.exit(2)
