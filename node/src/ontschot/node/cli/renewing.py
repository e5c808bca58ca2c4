# SPDX-License-Identifier: EUPL-1.2
"""``renew-uploads``, and what ``leave-out`` does with uploads that were sent before."""

from typing import Annotated

import typer

from ontschot.node.cli.screen import Home, say
from ontschot.node.mailroom.errors import NoRoster, NotListed
from ontschot.node.process import open_node
from ontschot.node.provider.answering.errors import VectorFailed
from ontschot.node.provider.answering.renewing import Renewed
from ontschot.node.roles import make_provider
from ontschot.node.settings import Settings, SettingsWrong, load_settings
from ontschot.protocol.language import tr
from ontschot.protocol.roster import RosterNotInForce


def renew_uploads(
    home: Home,
    everything: Annotated[
        bool,
        typer.Option(
            "--all",
            help=tr(
                "Alles, ook als er niets veranderde: een helper is zijn bestanden kwijt.",
                "Every upload, also unchanged ones: a helper lost its files.",
            ),
        ),
    ] = False,
) -> None:
    """Stuur inzendingen opnieuw waarin iemand staat die nu niet meer meetelt."""
    settings = load_settings(home)
    if settings.role != "provider":
        raise SettingsWrong("only a provider has uploads")
    if not everything:
        renew_now(settings)
        return
    provider = make_provider(settings)
    node = open_node(settings, provider.handlers())
    replaced = node.mailroom.act(provider.renew_all)
    say(
        tr(
            f"{replaced} inzendingen zijn ingetrokken en opnieuw gestuurd.",
            f"{replaced} uploads were withdrawn and sent anew.",
        )
    )


def renew_now(settings: Settings) -> None:
    """Replace the uploads that hold somebody who is left out now, and say what happened."""
    provider = make_provider(settings)
    node = open_node(settings, provider.handlers())
    try:
        renewed = node.mailroom.act(provider.renew_left_out)
    except NoRoster:
        return  # nothing can have been uploaded yet
    except (RosterNotInForce, NotListed, VectorFailed) as error:
        say(
            tr(
                f"Eerdere inzendingen zijn nog niet vervangen [{error.code}]. "
                "Laat de node draaien: die doet het zodra het kan.",
                f"Earlier uploads are not replaced yet [{error.code}]. Leave the node running: it "
                "does so as soon as it can.",
            )
        )
        return
    _show(renewed)


def _show(renewed: Renewed) -> None:
    if renewed.replaced:
        say(
            tr(
                f"{renewed.replaced} eerdere inzendingen zijn ingetrokken en opnieuw gestuurd, "
                "tegen de gewone prijs. Antwoorden van eerder blijven staan.",
                f"{renewed.replaced} earlier uploads were withdrawn and sent anew, at the normal "
                "price. Answers of before stay.",
            )
        )
    if renewed.withdrawn:
        say(
            tr(
                f"{renewed.withdrawn} eerdere inzendingen zijn ingetrokken. Nieuwe konden niet: "
                "er is geen budget, of de rollen kloppen niet. U telt daarin niet meer mee.",
                f"{renewed.withdrawn} earlier uploads were withdrawn. New ones could not be "
                "sent: no budget, or roles that exclude each other. You count in those no more.",
            )
        )
    if not renewed.replaced and not renewed.withdrawn:
        say(
            tr(
                "In eerdere inzendingen verandert niets.",
                "Nothing changes in earlier uploads.",
            )
        )
