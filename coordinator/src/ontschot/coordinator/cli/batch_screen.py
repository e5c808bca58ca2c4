# SPDX-License-Identifier: EUPL-1.2
"""A planned round for people, and as JSON: prices, uncertainty, and what is left of the year."""

from typing import Any

from rich.table import Table

from ontschot.coordinator.cli.screen import console, say
from ontschot.coordinator.queries.batches import Planned
from ontschot.coordinator.queries.planning import Expected
from ontschot.coordinator.releases.accounts import Account
from ontschot.coordinator.releases.budgeting import Batch
from ontschot.protocol.language import Text, terminal_language, tr
from ontschot.protocol.privacy.conversion import epsilon_text
from ontschot.protocol.privacy.units import rho_text

_ACCOUNTS = {
    "household": Text("huishoudens", "households"),
    "person": Text("personen", "persons"),
}
_REMAINS = (
    (0.01, Text("Dat is bijna niets.", "That is next to nothing.")),
    (0.25, Text("Dat is minder dan een kwart.", "That is less than a quarter.")),
    (0.5, Text("Dat is minder dan de helft.", "That is less than half.")),
    (1.0, Text("Dat is de helft of meer.", "That is half or more.")),
)


def show_batch(batch: Batch) -> None:
    """Print every question with its tables, and what each account has left after the round."""
    language = terminal_language()
    for planned in batch.questions:
        price = planned.price["household"]
        console.print(_table(planned, f"rho {_short(price)}, epsilon {epsilon_text(price)}"))
    say(
        tr(
            f"De controles van inzendingen kosten rho {_short(batch.checks)}.",
            f"The checks of uploads cost rho {_short(batch.checks)}.",
        )
    )
    for account in batch.accounts:
        say(remaining(account, batch.takes(account.unit)).in_language(language))


def remaining(account: Account, takes: int) -> Text:
    """Return what an account has left after a round that takes so much of it."""
    left = max(0, account.left - takes)
    name = _ACCOUNTS[account.unit]
    part = next(words for most, words in _REMAINS if left <= most * account.cap)
    return Text(
        f"Budget {account.year} ({name.nl}): rho {_short(account.left)}. "
        f"Na deze meetronde is er rho {_short(left)} over. {part.nl}",
        f"Budget {account.year} ({name.en}): rho {_short(account.left)}. "
        f"After this round rho {_short(left)} is left. {part.en}",
    )


def to_json(batch: Batch) -> dict[str, Any]:
    """Return the plan as a document; prices are decimal texts, parts are 0 to 1."""
    return {
        "round": batch.round.id,
        "checks": rho_text(batch.checks),
        "refused": batch.is_refused,
        "accounts": [
            {
                "unit": account.unit,
                "year": account.year,
                "cap": rho_text(account.cap),
                "left": rho_text(account.left),
                "leftAfter": rho_text(max(0, account.left - batch.takes(account.unit))),
            }
            for account in batch.accounts
        ],
        "questions": [_question(planned) for planned in batch.questions],
    }


def _question(planned: Planned) -> dict[str, Any]:
    price, refusal = planned.price["household"], planned.refusal
    return {
        "question": planned.query.question,
        "rho": rho_text(price),
        "epsilon": epsilon_text(price),
        "refusal": None
        if refusal is None
        else _refusal(refusal.code, refusal.title, refusal.remedy),
        "tables": [
            {
                "table": table.block,
                "level": table.level,
                "areas": table.areas,
                "halfWidth": table.half_width._asdict(),
                "relative": None if table.relative is None else round(table.relative, 4),
                "usable": None if table.usable is None else round(table.usable, 4),
            }
            for table in planned.expected
        ],
    }


def _refusal(code: str, title: Text, remedy: Text) -> dict[str, Any]:
    return {"code": code, "title": title._asdict(), "remedy": remedy._asdict()}


def _table(planned: Planned, price: str) -> Table:
    language = terminal_language()
    name = planned.query.question
    sign = "" if planned.refusal is None else f" ({tr('geweigerd', 'refused')})"
    table = Table(title=f"{name}: {price}{sign}", title_justify="left")
    for title in (
        tr("Tabel", "Table"),
        tr("Niveau", "Level"),
        tr("Gebieden", "Areas"),
        tr("Plus of min (95 %)", "Plus or minus (95 %)"),
        tr("Deel van het cijfer", "Part of the figure"),
        tr("Bruikbaar", "Usable"),
    ):
        table.add_column(title)
    for item in planned.expected:
        table.add_row(
            item.block,
            item.level,
            str(item.areas),
            item.half_width.in_language(language),
            *(_percent(value) for value in _parts(item)),
        )
    return table


def _short(rho: int) -> str:
    # To a millionth, for people; the document has every digit.
    return rho_text(round(rho, -6))


def _parts(item: Expected) -> tuple[float | None, float | None]:
    return item.relative, item.usable


def _percent(part: float | None) -> str:
    return tr("onbekend", "unknown") if part is None else f"{100 * part:.0f} %"
