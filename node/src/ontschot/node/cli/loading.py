# SPDX-License-Identifier: EUPL-1.2
"""``load``: take in a file of records."""

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import (
    BarColumn,
    Progress,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)

from ontschot.node.cli.screen import Home, console
from ontschot.node.database import open_engine
from ontschot.node.provider.intake.service import Step, load_file
from ontschot.node.provider.intake.settings import IntakeSettings
from ontschot.node.provider.records.identity import load_keys
from ontschot.node.provider.records.schema import require_current
from ontschot.node.settings import Settings, SettingsWrong, load_settings
from ontschot.protocol.clock import system_clock
from ontschot.protocol.language import Text, terminal_language, tr

_STEPS: dict[Step, Text] = {
    "reading": Text("Lezen", "Reading"),
    "judging": Text("Controleren", "Checking"),
    "storing": Text("Bewaren", "Storing"),
}


def load(
    home: Home,
    file: Annotated[Path, typer.Argument(help=tr("Het bestand.", "The file."))],
    confirm: Annotated[
        bool,
        typer.Option(
            "--confirm",
            help=tr(
                "Ik heb het verslag gelezen: laad ook een ongewoon bestand.",
                "I have read the report: load an unusual file too.",
            ),
        ),
    ] = False,
    report: Annotated[
        Path | None,
        typer.Option(help=tr("Schrijf het verslag ook hier (JSON).", "Also write the report.")),
    ] = None,
) -> None:
    """Laad een bestand met prestaties. Het verslag zegt wat goed ging en wat niet."""
    settings = load_settings(home)
    engine = open_engine(settings.store_url)
    require_current(engine)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    ) as progress:
        tasks: dict[str, TaskID] = {}

        def show(step: Step, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = progress.add_task(_STEPS[step].in_language(terminal_language()))
            progress.update(tasks[step], completed=done, total=total)

        outcome = load_file(
            engine,
            load_keys(settings.record_keys_path),
            intake_settings(settings),
            file,
            clock=system_clock,
            confirm=confirm,
            progress=show,
        )
    console.print(outcome.text(terminal_language()), markup=False)
    if report is not None:
        report.write_text(outcome.json(), "utf-8")
    if outcome.status == "stopped":
        raise typer.Exit(1)


def intake_settings(settings: Settings) -> IntakeSettings:
    """Return the settings of a load.

    Raises:
        SettingsWrong: this is not a provider's installation.
    """
    if settings.role != "provider" or settings.agb is None:
        raise SettingsWrong("only a provider loads records")
    return IntakeSettings(
        agb=settings.agb, gemeenten=frozenset(settings.gemeenten), profile=settings.profile
    )
