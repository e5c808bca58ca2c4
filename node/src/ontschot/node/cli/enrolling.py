# SPDX-License-Identifier: EUPL-1.2
"""``enrol`` and ``switch-keys``: an installation that exists gets a certificate or other keys."""

from typing import Annotated

import typer

from ontschot.node.cli.screen import CaFingerprint, Enrolment, Home, TokenFile, say
from ontschot.node.process import open_node
from ontschot.node.reenrolling import Ticket, enrol_again
from ontschot.node.reenrolling import switch_keys as switch
from ontschot.node.settings import load_settings
from ontschot.protocol.clock import system_clock
from ontschot.protocol.keys.private_files import read_private
from ontschot.protocol.language import tr


def enrol(
    home: Home,
    enrolment: Enrolment,
    ca_fingerprint: CaFingerprint,
    token_file: TokenFile,
    new_keys: Annotated[
        bool,
        typer.Option(
            "--new-keys",
            help=tr(
                "Maak ook nieuwe sleutels; zij gelden na een nieuw rooster.",
                "Make new keys too; they count after a new roster.",
            ),
        ),
    ] = False,
) -> None:
    """Meld een bestaande installatie opnieuw aan: verlopen certificaat, of andere sleutels."""
    settings = load_settings(home)
    token = read_private(token_file).decode("ascii").strip()
    ticket = Ticket(enrolment, ca_fingerprint, token)
    public = enrol_again(settings, ticket, system_clock, new_keys=new_keys)
    say(tr("Er is een nieuw certificaat.", "There is a new certificate."))
    if new_keys:
        say(
            tr(
                "De nieuwe sleutels liggen klaar. Lees deze vingerafdruk voor aan de ankers:",
                "The new keys are ready. Read this fingerprint to the anchors:",
            )
        )
        say(public.fingerprint)
        say(
            tr(
                "Is het nieuwe rooster er? Stop de node, doe 'ontschot-node switch-keys' en start "
                "hem weer.",
                "Is the new roster here? Stop the node, run 'ontschot-node switch-keys' and start "
                "it again.",
            )
        )


def switch_keys(home: Home) -> None:
    """Neem de nieuwe sleutels in gebruik; het rooster moet ze al noemen. Stop de node eerst."""
    settings = load_settings(home)
    node = open_node(settings, {})
    public = switch(settings, node.mailroom.roster())
    say(tr("De nieuwe sleutels zijn in gebruik:", "The new keys are in use:"))
    say(public.fingerprint)
    say(tr("Start de node nu weer.", "Now start the node again."))
