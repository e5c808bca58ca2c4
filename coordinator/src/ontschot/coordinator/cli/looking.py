# SPDX-License-Identifier: EUPL-1.2
"""``status`` and ``check``: how does this coordinator stand?"""

from collections.abc import Callable

import sqlalchemy
import typer
from rich.table import Table
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError

from ontschot.coordinator.cli.screen import Home, console, open_office, say
from ontschot.coordinator.enrolment.authority import CertificateAuthority
from ontschot.coordinator.mail.presence import PresenceBoard
from ontschot.coordinator.mail.rosters import held_roster
from ontschot.coordinator.queries.schema import queries
from ontschot.coordinator.queries.service import Asked, all_asked
from ontschot.coordinator.releases.errors import PersonKeyWaits
from ontschot.coordinator.releases.person_keys import waits_for
from ontschot.coordinator.releases.schema import batches, results, uploads
from ontschot.coordinator.releases.stock import standing
from ontschot.coordinator.rounds.service import require as require_round
from ontschot.coordinator.settings import Settings, load_settings
from ontschot.coordinator.store.database import fault_of, open_engine, reading, require_current
from ontschot.protocol.certificates import Certificates
from ontschot.protocol.certificates import require_current as require_valid_now
from ontschot.protocol.clock import system_clock
from ontschot.protocol.errors import OntschotError
from ontschot.protocol.keys import read_keys
from ontschot.protocol.language import terminal_language, tr
from ontschot.protocol.roster import require_valid


def status(home: Home) -> None:
    """Toon deelnemers, vragen, inzendingen en uitkomsten."""
    settings = load_settings(home)
    office = open_office(home)
    roster = office.roster()
    say(f"{settings.name}, {settings.federation}")
    if roster is None:
        say(tr("Er is nog geen rooster.", "There is no roster yet."))
        return
    say(tr(f"Rooster {roster.serial}, tot {roster.not_after}", f"Roster {roster.serial}"))
    engine = open_engine(settings.store_url)
    table = Table(title=tr("Deelnemers", "Participants"))
    for title in (tr("Naam", "Name"), tr("Rol", "Role"), tr("Verbonden", "Connected")):
        table.add_column(title)
    present = {item.participant: item for item in PresenceBoard(engine, system_clock).all()}
    with engine.begin() as connection:
        counts = {
            tr("Vragen", "Questions"): _count(connection, queries),
            tr("Inzendingen", "Uploads"): _count(connection, uploads),
            tr("Sleutels", "Gate keys"): _count(connection, batches),
        }
        stopped = standing(connection, roster, system_clock())
        published = connection.execute(select(func.count()).select_from(results)).scalar_one()
        rounds_asked: dict[str, list[Asked]] = {}
        keyless: dict[str, list[str]] = {}
        for one in all_asked(connection):
            name = require_round(connection, one.query.round).id
            rounds_asked.setdefault(name, []).append(one)
            keyless[name] = waits_for(connection, one.query.round)
    for participant in roster.participants:
        found = present.get(participant.id)
        seen = "-" if found is None else ("✓" if found.online else found.last_seen)
        table.add_row(participant.id, participant.role, str(seen))
    console.print(table)
    for name, states in counts.items():
        say(f"{name}: " + (", ".join(f"{n} {state}" for state, n in states.items()) or "0"))
    for _set_id, reason in stopped:
        say(f"! {reason.explain(terminal_language())}".replace("\n", "\n  "))
    say(f"{tr('Uitkomsten', 'Answers')}: {published}")
    for name, batch in rounds_asked.items():
        _show_batch(name, batch)
        if keyless[name]:
            say(PersonKeyWaits(", ".join(keyless[name])).explain(terminal_language()))


def _show_batch(name: str, batch: list[Asked]) -> None:
    answered = sum(one.state == "published" for one in batch)
    say(
        tr(
            f"Meetronde {name}: {answered} van de {len(batch)} vragen beantwoord",
            f"Round {name}: {answered} of {len(batch)} questions answered",
        )
    )
    for one in batch:
        reason = f" ({one.reason})" if one.reason else ""
        say(f"  {one.digest[:12]}  {one.query.question}  {one.state}{reason}")


def check(home: Home) -> None:
    """Controleer sleutels, certificaten, database en rooster."""
    settings = load_settings(home)
    language = terminal_language()
    failed = False
    for name, run in _checks(settings):
        try:
            run()
        except OntschotError as error:
            found: OntschotError | None = error
        except DBAPIError as error:
            found = fault_of(error)
        else:
            found = None
        failed = failed or found is not None
        say(f"✓ {name}" if found is None else _problem(name, found.explain(language)))
    if failed:
        raise typer.Exit(1)


def _problem(name: str, explained: str) -> str:
    return f"✗ {name}\n{explained}".replace("\n", "\n  ")


def _checks(settings: Settings) -> list[tuple[str, Callable[[], object]]]:
    return [
        (tr("Sleutels", "Keys"), lambda: read_keys(settings.keys_path)),
        (tr("Uitgever", "Authority"), lambda: CertificateAuthority.read(settings.authority_path)),
        (tr("Certificaat", "Certificate"), lambda: _certificate(settings)),
        (tr("Database", "Database"), lambda: require_current(open_engine(settings.store_url))),
        (tr("Rooster", "Roster"), lambda: _roster(settings)),
    ]


def _certificate(settings: Settings) -> None:
    require_valid_now(Certificates.read(settings.certificates_path).certificate, system_clock())


def _roster(settings: Settings) -> None:
    engine = open_engine(settings.store_url)
    require_current(engine)
    with reading(engine) as connection:
        roster = held_roster(connection)
    if roster is not None:
        require_valid(roster, system_clock())


def _count(connection: Connection, table: sqlalchemy.Table) -> dict[str, int]:
    query = select(table.c.state, func.count()).group_by(table.c.state)
    return {row[0]: row[1] for row in connection.execute(query)}
