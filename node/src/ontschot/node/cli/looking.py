# SPDX-License-Identifier: EUPL-1.2
"""``status`` and ``check``: how does this installation stand?"""

from typing import Any

import typer
from rich.table import Table

from ontschot.node.cli.screen import Home, console, say
from ontschot.node.helper.owing import owed
from ontschot.node.helper.tossing import SAY_AGAIN_AFTER
from ontschot.node.ledger import service as ledger
from ontschot.node.preflight import examine
from ontschot.node.process import OpenNode, open_node
from ontschot.node.provider.vectors.kept import kept_reports
from ontschot.node.settings import load_settings
from ontschot.protocol.clock import system_clock, to_text
from ontschot.protocol.language import terminal_language, tr
from ontschot.protocol.privacy.conversion import epsilon_text
from ontschot.protocol.privacy.units import rho_text
from ontschot.protocol.roster import Roster


def status(home: Home) -> None:
    """Toon hoe deze node ervoor staat: rooster, budget en post."""
    settings = load_settings(home)
    node = open_node(settings, {})
    roster = node.mailroom.roster()
    say(f"{settings.name} ({settings.role}), {settings.federation}")
    if roster is None:
        say(tr("Er is nog geen rooster.", "There is no roster yet."))
    else:
        say(
            tr(
                f"Rooster {roster.serial}, geldig tot {roster.not_after}",
                f"Roster {roster.serial}, valid until {roster.not_after}",
            )
        )
    waiting = len(node.mailroom.unposted(1000))
    say(tr(f"Post die nog weg moet: {waiting}", f"Letters still to be sent: {waiting}"))
    table = Table(title=tr("Privacybudget", "Privacy budget"))
    for title in (
        tr("Eenheid", "Unit"),
        tr("Jaar", "Year"),
        "rho",
        tr("Over", "Left"),
        tr("Over in epsilon", "Left, epsilon"),
    ):
        table.add_column(title)
    for account in node.read(ledger.accounts):
        table.add_row(
            account.unit,
            str(account.year),
            rho_text(account.cap),
            rho_text(account.available),
            epsilon_text(account.available),
        )
    console.print(table)
    if roster is not None and settings.role == "helper":
        _show_owed(node, roster)
    _show_placement(kept_reports(settings.placement_path))


def _show_owed(node: OpenNode, roster: Roster) -> None:
    long_ago = to_text(system_clock() - SAY_AGAIN_AFTER)
    for one in node.read(lambda connection: owed(connection, roster, long_ago)):
        since = tr(f"(sinds {one.since})", f"(since {one.since})")
        say(f"! {one.reason.explain(terminal_language())} {since}".replace("\n", "\n  "))


def _show_placement(reports: list[dict[str, Any]]) -> None:
    if not reports:
        return
    table = Table(title=tr("Wat telde mee in uw inzendingen?", "What counted in your uploads?"))
    for title in (
        tr("Meetronde", "Round"),
        tr("Meting", "Variable"),
        tr("Cliënten met plek", "Clients placed"),
        tr("Zonder plek", "Not placed"),
        tr("Instelling", "Institution"),
        tr("Boven de grens", "Above the cap"),
        tr("Onder nul", "Below zero"),
    ):
        table.add_column(title)
    for report in reports:
        placed, unplaced = report["placed"]["count"], report["unplaced"]["count"]
        share = 100 * placed / max(1, placed + unplaced)
        table.add_row(
            report["round"],
            report["variable"],
            f"{placed} ({share:.1f} %)",
            str(unplaced),
            str(report["institutions"]["count"]),
            str(report["above_cap"]["count"]),
            str(report["below_zero"]["count"]),
        )
    console.print(table)


def check(home: Home) -> None:
    """Controleer sleutels, certificaat, klok, databases, verbinding en beleid."""
    language = terminal_language()
    failed = False
    for finding in examine(load_settings(home), system_clock):
        name = finding.name.in_language(language)
        if finding.error is None:
            say(f"✓ {name}")
        else:
            failed = True
            say(f"✗ {name}\n  {finding.error.explain(language)}".replace("\n", "\n  "))
    if failed:
        raise typer.Exit(1)
