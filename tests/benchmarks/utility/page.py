# SPDX-License-Identifier: EUPL-1.2
"""``docs/utility.md``: how near published figures and estimates come to the truth."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from benchmarks.figures import table
from benchmarks.utility.gathering import Errors, Found, Key, merged, pooled
from benchmarks.utility.verdicts import COVERED, Verdict, verdicts
from benchmarks.utility.worlds import COSTS
from ontschot.protocol.clock import to_text
from ontschot.protocol.privacy.conversion import epsilon_of
from ontschot.protocol.privacy.units import RHO_UNITS

NOTICE: Final = "<!-- Written by `make bench-utility`; changes made by hand are lost. -->"
EVERY: Final = "all distributions"

INTRODUCTION: Final = """\
How near does a whole measurement round come to the truth, at ε {epsilon:.2f} (δ 10⁻⁶) per household
for everything together? Worlds are made up on public maps; prices, noise, result documents and
estimates are the product's own. Make this page anew with `make bench-utility`;
`python -m tests.benchmarks.utility --quick` does a small part and writes nothing. The code is in
`tests/benchmarks/utility/`, why the estimators are what they are in
[ADR 0025](adr/0025-small-area-estimates.md).

* **The truth** is what households cost without any cap, and where they live. An error is a part of
  the truth of that area; medians and 90th percentiles are over areas, worlds and draws of noise.
  Where the truth is nothing there is no such part; coverage is over those areas too.
* **Places**: the buurten of Zwijndrecht and Hendrik-Ido-Ambacht with their real sizes and numbers
  (CBS 2023; addresses are made up), 20 providers; and the demo's Voorbeeldstad, six providers.
  Areas below the minimum are joined as in a round, and one household in a hundred has an address
  that is not in the public file.
* **Worlds**: about 13 % of all households have care. How many differs per buurt with its families
  and people of 65 or older, and by chance (lognormal, 0.3); what care costs by chance too (0.15).
  Means are about € 1,500 per household, and the dearest 3 % of all households have 59 to 77 % of
  the money; nobody costs more than a million. Buurten differ independently, and records are right:
  real life is worse.
* **Cost of the care of a household in a year**, with mean € 11,000 or a little more: lognormal with
  sigma 1.0, 1.2 and 1.5; Lomax with alpha 2.2 and scale € 13,200; and a mixture of lognormals with
  middles e^8.0, e^9.0 and e^11.2, sigmas 0.9, 1.0 and 0.6, for 62, 33 and 5 % of the households.
  The last came in when the prior of the estimates had proved too narrow for it: lognormal with
  middle e^8.5 and sigma 1.05, and 1.2 % with a stay of a year at one tariff, about € 195,000.
* **Estimators**: *direct* is the figure as published, *consistent* adds up over levels, *composite*
  is the small-area estimate. Coverage of composite intervals is about the truth, that of direct and
  consistent ones about the figure before noise: they promise no more.
* **Curator**: someone whom everybody trusts has all records, clamps (€ 50,000 per buurt and wijk,
  € 150,000 per gemeente; per publication group € 15,000 to 100,000, as here) and adds OpenDP's
  noise once. Same price for each question, divided over levels as ours, or 10, 20 and 70 %. Its
  intervals are about noise; coverage is of the truth. Nobody shifts what it counts, so of bins it
  pays for one figure and not, as here, for two. The share of the dearest 3 % is the clamped cost of
  those households over that of all, at the prices of Q10's two tables.
* **Noise at each provider**: every provider adds full noise for a household at that provider, at
  the same price. Who is at three providers then loses three times that: ε {threefold:.2f}. Which
  households are the dearest over all providers nobody knows then.
"""

VERDICTS: Final = """\
## Targets

{reached} of {number} are reached. Medians of relative errors, ratios of medians, and how often an
interval of 95 % holds the truth ({least:.0%} to {most:.0%}). Counts per law and buurt have no
target. Targets are judged here and in no test. What tests check, over eight worlds of each
distribution on the made-up place (`tests/statistical/estimates`): intervals of cost and of
households with care per buurt and wijk hold the truth not clearly more or less often than the
target says, and those of households per cost class not clearly less often (three standard errors,
from the spread between worlds); and these estimates are nearer than the direct figures.
"""

BUDGET: Final = """\
## The round

Prices are those of a round's plan without wishes (`weights.json` beside the catalogue).
"""

_ESTIMATORS: Final = (
    *("direct", "consistent", "composite"),
    *("curator", "curator 10/20/70", "noise at each provider"),
)
_LEVELS: Final = ("gemeente", "wijk", "buurt")


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured: errors by key, prices of the round, and draws of noise of each kind."""

    found: Found
    prices: Mapping[str, int]
    draws: int


