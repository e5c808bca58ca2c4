# SPDX-License-Identifier: EUPL-1.2
"""``docs/audits.md``: what is claimed, what was found, and that broken mechanisms are refuted."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from audits.auditing import Finding
from audits.bounds import CHANCE
from audits.independence import LEVEL
from audits.kind_laws import Fit
from audits.kinds import PRICE
from audits.laws import ONE_IN
from benchmarks.figures import table
from ontschot.protocol.clock import to_text
from ontschot.protocol.privacy.units import RHO_UNITS

NOTICE: Final = "<!-- Written by `make audit`; changes made by hand are lost. -->"

INTRODUCTION: Final = """\
Is the noise what the ledger is charged for? Tests that draw real noise, and adversaries that look
at thousands of releases, try to refute it. They cannot prove it: the proof is in
[privacy-promise.md](privacy-promise.md) and the papers named there. What they find is a fault
between the proof and what runs: a wrong scale, a cap in the wrong place, a helper without noise.

Make this page anew with `make audit`, some fifteen minutes on two cores. `make test` runs a small
version, which fails without cause less than once in a million runs, and `make test-slow` all of it
as tests. The code is in `tests/audits/`, the tests are in `tests/statistical/` and
`tests/simulation/test_noise.py`.
"""

LAWS: Final = """\
## The law of the noise

Noise as it leaves the helpers' code: drawn, added to shares, padded, packed, combined. Four tests
each against the exact law, N_Z(0, σ²) for what one helper adds and its convolution with itself for
the answer: chi-square over merged cells, the variance, the tails, and Kolmogorov-Smirnov. The
smallest of the four p-values is shown; a right sampler falls below {level:g} once in {once:,}
times each. The same tests find, in 10,080 draws, a variance 10 % off at every scale, and in 20,000
a rounded normal distribution at σ 0.7 and tails cut at 3 σ.
"""

OF_KINDS: Final = """\
## The law of each kind of release

The same four tests of the noise in the releases of the audit below: what each view shows, less the
exact figures, against the law that the blocks promise (of noise of the nodes: one node's for both
helpers, and that of all nodes together for the answer). Figures with the same σ are tested
together; the smallest p-value is multiplied by the number of laws, and must be above {level:g}.
"""

INDEPENDENCE: Final = """\
## Independence

Draws of both helpers, for 2 blocks, 3 outputs and 3 areas, release after release: 36 columns. Each
p-value must be above {level:g}. The same tests find the same noise for two areas, at both helpers,
or in two releases, noise that the peer cancels, and a correlation of 0.1 between neighbours.
"""

EPSILON: Final = """\
## Neighbouring worlds

Two worlds differ in one household with the most that each of its providers may report: at five
providers where a gate protects it over all of them, at three where cells are added up. Of bins one
of these five claims care that it never gave, in both worlds, so that the household's own records
move two figures, as is charged. (In rows of a member, the household stays and changes; what is
charged is the price of the person account. Of a household at five providers in a sum over cells,
the claim is what the answer itself says. In rows of buckets, all clients of the largest household
that the claim is about come in at every provider; or one client comes in whom others make way for
at three providers, since so many clients of an address are kept and no more, and helper A shifts
its masked value of that client's bucket, so that all four buckets move the figure the same way.
Where the nodes add the noise, each charges for its own upload, and the worst view is that of both
helpers together: they see every upload.) The household moves the figures by exactly all that is
charged; of Q01 and Q10 as a whole, where a bin and the sums cannot all move their most at once, by
up to a twentieth less. Each release is made by the helpers' code with shares, gate keys and noise
of its own; what is left out is in `tests/audits/releasing.py`.

The adversary knows everything but which world it is, and takes the likelihood ratio of the
figures. *Opened* is whoever reads the answer; a *helper* takes its own noise off it. (What else a
helper sees of a gate is uniform: `tests/statistical/gate/test_uniform.py`.) A helper's view is what
the ledger charges; of the answer alone, half of that ρ is claimed, and nothing rests on it.

Releases are asked at ρ {price:g}, ε {epsilon:.2f} at δ 10⁻⁶: a cautious question shows nothing in
thousands of releases. Lower bounds hold together with probability 1 − 6 · {chance:g} for each row:

