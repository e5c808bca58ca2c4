# SPDX-License-Identifier: EUPL-1.2
"""``init`` and ``run``."""

import asyncio
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from ontschot.coordinator.cli.screen import Home, say
from ontschot.coordinator.installation import install
from ontschot.coordinator.process import run_coordinator
from ontschot.coordinator.settings import Settings, SettingsWrong, load_settings
from ontschot.protocol.clock import system_clock
from ontschot.protocol.keys import parse_fingerprint
from ontschot.protocol.language import tr
from ontschot.protocol.roster import PinnedAnchors

Federation = Annotated[str, typer.Option(help=tr("Naam van de federatie.", "Federation."))]
Host = Annotated[
    str,
    typer.Option(
        help=tr("Naam of adres waarop deelnemers verbinden.", "Name or address to reach.")
    ),
]
Anchors = Annotated[
    list[str],
    typer.Option(
        help=tr(
            "Vingerafdruk van een anker; geef er minstens twee.",
            "Fingerprint of an anchor; give at least two.",
        )
    ),
]
Quorum = Annotated[int, typer.Option(help=tr("Hoeveel ankers tekenen.", "How many anchors sign."))]
Name = Annotated[str, typer.Option(help=tr("Naam in het rooster.", "Name."))]
Listen = Annotated[str, typer.Option(help=tr("Luisteradres.", "Address."))]
LinkPort = Annotated[int, typer.Option(help="gRPC, mTLS")]
EnrolmentPort = Annotated[int, typer.Option(help="gRPC, TLS")]
RestPort = Annotated[int, typer.Option(help="REST")]
DatabaseUrl = Annotated[str, typer.Option(help="SQLite, postgresql://")]
SpareBatches = Annotated[int, typer.Option(help=tr("Voorraad sleutels.", "Gate keys in stock."))]
TickSeconds = Annotated[
    int, typer.Option(help=tr("Hoe vaak termijnen nagaan.", "How often to check deadlines."))
]


def init(
    home: Home,
    federation: Federation,
    host: Host,
    anchor: Anchors,
    quorum: Quorum = 2,
    name: Name = "coordinator",
    listen: Listen = "127.0.0.1",
    link_port: LinkPort = 7443,
    enrolment_port: EnrolmentPort = 7444,
    rest_port: RestPort = 7480,
    database_url: DatabaseUrl = "",
    spare_batches: SpareBatches = 20,
    tick_seconds: TickSeconds = 5,
) -> None:
    """Maak een installatie: sleutels, uitgever van certificaten, database en instellingen."""
    settings = _settings(
        home=home,
        federation=federation,
        host=host,
        name=name,
        listen=listen,
        link_port=link_port,
        enrolment_port=enrolment_port,
        rest_port=rest_port,
        database_url=database_url,
        spare_batches=spare_batches,
        tick_seconds=tick_seconds,
    )
    pinned = PinnedAnchors(frozenset(map(parse_fingerprint, anchor)), quorum, federation)
    installed = install(settings, pinned, system_clock)
    say(tr("De installatie is klaar.", "The installation is ready."))
    say(tr("Vingerafdruk van de uitgever:", "Fingerprint of the authority:"))
    say(installed.ca_fingerprint)
    say(tr("Vingerafdruk voor het rooster:", "Fingerprint for the roster:"))
    # Over both keys: nobody must be able to slip in another sealing key.
    say(installed.public.fingerprint)


def _settings(**words: Any) -> Settings:
    try:
        return Settings(**words)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise SettingsWrong(f"{first['loc'][0]}: {first['msg']}") from error


def run(home: Home) -> None:
    """Werk, tot u stopt met Ctrl-C."""
    asyncio.run(run_coordinator(load_settings(home)))
