# SPDX-License-Identifier: EUPL-1.2
"""What a person is told of this node's own noise before saying yes: its price, and what is lost."""

from collections.abc import Iterator

from ontschot.node.provider.policy.model import Policy
from ontschot.protocol.catalogue.definitions import definition
from ontschot.protocol.documents.queries import Block, Query
from ontschot.protocol.language import tr
from ontschot.protocol.privacy.accuracy import of_count, of_nodes
from ontschot.protocol.privacy.conversion import epsilon_text
from ontschot.protocol.privacy.units import parse_sigma
from ontschot.protocol.release.node_noise import noise_for


def noise_lines(policy: Policy, query: Query, nodes: int) -> Iterator[str]:
    """Yield a text for each table of ``query`` to whose upload this node adds noise itself.

    ``nodes`` is the number of providers in the roster.
    """
    known = definition(query.question)
    for block in query.blocks:
        price = policy.noise_price(block.variable) if block.statistic == "sum" else None
        if price is not None:
            yield from _lines(block, price, known.variable(block.variable).node_cap, nodes)


def _lines(block: Block, price: int, cap: int, nodes: int) -> Iterator[str]:
    noise = noise_for(price, cap)
    epsilon = epsilon_text(int(noise.rho))
    yield tr(
        f"{block.id}: uw node voegt zelf ruis toe. Dat kost epsilon {epsilon} bij elke inzending. "
        "Deze vraag kost u daarna niets meer. Een huishouden bij twee aanbieders betaalt twee "
        "keer.",
        f"{block.id}: your node adds noise itself. That costs epsilon {epsilon} at each upload. "
        "This question then costs you nothing more. A household at two providers pays twice.",
    )
    asked, own = parse_sigma(block.sigma), parse_sigma(noise.sigma)
    helpers = _whole(of_count(asked).half_width)
    if own < asked:
        yield tr(
            "Uw ruis is kleiner dan de vraag nodig heeft. De helpers voegen daarom ook ruis toe: "
            f"± {helpers} of meer (95 %).",
            "Your noise is less than the question needs. So the helpers add noise as well: "
            f"± {helpers} or more (95 %).",
        )
        return
    yield tr(
        f"Doen alle {nodes} aanbieders dit, dan voegen de helpers niets toe en is de marge "
        f"± {_whole(of_nodes(own, nodes).half_width)} of meer in plaats van ± {helpers} (95 %).",
        f"If all {nodes} providers do this, the helpers add none and the margin is "
        f"± {_whole(of_nodes(own, nodes).half_width)} or more instead of ± {helpers} (95 %).",
    )


def _whole(half_width: float) -> int:
    return max(1, round(half_width))
