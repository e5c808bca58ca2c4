# SPDX-License-Identifier: EUPL-1.2
"""``restored``, ``adopt-roster`` and ``ledger``: the way back of a party that lost memory."""

from pathlib import Path
from typing import Annotated

import typer

from ontschot.node import rebuilding
from ontschot.node.budgets import take_budgets
from ontschot.node.cli.screen import Home, say
from ontschot.node.ledger import chain, heads
from ontschot.node.mailroom import outbox, rosters
from ontschot.node.mailroom.desk import Desk
from ontschot.node.process import open_node
from ontschot.node.reenrolling import next_keys_path
from ontschot.node.settings import load_settings
from ontschot.protocol.clock import system_clock
from ontschot.protocol.keys import read_keys
from ontschot.protocol.language import tr
from ontschot.protocol.privacy.units import Rho, rho_text
from ontschot.protocol.signed import SignedDocument

app = typer.Typer(
    no_args_is_help=True,
    help=tr("Een gesloten privacyboek herstellen.", "Rebuild a closed privacy ledger."),
)


def restored(home: Home) -> None:
    """Ga verder nadat een oude kopie is teruggezet: nieuwe nummers, en het boek gaat dicht."""
    settings = load_settings(home)
    node = open_node(settings, {})
    # What the copy still had to post was posted since, or has a number that was used since.
    while letters := node.mailroom.unposted():
        for letter in letters:
            node.mailroom.mark_posted(letter.seq)
    present = read_keys(settings.keys_path).signing.public.text
    if settings.role == "helper":
        _set_waiting_keys_aside(next_keys_path(settings))
    with node.engine.begin() as connection:
        number = outbox.skip_numbers(connection, system_clock())
        keys = rosters.keys_of(connection, settings.name).keys() | {present}
        heads.close_restored(connection, settings.name, keys)
    say(tr(f"Brieven gaan verder na nummer {number}.", f"Letters go on after number {number}."))
    say(
        tr(
            "Het privacyboek is gesloten: de kopie weet niet wat er daarna is uitgegeven. "
            "Laat het herstellen met 'ontschot-node ledger'.",
            "The privacy ledger is closed: the copy does not know what was spent since. "
            "Have it rebuilt with 'ontschot-node ledger'.",
        )
    )


def adopt_roster(
    home: Home,
    file: Annotated[Path, typer.Argument(help=tr("Het getekende rooster.", "Signed roster."))],
) -> None:
    """Neem een rooster aan uit een bestand; roosters volgen elkaar op, dus op volgorde."""
    node = open_node(load_settings(home), {})
    roster = node.mailroom.adopt_roster(SignedDocument.from_bytes(file.read_bytes()))
    node.mailroom.act(_take_budgets)
    say(tr(f"Rooster {roster.serial} geldt nu.", f"Roster {roster.serial} is in force."))


@app.command(
    "view",
    help=tr(
        "Schrijf op wat deze node van het boek van een ander weet, getekend.",
        "Write what this node knows of another's ledger, signed.",
    ),
)
def view(
    home: Home,
    name: Annotated[str, typer.Argument(help=tr("Van wie het boek dicht is.", "Whose it is."))],
    output: Annotated[Path, typer.Option(help=tr("Schrijf het hier.", "Write it here."))],
) -> None:
    """Schrijf op wat deze node van het boek van een ander weet, getekend."""
    node = open_node(load_settings(home), {})
    signed = node.mailroom.act(lambda desk: rebuilding.view_of(desk, name))
    output.write_bytes(signed.to_bytes())
    say(tr(f"De verklaring staat in {output}.", f"The view is in {output}."))


@app.command(
    "draft",
    help=tr(
        "Maak van de verklaringen het document dat de ankers tekenen.",
        "Make of the views the document that the anchors sign.",
    ),
)
def draft(
    home: Home,
    output: Annotated[Path, typer.Argument(help=tr("Schrijf het hier.", "Write it here."))],
    views: Annotated[list[Path], typer.Argument(help=tr("De verklaringen.", "The views."))],
) -> None:
    """Maak van de verklaringen het document dat de ankers tekenen."""
    node = open_node(load_settings(home), {})
    signed = [SignedDocument.from_bytes(path.read_bytes()) for path in views]
    document = node.mailroom.act(lambda desk: rebuilding.draft(desk, signed))
    output.write_bytes(document.to_bytes())
    for account in document.accounts:
        spent, cap = rho_text(Rho(int(account.spent))), rho_text(Rho(int(account.cap)))
        say(
            tr(
                f"{account.unit} {account.year}: hoogstens {spent} van {cap} rho uitgegeven.",
                f"{account.unit} {account.year}: at most {spent} of {cap} rho was spent.",
            )
        )
    say(
        tr(
            f"Laat de ankers {output} tekenen: ontschot-protocol approve --kind ledger-rebuild.",
            f"Have the anchors sign {output}: ontschot-protocol approve --kind ledger-rebuild.",
        )
    )


@app.command(
    "rebuild",
    help=tr(
        "Open het boek weer, met het document dat de ankers tekenden.",
        "Open the ledger again, with the document that the anchors signed.",
    ),
)
def rebuild(
    home: Home,
    file: Annotated[Path, typer.Argument(help=tr("Het getekende document.", "The document."))],
) -> None:
    """Open het boek weer, met het document dat de ankers tekenden."""
    node = open_node(load_settings(home), {})
    signed = SignedDocument.from_bytes(file.read_bytes())

    def open_again(desk: Desk) -> rebuilding.Rebuilt:
        rebuilt = rebuilding.rebuild(desk, signed)
        take_budgets(desk, None)
        return rebuilt

    rebuilt = node.mailroom.act(open_again)
    say(
        tr(
            f"Het privacyboek is weer open, vanaf regel {rebuilt.head.seq}.",
            f"The privacy ledger is open again, from entry {rebuilt.head.seq}.",
        )
    )
    if rebuilt.discarded:
        say(
            tr(
                f"{rebuilt.discarded} voorraden sleutels zijn gewist; nieuwe komen vanzelf.",
                f"{rebuilt.discarded} batches of gate keys were erased; new ones will come.",
            )
        )


def _set_waiting_keys_aside(path: Path) -> None:
    # Keys that wait in a copy may have been used since, and a helper goes on with new ones.
    if path.exists():
        aside = path.replace(path.with_name("keys-of-the-copy.json"))
        say(
            tr(
                f"De sleutels die klaarlagen, staan nu in {aside}. Maak nieuwe.",
                f"The keys that waited are in {aside} now. Make new ones.",
            )
        )


def _take_budgets(desk: Desk) -> None:
    # A closed ledger takes no caps; they are taken when it is opened again.
    if chain.status(desk.connection).closed_by is None:
        take_budgets(desk, None)
