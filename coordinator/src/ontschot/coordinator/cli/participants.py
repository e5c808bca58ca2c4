# SPDX-License-Identifier: EUPL-1.2
"""``invite``, ``enrolments`` and ``adopt-roster``: who takes part."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from ontschot.coordinator.cli.screen import Home, open_office, read, say
from ontschot.coordinator.enrolment.authority import CertificateAuthority
from ontschot.coordinator.enrolment.database import DatabaseTokenStore
from ontschot.coordinator.enrolment.desk import EnrolmentDesk
from ontschot.coordinator.releases.leading import inform_helpers
from ontschot.coordinator.settings import Settings, load_settings
from ontschot.coordinator.store.database import open_engine
from ontschot.protocol.clock import system_clock
from ontschot.protocol.keys import read_keys
from ontschot.protocol.keys.private_files import write_private
from ontschot.protocol.language import tr
from ontschot.protocol.signed import SignedDocument


def invite(
    home: Home,
    name: Annotated[str, typer.Argument(help=tr("Naam van de deelnemer.", "Participant."))],
    token_file: Annotated[
        Path, typer.Option(help=tr("Schrijf de code hier (0600).", "Write the token here (0600)."))
    ],
) -> None:
    """Maak een code voor één keer, waarmee een deelnemer zich aanmeldt."""
    token = _desk(load_settings(home)).invite(name)
    write_private(token_file, token.encode("ascii"))
    say(tr(f"De code staat in {token_file}.", f"The token is in {token_file}."))


def enrolments(home: Home) -> None:
    """Toon wie zich aanmeldde, met sleutels, als JSON voor het rooster."""
    settings = load_settings(home)
    public = read_keys(settings.keys_path).public
    found = {
        settings.name: {
            "signing_key": public.signing.text,
            "sealing_key": public.sealing.text if public.sealing else "",
        }
    }
    for enrolment in _desk(settings).enrolments():
        found[enrolment.participant] = {
            "signing_key": enrolment.signing_key,
            "sealing_key": enrolment.sealing_key,
        }
    typer.echo(json.dumps(found, indent=2))


def adopt_roster(
    home: Home,
    file: Annotated[Path, typer.Argument(help=tr("Het getekende rooster.", "Signed roster."))],
) -> None:
    """Neem een getekend rooster aan, en stuur het naar iedereen die erin staat."""
    office = open_office(home)
    roster = office.adopt_roster(SignedDocument.from_bytes(read(file)))
    # At once: providers send uploads to a new helper as soon as the roster reaches them.
    office.act(inform_helpers)
    say(tr(f"Rooster {roster.serial} geldt nu.", f"Roster {roster.serial} is in force."))


def _desk(settings: Settings) -> EnrolmentDesk:
    return EnrolmentDesk(
        CertificateAuthority.read(settings.authority_path),
        DatabaseTokenStore(open_engine(settings.store_url)),
        settings.federation,
        system_clock,
        os.urandom,
    )
