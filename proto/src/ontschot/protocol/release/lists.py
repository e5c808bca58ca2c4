# SPDX-License-Identifier: EUPL-1.2
"""The rules on lists of providers, which stop differencing (protocol section 4).

Two releases of one question whose lists differ by one provider would, by subtraction, answer the
question about that provider's clients. So a list has at least ``min_nodes`` distinct
organisations, and one question in one round has at most two lists, of which the second contains
the first and the nodes of at least three more organisations. (Organisations and not nodes: three
nodes of one organisation more would be the difference of one provider again.) Checked by nodes and
by helpers alike.
"""

from collections.abc import Collection, Mapping, Sequence

from ontschot.protocol.errors import Refusal

SECOND_LIST_ADDS = 3
MOST_LISTS = 2


def require_list(
    organisations: Mapping[str, str],
    earlier: Sequence[Collection[str]],
    min_nodes: int,
    refusal: type[Refusal],
) -> None:
    """Check one list against the rules.

    Args:
        organisations: the listed nodes, and the organisation of each.
        earlier: the lists of nodes of earlier releases of this question in this round.
        min_nodes: the roster's least number of organisations.
        refusal: the error to raise, with the rule that is broken.
    """
    broken = broken_rule(organisations, earlier, min_nodes)
    if broken is not None:
        raise refusal(broken)


def broken_rule(
    organisations: Mapping[str, str], earlier: Sequence[Collection[str]], min_nodes: int
) -> str | None:
    """Return the rule that a list breaks, or None; arguments as for ``require_list``."""
    nodes = frozenset(organisations)
    if len(set(organisations.values())) < min_nodes:
        return f"fewer than {min_nodes} organisations"
    distinct = {frozenset(known) for known in earlier}
    if not distinct or nodes in distinct:
        return None
    if len(distinct) >= MOST_LISTS:
        return f"already {MOST_LISTS} lists"
    first = next(iter(distinct))
    known = {organisations[node] for node in first & nodes}
    if first < nodes and len(set(organisations.values()) - known) >= SECOND_LIST_ADDS:
        return None
    return f"a second list must hold the first and {SECOND_LIST_ADDS} more organisations"
