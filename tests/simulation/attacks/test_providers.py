# SPDX-License-Identifier: EUPL-1.2
"""What a provider may put in its upload, and how little it gets for it."""

from collections.abc import Callable
from math import isqrt
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from ontschot.coordinator.releases.schema import uploads
from ontschot.node.helper import schema
from ontschot.protocol.privacy.units import sigma_for
from ontschot.protocol.release.admission import DEVIATIONS
from ontschot.protocol.roster.model import Parameters
from simulation.conftest import LATE, NODES
from simulation.federation import COORDINATOR, HELPERS, Federation, Vector
from simulation.looking import manifests, published_bins, true_bins

LISTED = tuple(node for node in NODES if node != LATE)
EVIL = "provider-1"


def upload(federation: Federation) -> None:
    """The provider replaces its upload."""
    role = federation.roles[EVIL]
    federation.at(EVIL, role.renew_all)  # type: ignore[union-attr]
    federation.settle()


def release(federation: Federation) -> None:
    federation.clock.advance(hours=1)
    federation.tick()


@pytest.mark.parametrize("others", [0, 2])
@pytest.mark.parametrize("value", [5, 15, 2**20 + 5])
def test_a_tag_on_one_household_moves_a_figure_by_one_at_most(
    admitted: Federation, value: int, others: int
) -> None:
    """The gate turns any total into one count: a large value is no way to mark a household.

    The ring has sixteen elements; each value is another one than an honest provider's in it. The
    upload is admitted, since the check on one slot drowns in the noise of the check.
    """
    honest = true_bins(admitted, LISTED)
    flags = admitted.vectors[EVIL, "served"].copy()
    served_by = np.sum([admitted.vectors[node, "served"] for node in LISTED], axis=0)
    flags[int(np.flatnonzero((flags == 0) & (served_by == others))[0])] = value
    admitted.vectors[EVIL, "served"] = flags
    upload(admitted)
    release(admitted)
    (answer,) = admitted.answers().values()
    manifest = manifests(admitted)[-1]
    assert EVIL in manifest.nodes
    assert value % 2 ** manifest.parts[0].require_gate().ring_bits >= 2
    moved = np.array(published_bins(answer)) - honest
    # One household left the figure that it was in, if any, and entered another.
    assert sorted(moved[moved != 0]) == ([1] if others == 0 else [-1, 1])


def test_a_multiple_of_the_ring_is_nothing(admitted: Federation) -> None:
    """It vanishes, as if the household were not in the upload."""
    honest = true_bins(admitted, LISTED)
    flags = admitted.vectors[EVIL, "served"].copy()
    flags[int(np.flatnonzero(flags == 0)[0])] = 1 << 20
    admitted.vectors[EVIL, "served"] = flags
    upload(admitted)
    release(admitted)
    (answer,) = admitted.answers().values()
    assert EVIL in manifests(admitted)[-1].nodes
    assert published_bins(answer) == honest


def village(folder: Path, spoil: Callable[[Vector], None]) -> Federation:
    """Ask four providers about four thousand addresses, one of which spoils its vector.

    Noise would hide that every slot of a smaller place is wrong.
    """
    folder.mkdir()
    federation = Federation(folder, NODES[:4], {}, sizes={"BU99010101": 4_000})
    random = np.random.default_rng(5)
    for node in federation.nodes:
        flags = (random.random(federation.slots) < 0.3).astype(np.uint32)
        federation.vectors[node, "served"] = flags
    spoil(federation.vectors[EVIL, "served"])
    federation.open_round()
    federation.ask(federation.query("Q13"))
    federation.settle()
    return federation


def judged(federation: Federation) -> set[str]:
    """Return what coordinator and helpers make of the upload."""
    found = set()
    for party, table in ((COORDINATOR, uploads), *((one, schema.uploads) for one in HELPERS)):
        column = table.c.state if table is uploads else table.c.status
        query = select(column).where(table.c.node == EVIL)
        found.add(federation.read(party, lambda c, q=query: c.execute(q).scalar_one()))  # type: ignore[misc]
    return found


def test_shares_out_of_range_are_not_admitted_and_never_listed(tmp_path: Path) -> None:
    random = np.random.default_rng(5)

    def garbage(flags: Vector) -> None:
        flags[:] = random.integers(0, 1 << 32, flags.size, dtype=np.uint32)

    federation = village(tmp_path / "federation", garbage)
    assert judged(federation) == {"rejected"}
    release(federation)
    rest = tuple(node for node in federation.nodes if node != EVIL)
    assert manifests(federation)[-1].nodes == sorted(rest)
    (answer,) = federation.answers().values()
    assert published_bins(answer) == true_bins(federation, rest)
    federation.close()


@pytest.mark.parametrize(("more", "state"), [(0, "admitted"), (1, "rejected")])
def test_as_many_tags_pass_as_the_noise_of_the_check_hides(
    tmp_path: Path, more: int, state: str
) -> None:
    """Five deviations of both helpers' noise, and each moves a figure by one at most."""
    sigma = sigma_for(int(Parameters.model_fields["admission_rho"].default), 1)
    number = isqrt(int(DEVIATIONS**2 * 2 * sigma * sigma)) + more

    def tag(flags: Vector) -> None:
        flags[np.flatnonzero(flags == 0)[:number]] = 5

    federation = village(tmp_path / "federation", tag)
    assert judged(federation) == {state}
    release(federation)
    (answer,) = federation.answers().values()
    listed = tuple(manifests(federation)[-1].nodes)
    assert (EVIL in listed) == (state == "admitted")
    if state == "admitted":
        flags = federation.vectors[EVIL, "served"]
        federation.vectors[EVIL, "served"] = np.where(flags == 5, 0, flags).astype(np.uint32)
    moved = np.abs(np.array(published_bins(answer)) - true_bins(federation, listed))
    assert moved.max() == (number if state == "admitted" else 0)
    federation.close()
