# SPDX-License-Identifier: EUPL-1.2
"""``restored``: go on after a back-up was put back."""

from ontschot.coordinator import restoring
from ontschot.coordinator.cli.screen import Home, open_office, say
from ontschot.coordinator.mail.errors import CoordinatorUnlisted, NoRosterYet
from ontschot.coordinator.settings import load_settings
from ontschot.protocol.clock import system_clock
from ontschot.protocol.language import tr
from ontschot.protocol.roster import RosterNotInForce


def restored(home: Home) -> None:
    """Ga verder nadat een oude kopie is teruggezet. Doe dit voordat u de coördinator start."""
    settings = load_settings(home)
    office = open_office(home)
    number = restoring.skip_numbers(office.engine, settings.name, system_clock)
    say(tr(f"Brieven gaan verder na nummer {number}.", f"Letters go on after number {number}."))
    try:
        asked = office.act(restoring.take_up)
    except (NoRosterYet, RosterNotInForce, CoordinatorUnlisted) as error:
        say(
            tr(
                f"Lees eerst het nieuwste rooster in en doe dit dan opnieuw [{error.code}].",
                f"Adopt the newest roster first, then do this again [{error.code}].",
            )
        )
        return
    say(
        tr(
            f"Voorraad sleutels vervalt. Helpers is gevraagd naar {asked} lopende metingen.",
            f"The stock of gate keys is void. Helpers were asked about {asked} open releases.",
        )
    )
    say(
        tr(
            "Lees daarna nieuwere roosters in, dien open vragen opnieuw in, en vraag aanbieders om "
            "'ontschot-node renew-uploads --all'.",
            "Then adopt newer rosters, ask open questions again, and ask providers to run "
            "'ontschot-node renew-uploads --all'.",
        )
    )
