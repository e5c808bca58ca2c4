# SPDX-License-Identifier: EUPL-1.2
"""What each party saw in a run of the demo, counted from what it holds."""

from collections.abc import Sequence

from sqlalchemy import Connection, Table, func, select

from ontschot.coordinator.releases.schema import batches, results, uploads
from ontschot.coordinator.store.database import open_engine
from ontschot.protocol.language import Text
from ontschot_demo.installing import Federation
from ontschot_demo.report import Party, grouped


def parties(federation: Federation, lines: Sequence[int], addresses: int) -> tuple[Party, ...]:
    """Return what each party saw.

    Args:
        federation: after its answers; the coordinator's database is read.
        lines: how many lines each provider's file has.
        addresses: how many addresses the public list has.
    """
    engine = open_engine(federation.coordinator.store_url)
    with engine.begin() as connection:
        sent, keys, answers = (_count(connection, table) for table in (uploads, batches, results))
    engine.dispose()
    return (
        _providers(lines),
        _helpers(sent, addresses),
        Party(
            Text("De dealer", "The dealer"),
            (
                Text(
                    f"Niets. Hij maakte {keys} keer sleutels.",
                    f"Nothing. It made keys {keys} times.",
                ),
            ),
            Text("Gegevens en uitkomsten.", "Records and answers."),
        ),
        _coordinator(sent, answers),
        Party(
            Text("De gemeente", "The municipality"),
            (Text(f"{answers} uitkomsten met ruis.", f"{answers} noised answers."),),
            Text("Gegevens van één huishouden.", "Anything about one household."),
        ),
    )


def _providers(lines: Sequence[int]) -> Party:
    least, most, total = (grouped(number) for number in (min(lines), max(lines), sum(lines)))
    return Party(
        Text("Elke aanbieder", "Each provider"),
        (
            Text(
                f"Alleen de regels in haar eigen bestand: {least.nl} tot {most.nl}."
                f" De {len(lines)} bestanden samen hebben {total.nl} regels.",
                f"Only the lines of its own file: {least.en} to {most.en}."
                f" The {len(lines)} files together have {total.en} lines.",
            ),
        ),
        Text("Gegevens van een andere aanbieder.", "Another provider's records."),
    )


def _helpers(sent: int, addresses: int) -> Party:
    public = grouped(addresses)
    return Party(
        Text("Elke helper", "Each helper"),
        (
            Text(
                f"{sent} halve inzendingen. Elke helft lijkt op toeval.",
                f"{sent} halves of uploads. Each half looks random.",
            ),
            Text(
                f"De openbare lijst met {public.nl} adressen.",
                f"The public list of {public.en} addresses.",
            ),
        ),
        Text(
            "Welk huishouden hulp heeft, een bedrag, of een aantal zonder ruis.",
            "Which household has care, an amount, or a count without noise.",
        ),
    )


def _coordinator(sent: int, answers: int) -> Party:
    return Party(
        Text("De coördinator", "The coordinator"),
        (
            Text(
                f"{2 * sent} gesloten helften. Hij kan ze niet openen.",
                f"{2 * sent} sealed halves. It cannot open them.",
            ),
            Text(
                f"Wie meedeed en wanneer, en {answers} uitkomsten met ruis.",
                f"Who took part and when, and {answers} noised answers.",
            ),
        ),
        Text("Wat er in een helft staat.", "What a half holds."),
    )


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())
