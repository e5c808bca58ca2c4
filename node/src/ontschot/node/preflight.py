# SPDX-License-Identifier: EUPL-1.2
"""The preflight: is everything there that this installation needs, and what to do if not?"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from ontschot.node.database import fault_of, open_engine, require_current
from ontschot.node.ledger import service as ledger
from ontschot.node.ledger.verify import verify_chain
from ontschot.node.process import check_connection
from ontschot.node.provider.policy.model import load_policy
from ontschot.node.provider.records.identity import load_keys
from ontschot.node.provider.records.schema import require_current as require_records
from ontschot.node.settings import Settings
from ontschot.node.state.schema import MIGRATIONS as STATE_MIGRATIONS
from ontschot.protocol.certificates import Certificates, identity_of
from ontschot.protocol.certificates import require_current as require_valid_now
from ontschot.protocol.clock import Clock
from ontschot.protocol.errors import OntschotError
from ontschot.protocol.keys import read_keys
from ontschot.protocol.keys.private_files import read_private
from ontschot.protocol.language import Text


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was looked at, and the error if it failed."""

    name: Text
    error: OntschotError | None


def examine(settings: Settings, clock: Clock) -> Iterator[Finding]:
    """Run every check, one by one; a failing one does not stop the others."""
    checks: list[tuple[Text, Callable[[], None]]] = [
        (Text("Sleutels", "Keys"), lambda: _keys(settings)),
        (Text("Certificaat", "Certificate"), lambda: _certificate(settings, clock)),
        (Text("Database", "Database"), lambda: _state(settings)),
    ]
    if settings.role == "provider":
        checks += [
            (Text("Gegevens van cliënten", "Client records"), lambda: _records(settings)),
            (Text("Beleid", "Policy"), lambda: _policy(settings.policy_path)),
        ]
    checks.append(
        (
            Text("Verbinding en klok", "Connection and clock"),
            lambda: asyncio.run(check_connection(settings, clock)),
        )
    )
    for name, run in checks:
        try:
            run()
        except OntschotError as error:
            yield Finding(name, error)
        except DBAPIError as error:
            yield Finding(name, fault_of(error))
        else:
            yield Finding(name, None)


def _keys(settings: Settings) -> None:
    read_keys(settings.keys_path)


def _certificate(settings: Settings, clock: Clock) -> None:
    certificates = Certificates.read(settings.certificates_path)
    identity_of(certificates.certificate, settings.federation)
    require_valid_now(certificates.certificate, clock())


def _state(settings: Settings) -> None:
    engine = open_engine(settings.state_url)
    try:
        require_current(engine, STATE_MIGRATIONS)
        with engine.begin() as connection:
            verify_chain(connection)
            ledger.head(connection)
    finally:
        engine.dispose()


def _records(settings: Settings) -> None:
    load_keys(settings.record_keys_path)
    read_private(settings.rounding_key_path)
    engine = open_engine(settings.store_url)
    try:
        require_records(engine)
    finally:
        engine.dispose()


def _policy(path: Path) -> None:
    load_policy(path)
