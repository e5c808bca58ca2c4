# SPDX-License-Identifier: EUPL-1.2
"""Audits by neighbouring worlds: the product keeps its claim, broken ones are found out."""

import numpy as np
import pytest

from audits.auditing import audit, findings, moves, sample, spreads
from audits.broken import Fault, faults
from audits.command import RELEASES
from audits.kind_laws import fits
from audits.kinds import KINDS, PRICE, Kind, worlds_of
from audits.laws import ONE_IN
from ontschot.protocol.privacy.units import RHO_UNITS

pytestmark = pytest.mark.statistical

KEPT = 400
"""Of how many releases of each world the law of the noise is tested too."""

FEW = 100
"""Enough for gross faults, as the audits of broken mechanisms below show."""

SAMPLE = [
    next(kind for kind in KINDS if kind.name == name)
    for name in (
        "table gate: bins",
        "comparison gate: capped sums",
        "sum over cells, at three providers",
        "two gates in a chain: laws",
        "comparison gate: nine bins",
        "comparison gate: bins and a capped sum",
        "table gate over buckets: a client comes in, a helper shifts its bucket",
        "sum over cells with noise of the nodes",
    )
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_two_worlds_are_the_worst_there_are(kind: Kind) -> None:
    """The household moves the figures by all that is charged for it, and by no more."""
    worlds = worlds_of(kind)
    (*_, (_, moved)), (*_, noise) = moves(worlds), spreads(worlds)
    rho = float(np.sum((moved / noise) ** 2)) / 2
    assert rho <= worlds.charged / RHO_UNITS
    # Where a bin and a capped sum cannot both move their most, a twentieth is charged too much.
    assert rho == pytest.approx(worlds.charged / RHO_UNITS, rel=1e-9 if kind.is_tight else 0.05)
    assert worlds.charged == pytest.approx(PRICE, rel=1e-6)


@pytest.mark.parametrize("kind", SAMPLE, ids=lambda kind: kind.name)
def test_few_releases_do_not_refute_the_claim_nor_the_law(kind: Kind) -> None:
    seen = sample(kind, FEW, kept=FEW)
    for finding in findings(kind, seen):
        assert not finding.exceeded, finding
    for fit in fits(kind, seen.noise):
        assert fit.p > ONE_IN, fit


@pytest.mark.parametrize("fault", faults(), ids=lambda fault: fault.mechanism.name)
def test_a_broken_mechanism_is_found_out(fault: Fault) -> None:
    found = {
        finding.view: finding for finding in audit(fault.kind, fault.releases, fault.mechanism)
    }
    assert found[fault.view].exceeded, found[fault.view]


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_many_releases_do_not_refute_the_claim_nor_the_law(kind: Kind) -> None:
    seen = sample(kind, RELEASES, kept=KEPT)
    assert all(fit.p > ONE_IN for fit in fits(kind, seen.noise))
    for finding in findings(kind, seen):
        assert not finding.exceeded, finding
        # The audit is no blunt knife: it proves a good part of the loss that a helper sees.
        if finding.view != "opened":
            assert finding.found.epsilon_of_mu > finding.claim.epsilon / 5, finding
