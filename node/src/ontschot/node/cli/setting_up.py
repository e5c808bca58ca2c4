# SPDX-License-Identifier: EUPL-1.2
"""``init``: make an installation."""

from typing import Annotated

import typer
from pydantic import ValidationError

from ontschot.node.cli.screen import CaFingerprint, Enrolment, Home, TokenFile, say
from ontschot.node.installation import Invitation, install
from ontschot.node.settings import Settings, SettingsWrong
from ontschot.protocol.clock import system_clock
from ontschot.protocol.keys import parse_fingerprint
from ontschot.protocol.keys.private_files import read_private
from ontschot.protocol.language import tr
from ontschot.protocol.roster import PinnedAnchors


def init(
    home: Home,
    role: Annotated[str, typer.Option(help="provider, helper, dealer")],
    name: Annotated[str, typer.Option(help=tr("Naam in het rooster.", "Name in the roster."))],
    federation: Annotated[str, typer.Option(help=tr("Naam van de federatie.", "Federation."))],
    coordinator: Annotated[
        str, typer.Option(help=tr("host:poort van de coördinator.", "host:port of the coordinator"))
    ],
    enrolment: Enrolment,
    ca_fingerprint: CaFingerprint,
    token_file: TokenFile,
    anchor: Annotated[
        list[str],
        typer.Option(
            help=tr(
                "Vingerafdruk van een anker; geef er minstens twee.",
                "Fingerprint of an anchor; give at least two.",
            )
        ),
    ],
    quorum: Annotated[
        int, typer.Option(help=tr("Hoeveel ankers tekenen.", "How many anchors sign."))
    ] = 2,
    profile: Annotated[str, typer.Option(help="production, rehearsal, demo")] = "production",
    agb: Annotated[
        str | None, typer.Option(help=tr("Eigen AGB-code.", "Your own AGB code."))
    ] = None,
    gemeente: Annotated[
        list[str] | None,
        typer.Option(help=tr("Code van een gemeente (4 cijfers).", "Gemeente code (4 digits).")),
    ] = None,
    records_url: Annotated[
        str, typer.Option(help=tr("URL van de database.", "URL of the record store."))
    ] = "",
) -> None:
    """Maak een installatie: sleutels, certificaat, databases en instellingen."""
    settings = _settings(
        home=home,
        role=role,
        name=name,
        federation=federation,
        coordinator=coordinator,
        profile=profile,
        agb=agb,
        gemeenten=gemeente or [],
        records_url=records_url,
    )
    anchors = PinnedAnchors(frozenset(map(parse_fingerprint, anchor)), quorum, federation)
    token = read_private(token_file).decode("ascii").strip()
    invitation = Invitation(enrolment, ca_fingerprint, token, anchors)
    public = install(settings, invitation, system_clock)
    say(tr("De installatie is klaar.", "The installation is ready."))
    say(
        tr(
            "Lees deze vingerafdruk voor aan de ankers. Zij zetten u in het rooster.",
            "Read this fingerprint to the anchors. They put you in the roster.",
        )
    )
    # Over both keys: a coordinator must not be able to slip in a sealing key of its own.
    say(public.fingerprint)


def _settings(**values: object) -> Settings:
    if values["role"] == "provider" and not (values["agb"] and values["gemeenten"]):
        raise SettingsWrong("a provider needs --agb and --gemeente")
    try:
        return Settings(**values)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise SettingsWrong(f"{first['loc'][0]}: {first['msg']}") from error
