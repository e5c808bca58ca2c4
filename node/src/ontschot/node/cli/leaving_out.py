# SPDX-License-Identifier: EUPL-1.2
"""``leave-out``: clients who object to statistics, or who are shielded."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer

from ontschot.node.cli.renewing import renew_now
from ontschot.node.cli.screen import Home, say
from ontschot.node.database import open_engine
from ontschot.node.provider.records.bsn import Bsn
from ontschot.node.provider.records.dissent import set_objection, set_shielding
from ontschot.node.provider.records.identity import load_keys
from ontschot.node.provider.records.schema import require_current
from ontschot.node.settings import load_settings
from ontschot.protocol.clock import system_clock
from ontschot.protocol.errors import Refusal
from ontschot.protocol.language import Text, tr

HEADER = "bsn;soort"
KINDS = {"bezwaar": set_objection, "afgeschermd": set_shielding}


class LeaveOutFileWrong(Refusal):
    """A line of the file is not ``bsn;bezwaar`` or ``bsn;afgeschermd``."""

    code = "leave-out-file-wrong"
    title = Text("Een regel in het bestand klopt niet", "A line of the file is wrong")
    remedy = Text(
        "Schrijf op elke regel: bsn;bezwaar of bsn;afgeschermd. De eerste regel is bsn;soort.",
        "Write on each line: bsn;bezwaar or bsn;afgeschermd. The first line is bsn;soort.",
    )


def leave_out(
    home: Home,
    file: Annotated[Path, typer.Argument(help=tr("Bestand: bsn;soort.", "File: bsn;soort."))],
) -> None:
    """Laat cliënten buiten alle metingen: zij maakten bezwaar of zijn afgeschermd."""
    settings = load_settings(home)
    engine = open_engine(settings.store_url)
    require_current(engine)
    identity = load_keys(settings.record_keys_path)
    lines = _read(file)
    today: date = system_clock().date()
    for bsn, kind in lines:
        KINDS[kind](engine, identity, bsn, today)
    say(tr(f"{len(lines)} cliënten tellen niet mee.", f"{len(lines)} clients are left out."))
    renew_now(settings)


def _read(file: Path) -> list[tuple[Bsn, Literal["bezwaar", "afgeschermd"]]]:
    # The whole file is read before anything is written: half a list would be no list.
    text = file.read_text("utf-8").splitlines()
    if not text or text[0].strip() != HEADER:
        raise LeaveOutFileWrong(f"line 1: {HEADER}")
    found: list[tuple[Bsn, Literal["bezwaar", "afgeschermd"]]] = []
    for number, line in enumerate(text[1:], start=2):
        bsn, _, kind = line.partition(";")
        if kind == "bezwaar":
            found.append((Bsn(bsn), "bezwaar"))
        elif kind == "afgeschermd":
            found.append((Bsn(bsn), "afgeschermd"))
        else:
            raise LeaveOutFileWrong(f"line {number}")
    return found
