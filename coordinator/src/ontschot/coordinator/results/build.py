# SPDX-License-Identifier: EUPL-1.2
"""From opened noised sums to a result document: values, standard errors, intervals.

Each helper added independent noise of standard deviation sigma, so an opened output has standard
error ``sqrt(2) sigma``; the variance of noise that providers added themselves comes on top, or in
its place. The variance of a discrete Gaussian is at most ``sigma^2`` (Canonne, Kamath
and Steinke 2020, corollary 9), so that is an upper bound. "At least bin k" sums independent
outputs of disjoint bins: its standard error is ``sqrt(number of bins)`` times one bin's. Totals of
a coarser level come from that level's own block and are never sums of finer areas: adding up
areas would add up their noise.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from ontschot.coordinator.results.clamps import clamp_of
from ontschot.coordinator.results.document import (
    SCHEMA_ID,
    AreaRow,
    Coverage,
    Figure,
    Localised,
    Output,
    Period,
    Privacy,
    Provenance,
    Result,
    Shown,
    Signature,
    Table,
)
from ontschot.coordinator.results.errors import InconsistentRelease
from ontschot.coordinator.results.presentation import Z95, Unit, present
from ontschot.coordinator.results.release import Area, Block, Counted, Metadata, NoiseMode
from ontschot.protocol.language import Text
from ontschot.protocol.release.node_noise import variance as variance_of_nodes

METHOD: dict[NoiseMode, Text] = {
    "full": Text(
        "Elke aanbieder deelt zijn getallen in twee helften. Twee helpers tellen de helften op. "
        "Elke helper verandert de uitkomst een beetje: dat heet ruis. De ruis van één helper is "
        "al genoeg. Pas daarna komen de helften bij elkaar.",
        "Every provider splits its numbers into two halves. Two helpers add up the halves. Each "
        "helper changes the outcome a little: this is called noise. The noise of one helper alone "
        "is enough. Only then do the halves meet.",
    ),
    "half": Text(
        "Elke aanbieder deelt zijn getallen in twee helften. Twee helpers tellen de helften op. "
        "Elke helper verandert de uitkomst een beetje: dat heet ruis. Pas daarna komen de helften "
        "bij elkaar. Elke helper voegt hier de helft van de ruis toe.",
        "Every provider splits its numbers into two halves. Two helpers add up the halves. Each "
        "helper changes the outcome a little: this is called noise. Only then do the halves meet. "
        "Here each helper adds half of the noise.",
    ),
    "nodes": Text(
        "Elke aanbieder verandert zijn eigen getallen een beetje, voordat ze weggaan: dat heet "
        "ruis. Daarna deelt de aanbieder ze in twee helften. Twee helpers tellen de helften op. "
        "Zij voegen zelf geen ruis toe. Pas daarna komen de helften bij elkaar.",
        "Every provider changes its own numbers a little before they leave: this is called noise. "
        "Then it splits them into two halves. Two helpers add up the halves. They add no noise "
        "themselves. Only then do the halves meet.",
    ),
}
"""How the figures came about, in plain words, by noise mode."""

PILOT = Text(
    "Dit is een proef. Eén organisatie heeft hier meer dan één rol. De belofte over privacy geldt "
    "alleen als die organisatie eerlijk is.",
    "This is a pilot. One organisation has more than one role here. The privacy promise holds only "
    "if that organisation is honest.",
)
"""Stands beside every figure of a pilot (protocol section 0)."""

_KEYS = {"bins": "bin", "at-least": "count", "capped": "sum", "sum": "class"}


@dataclass(frozen=True, slots=True)
class _Column:
    output: Output
    values: NDArray[np.int64]
    variance: Fraction
    variances: NDArray[np.float64] | None = None

    def at(self, area: int) -> tuple[int, float]:
        """Return value and variance of one area."""
        own = self.variance if self.variances is None else self.variances[area]
        return int(self.values[area]), float(own)


def build_result(metadata: Metadata, blocks: Sequence[Block]) -> Result:
    """Return the result document of a release.

    Args:
        metadata: what is public about the release.
        blocks: what it opened; all in the same noise mode.

    Raises:
        InconsistentRelease: there is no block, block ids repeat, or noise modes are mixed.
    """
    modes = {block.noise for block in blocks}
    if len(modes) != 1:
        raise InconsistentRelease("a release has at least one block, and one noise mode")
    if len({block.id for block in blocks}) != len(blocks):
        raise InconsistentRelease("two blocks with one id")
    remarks = (PILOT,) * metadata.pilot + metadata.remarks
    return Result(
        schema_=SCHEMA_ID,
        id=metadata.result_id,
        question=metadata.question,
        title=localised(metadata.title),
        wording=localised(metadata.wording),
        round=metadata.round_id,
        period=Period(first_day=metadata.first_day, last_day=metadata.last_day),
        published_at=metadata.published_at,
        purpose=localised(metadata.purpose),
        privacy=_privacy(metadata),
        clamp=localised(metadata.clamp),
        coverage=Coverage(participants=metadata.participants, text=localised(metadata.coverage)),
        method=localised(METHOD[modes.pop()]),
        pilot=metadata.pilot,
        remarks=tuple(localised(remark) for remark in remarks),
        provenance=_provenance(metadata),
        tables=tuple(_table(block, metadata.counted) for block in blocks),
    )


def decimal_text(number: Fraction) -> str:
    """Return a non-negative rational as a decimal, rounded up at the twelfth decimal.

    Up, because a privacy loss may be overstated but never understated.
    """
    scaled = math.ceil(number * 10**12)
    whole, rest = divmod(scaled, 10**12)
    return f"{whole}.{rest:012}".rstrip("0").rstrip(".")


def _table(block: Block, counted: Counted) -> Table:
    unit = _unit(block, counted)
    columns = _columns(block)
    return Table(
        id=block.id,
        title=localised(block.title),
        level=block.level,
        estimator="direct",
        note=None,
        basis=(),
        statistic=block.statistic,
        unit=unit,
        noise=block.noise,
        sigma_per_helper="0" if block.noise == "nodes" else decimal_text(block.sigma),
        providers_with_noise=len(block.node_sigmas),
        quantum_cents=block.quantum_cents,
        cap_cents=(block.cap or 0) * block.quantum_cents if unit == "euroCents" else None,
        clamp=localised(clamp_of(block, counted)),
        outputs=tuple(column.output for column in columns),
        areas=tuple(
            _row(area, [column.at(i) for column in columns], unit)
            for i, area in enumerate(block.areas)
        ),
    )


def _unit(block: Block, counted: Counted) -> Unit:
    if block.statistic == "sum":
        return block.counts
    return "euroCents" if block.statistic == "capped" else counted


def _columns(block: Block) -> list[_Column]:
    scale = block.quantum_cents
    limit = np.iinfo(np.int64).max // scale
    if np.any(np.abs(block.sums.astype(np.float64)) > limit / max(1, len(block.labels))):
        raise InconsistentRelease("a sum that does not fit 64 bits")
    helpers = 0 if block.noise == "nodes" else 2 * block.sigma**2
    variance = (helpers + variance_of_nodes(block.node_sigmas)) * scale**2
    key = _KEYS[block.statistic]
    plain = [
        _Column(
            _output(f"{key}{k + 1}", label, derived=False),
            block.sums[:, k] * scale,
            variance,
            None if block.variances is None else block.variances[:, k],
        )
        for k, label in enumerate(block.labels)
    ]
    return plain + (_cumulative(block, variance) if block.has_tails else [])


def _cumulative(block: Block, variance: Fraction) -> list[_Column]:
    count = len(block.labels)
    labels = block.cumulative_labels or tuple(
        Text(f"{label.nl} of meer", f"{label.en} or more") for label in block.labels[:-1]
    )
    at_least = np.cumsum(block.sums[:, ::-1], axis=1)[:, ::-1]
    return [
        _Column(
            _output(f"atLeast{k + 1}", labels[k], derived=True),
            at_least[:, k],
            (count - k) * variance,
        )
        for k in range(count - 1)
    ]


def _row(area: Area, values: Sequence[tuple[int, float]], unit: Unit) -> AreaRow:
    return AreaRow(
        code=area.code,
        name=area.name,
        slots=area.slots,
        members=area.members,
        figures=tuple(_figure(value, variance, unit) for value, variance in values),
    )


def _figure(value: int, variance: float, unit: Unit) -> Figure:
    standard_error = math.sqrt(variance)
    half_width = Z95 * standard_error
    return figure_of(value, standard_error, value - half_width, value + half_width, unit)


def figure_of(value: int, standard_error: float, low: float, high: float, unit: Unit) -> Figure:
    """Return a figure with its 95 % interval and what people see of it; all in ``unit``."""
    shown = present(value, low, high, unit)
    return Figure(
        value=value,
        standard_error=round(standard_error, 3),
        low=math.floor(low),
        high=math.ceil(high),
        shown=Shown(
            kind=shown.kind,
            value=shown.value,
            low=shown.low,
            high=shown.high,
            text=localised(shown.text),
        ),
    )


def _privacy(metadata: Metadata) -> Privacy:
    return Privacy(
        protected_unit=localised(metadata.protected_unit),
        rho=decimal_text(metadata.rho),
        epsilon=decimal_text(metadata.epsilon),
        delta=decimal_text(metadata.delta),
        mechanism="discrete-gaussian",
    )


def _provenance(metadata: Metadata) -> Provenance:
    return Provenance(
        manifest_hash=metadata.manifest_hash,
        signatures=tuple(
            Signature(helper=s.helper, organisation=s.organisation, signature=s.signature)
            for s in metadata.signatures
        ),
    )


def _output(key: str, label: Text, *, derived: bool) -> Output:
    return Output(key=key, label=localised(label), derived=derived)


def localised(text: Text) -> Localised:
    """Return a text in the form of the document."""
    return Localised(nl=text.nl, en=text.en)