def page(
    measured: Measured, about: Iterable[tuple[str, str]], moment: datetime, seconds: float
) -> str:
    """Return the page.

    Args:
        measured: everything that was measured.
        about: names and values of what it was measured on.
        moment: when that began.
        seconds: how long it took.
    """
    facts = [
        ("command", "`make bench-utility`"),
        ("began", to_text(moment)),
        ("took", f"{seconds:.0f} s"),
        ("draws of noise for each place and distribution", f"{measured.draws}"),
        *about,
    ]
    found = with_all(measured.found)
    total = sum(measured.prices.values())
    introduction = INTRODUCTION.format(epsilon=epsilon_of(total), threefold=epsilon_of(3 * total))
    parts = [
        NOTICE,
        f"# Utility\n\n{introduction}",
        table(facts, ("", "")),
        _budget(measured.prices, total),
        *_judged(found),
        *_places(found),
    ]
    return "\n".join(part if part.endswith("\n") else part + "\n" for part in parts)


def with_all(found: Found) -> dict[Key, Errors]:
    """Return the errors with, beside each distribution, those over all of them."""
    return merged([found, pooled(found, costs=EVERY)])


def judged(found: Found) -> list[Verdict]:
    """Return the verdicts of each place: over all distributions first, then each."""
    return [
        verdict
        for place in _of(found, "place")
        for costs in (EVERY, *COSTS)
        for verdict in verdicts(found, place, costs)
    ]


def verdict_row(verdict: Verdict) -> tuple[str, str, str]:
    """Return what a verdict is about, its value with the target, and whether it is reached."""
    if verdict.least > 0:
        wanted, value = f"{verdict.least:.0%} to {verdict.most:.0%}", f"{verdict.value:.1%}"
    elif " / " in verdict.what:
        wanted, value = f"at most {verdict.most:g} x", f"{verdict.value:.2f} x"
    else:
        wanted, value = f"at most {verdict.most:.0%}", f"{verdict.value:.1%}"
    return verdict.what, f"{value} ({wanted})", "reached" if verdict.reached else "**not reached**"


def _budget(prices: Mapping[str, int], total: int) -> str:
    rows = [
        (question, f"{price / RHO_UNITS:.5f}", f"{price / total:.1%}")
        for question, price in prices.items()
    ]
    return f"{BUDGET}\n{table(rows, ('question', 'ρ', 'part'), right=1)}"


def _judged(found: Found) -> Iterator[str]:
    everything = judged(found)
    number = sum(verdict.reached for verdict in everything)
    least, most = COVERED
    yield VERDICTS.format(reached=number, number=len(everything), least=least, most=most)
    for place in _of(found, "place"):
        own = [verdict for verdict in everything if verdict.place == place]
        yield f"### {place}\n\n{_verdict_table(own)}"


def _verdict_table(own: Sequence[Verdict]) -> str:
    costs = list(dict.fromkeys(verdict.costs for verdict in own))
    value = {(verdict.what, verdict.costs): verdict for verdict in own}
    rows = []
    for what in dict.fromkeys(verdict.what for verdict in own):
        cells = [value.get((what, one)) for one in costs]
        wanted = next(verdict_row(cell)[1].partition("(")[2][:-1] for cell in cells if cell)
        rows.append((what, wanted, *(_cell(cell) for cell in cells)))
    return table(rows, ("what", "target", *costs))


def _cell(verdict: Verdict | None) -> str:
    if verdict is None:
        return ""
    value = verdict_row(verdict)[1].partition(" (")[0]
    return f"{value} ✓" if verdict.reached else f"**{value}** ✗"


def _places(found: Found) -> Iterator[str]:
    heads = ("what", "level", "addresses", *_ESTIMATORS)
    for place in _of(found, "place"):
        yield (
            f"## {place}: every figure\n\nMedian, 90th percentile and, in brackets, coverage, over "
            "all distributions of cost. Errors of shares are in hundredths of all cost.\n"
        )
        questions = sorted({key.question for key in found if key.place == place})
        for question in questions:
            yield f"### {question} ({place})\n\n{table(_rows(found, place, question), heads)}"


def _rows(found: Found, place: str, question: str) -> list[tuple[str, ...]]:
    own = [key for key in found if (key.place, key.costs, key.question) == (place, EVERY, question)]
    lines = dict.fromkeys((key.measure, key.level, key.size) for key in own)
    ordered = sorted(lines, key=lambda line: _LEVELS.index(line[1]))
    return [
        (*line, *(_three(found.get(_key(place, question, line, name))) for name in _ESTIMATORS))
        for line in ordered
    ]


def _key(place: str, question: str, line: tuple[str, str, str], estimator: str) -> Key:
    measure, level, size = line
    return Key(place, EVERY, question, level, measure, size, estimator)


def _three(errors: Errors | None) -> str:
    if errors is None:
        return ""
    if not errors.number:
        return f"({errors.coverage:.0%})"
    return f"{errors.quantile(0.5):.1%}, {errors.quantile(0.9):.0%} ({errors.coverage:.0%})"


def _of(found: Found, name: str) -> list[str]:
    return list(dict.fromkeys(getattr(key, name) for key in found))