* **ε** by Clopper and Pearson from the definition (Jagielski, Ullman, Oprea, [arXiv
  2006.07709](https://arxiv.org/abs/2006.07709)); without assumptions, and n releases never show
  more than about ln n;
* **ρ** by the data processing inequality of Rényi divergence (Bun, Steinke, [arXiv
  1605.02065](https://arxiv.org/abs/1605.02065)); without assumptions;
* **ε by μ**, nearly tight, for a mechanism whose trade-off curve is that of two normal laws (Nasr
  et al., [arXiv 2302.07956](https://arxiv.org/abs/2302.07956); Dong, Roth, Su, [arXiv
  1905.02383](https://arxiv.org/abs/1905.02383)).

*Releases* are those of each world. A claim is refuted when any bound lies above it.
"""

BROKEN: Final = """\
## The same audit of broken mechanisms

Each is wrong in one way, and must be refuted: else an audit that refutes nothing says nothing.
"""

_HEADS: Final = (
    "released",
    "releases",
    "view",
    "claimed ρ",
    "claimed ε",
    "ε ≥",
    "ρ ≥",
    "ε by μ ≥",
    "claim",
)


def page(
    laws: Sequence[tuple[str, ...]],
    fits: Sequence[Fit],
    independence: Sequence[tuple[str, ...]],
    findings: Sequence[Finding],
    broken: Sequence[Finding],
    left_out: Sequence[str],
    about: Iterable[tuple[str, str]],
    *,
    moment: datetime,
    seconds: float,
) -> str:
    """Return the page.

    Args:
        laws: rows of scale, view, draws and smallest p-value.
        fits: how the noise of each kind fits its law.
        independence: rows of test and p-value.
        findings: audits of what is built.
        broken: audits of broken mechanisms, by the view that must see it.
        left_out: questions of the catalogue that no row audits.
        about: names and values of what it ran on.
        moment: when that began.
        seconds: how long it took.
    """
    facts = [
        ("command", "`make audit`"),
        ("began", to_text(moment)),
        ("took", f"{seconds:.0f} s"),
        *about,
    ]
    epsilon = next(one.claim.epsilon for one in findings if one.view != "opened")
    heading = EPSILON.format(price=PRICE / RHO_UNITS, epsilon=epsilon, chance=CHANCE)
    parts = [
        NOTICE,
        f"# Audits of the noise\n\n{INTRODUCTION}",
        table(facts, ("", "")),
        LAWS.format(level=ONE_IN, once=round(1 / ONE_IN)),
        table(laws, ("σ", "view", "draws", "least p")),
        OF_KINDS.format(level=ONE_IN),
        table(_fit_rows(fits), ("released", "view", "laws", "draws", "least p × laws")),
        INDEPENDENCE.format(level=LEVEL),
        table(independence, ("test", "p")),
        heading,
        findings_table(findings),
        _missing(left_out),
        BROKEN,
        findings_table(broken, broken=True),
    ]
    return "\n".join(part if part.endswith("\n") else part + "\n" for part in parts if part)


def _fit_rows(fits: Sequence[Fit]) -> list[tuple[str, ...]]:
    return [(one.kind, one.view, str(one.laws), f"{one.draws:,}", f"{one.p:.3g}") for one in fits]


def findings_table(findings: Sequence[Finding], *, broken: bool = False) -> str:
    """Return findings as a Markdown table; of broken mechanisms, with what was broken."""
    rows = [((one.mechanism,) if broken else ()) + _row(one) for one in findings]
    return table(rows, ("broken", *_HEADS) if broken else _HEADS)


def _row(one: Finding) -> tuple[str, ...]:
    return (
        one.kind,
        f"{one.releases:,}",
        one.view,
        f"{one.claim.rho:.3f}",
        f"{one.claim.epsilon:.2f}",
        f"{one.found.epsilon:.2f}",
        f"{one.found.rho:.3f}",
        f"{one.found.epsilon_of_mu:.2f}",
        "**refuted**" if one.exceeded else "stands",
    )


def _missing(left_out: Sequence[str]) -> str:
    return f"Not audited: {', '.join(left_out)}.\n" if left_out else ""
