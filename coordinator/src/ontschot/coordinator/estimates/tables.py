# SPDX-License-Identifier: EUPL-1.2
"""Tables of estimates beside the direct tables of an answer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ontschot.coordinator.estimates import wording
from ontschot.coordinator.estimates.columns import CENTS, Part, of_cost, of_laws
from ontschot.coordinator.estimates.concentration import TopShare, top_shares
from ontschot.coordinator.estimates.consistency import add_up
from ontschot.coordinator.estimates.households import cost_amounts
from ontschot.coordinator.estimates.intervals import interval
from ontschot.coordinator.estimates.mixed import Estimate, MixedModel
from ontschot.coordinator.estimates.models import RoundModels
from ontschot.coordinator.estimates.observations import Floats, Target
from ontschot.coordinator.results.build import figure_of, localised
from ontschot.coordinator.results.document import (
    Estimator,
    Figure,
    Localised,
    Output,
    Result,
    Table,
)
from ontschot.coordinator.results.presentation import Unit
from ontschot.protocol.catalogue.definitions import BlockDefinition, Definition
from ontschot.protocol.documents.queries import Statistic
from ontschot.protocol.language import Text
from ontschot.protocol.privacy.accuracy import Z_95

PERCENTS = (1, 3, 5, 10, 20)
"""Points of the concentration curve: the dearest so many per cent of all addresses."""

_PARTS = tuple(percent / 100 for percent in PERCENTS)


@dataclass(frozen=True, slots=True)
class Improved:
    """What a table of estimates is: its name, words, and how it came about."""

    id: str
    title: Text
    note: Text
    estimator: Estimator
    statistic: Statistic | Literal["total", "share"]


def composite_tables(models: RoundModels, known: Definition, result: Result) -> list[Table]:
    """Return the small-area estimates that belong to one answer, finest level last.

    Cost per area beside capped sums of all care, households with care beside their counts, and
    tiers, amounts per tier and top shares beside tiers. Other questions have none.
    """
    found: list[Table] = []
    for block, direct in _direct(known, result):
        by_cost, by_law = list(of_cost(known, block)), list(of_laws(known, block))
        if models.cost is not None and by_cost and _is_money(known, block):
            found += _of_cost(models, models.cost, block, direct, by_cost)
        if models.laws is not None and _one_each(by_law, direct):
            found.append(_of_laws(models, models.laws, block, direct, by_law))
    return found


_FEW = 3
"""Tables of so many tiers or fewer only say what is above a clamp."""


def _of_cost(
    models: RoundModels,
    model: MixedModel,
    block: BlockDefinition,
    direct: Table,
    columns: Sequence[Part],
) -> Iterator[Table]:
    if block.statistic == "bins" and len(block.thresholds) > _FEW:
        yield from _of_tiers(models, model, block, direct, columns)
    elif block.statistic == "capped":
        cover = models.cover((block.level, block.minimum))
        estimate = model.predict([Target(cost_amounts(), cover)])
        yield _table(
            direct,
            Improved(f"estimate-{block.id}", wording.COST, wording.COMPOSITE, "composite", "total"),
            [("total", wording.TOTAL)],
            "euroCents",
            _rows(estimate, 1, "euroCents"),
            models.basis(of_cost),
        )


def _of_tiers(
    models: RoundModels,
    model: MixedModel,
    block: BlockDefinition,
    direct: Table,
    columns: Sequence[Part],
) -> Iterator[Table]:
    cover, basis = models.cover((block.level, block.minimum)), models.basis(of_cost)
    labels = [(output.key, _text(output.label)) for output in direct.outputs]
    tiers = [per_type for per_type, _ in columns]
    # Behind the tiers stand the counts from each tier on, but for the last: as in the direct table.
    counted = tiers + list(np.cumsum(tiers[::-1], axis=0)[::-1][:-1])
    kinds: tuple[tuple[str, Text, Unit, Floats], ...] = (
        ("counts", wording.TIERS, "households", np.ones_like(cost_amounts())),
        ("amounts", wording.AMOUNTS, "euroCents", cost_amounts()),
    )
    for name, title, unit, weight in kinds:
        estimate = model.predict([Target(row * weight, cover) for row in counted])
        what = Improved(
            f"estimate-{name}-{block.id}", title, wording.COMPOSITE, "composite", "bins"
        )
        yield _table(direct, what, labels, unit, _rows(estimate, len(counted), unit), basis)
    what = Improved(
        f"estimate-shares-{block.id}", wording.SHARES, wording.COMPOSITE, "composite", "share"
    )
    shares = [
        [_share(share) for share in top_shares(model, row, models.atoms.slots, _PARTS)]
        for row in cover
    ]
    labels = [(f"top{percent}", wording.top_share(percent)) for percent in PERCENTS]
    yield _table(direct, what, labels, "permille", shares, basis)


def _is_money(known: Definition, block: BlockDefinition) -> bool:
    variable = known.source(block.variable)
    return variable is not None and variable.measure == "euros"


def _one_each(columns: Sequence[Part], direct: Table) -> bool:
    """Return whether every column of a table tells something by itself."""
    return [outputs for _, outputs in columns] == [(k,) for k in range(len(direct.outputs))]


def _of_laws(
    models: RoundModels,
    model: MixedModel,
    block: BlockDefinition,
    direct: Table,
    columns: Sequence[Part],
) -> Table:
    cover = models.cover((block.level, block.minimum))
    estimate = model.predict([Target(per_type, cover) for per_type, _ in columns])
    what = Improved(
        f"estimate-{block.id}",
        wording.estimated(_text(direct.title)),
        wording.COUNTS,
        "composite",
        direct.statistic,
    )
    labels = [(output.key, _text(output.label)) for output in direct.outputs]
    rows = _rows(estimate, len(columns), "households")
    return _table(direct, what, labels, "households", rows, models.basis(of_laws))


def consistent_tables(models: RoundModels, known: Definition, result: Result) -> list[Table]:
    """Return tables that add up over levels, for figures that were released at several levels."""
    families: dict[object, list[tuple[BlockDefinition, Table]]] = {}
    for block, direct in _direct(known, result):
        same = (block.variable, block.statistic, tuple(block.thresholds), block.cap)
        families.setdefault(same, []).append((block, direct))
    return [
        table
        for family in families.values()
        if len({block.level for block, _ in family}) > 1
        for table in _adding_up(models, family, result.id)
    ]


def _adding_up(
    models: RoundModels, family: Sequence[tuple[BlockDefinition, Table]], basis: str
) -> Iterator[Table]:
    covers = [models.cover((block.level, block.minimum)) for block, _ in family]
    columns = [add_up(covers, *_values(family, k)) for k in _plain_outputs(family[0][1])]
    for level, (block, direct) in enumerate(family):
        values = np.stack([column[level][0] for column in columns], axis=1)
        errors = np.stack([column[level][1] for column in columns], axis=1)
        if any(output.derived for output in direct.outputs):
            # From each bin on: sums of independent columns.
            values = np.hstack([values, np.cumsum(values[:, ::-1], axis=1)[:, ::-1][:, :-1]])
            squares = np.cumsum(errors[:, ::-1] ** 2, axis=1)[:, ::-1][:, :-1]
            errors = np.hstack([errors, np.sqrt(squares)])
        title = wording.added_up(_text(direct.title))
        what = Improved(
            f"consistent-{block.id}", title, wording.CONSISTENT, "consistent", direct.statistic
        )
        labels = [(output.key, _text(output.label)) for output in direct.outputs]
        rows = [
            [_symmetric(*figure, direct.unit) for figure in zip(*row, strict=True)]
            for row in zip(values, errors, strict=True)
        ]
        yield _table(direct, what, labels, direct.unit, rows, (basis,))


def _values(
    family: Sequence[tuple[BlockDefinition, Table]], output: int
) -> tuple[list[Floats], list[Floats]]:
    """Return values and variances of one output per level, in the table's unit."""
    figures = [[area.figures[output] for area in table.areas] for _, table in family]
    return (
        [np.array([one.value for one in level], dtype=np.float64) for level in figures],
        [np.array([one.standard_error**2 for one in level]) for level in figures],
    )


def _plain_outputs(table: Table) -> list[int]:
    return [k for k, output in enumerate(table.outputs) if not output.derived]


def _direct(known: Definition, result: Result) -> Iterator[tuple[BlockDefinition, Table]]:
    tables = {table.id: table for table in result.tables if table.estimator == "direct"}
    for block in known.blocks:
        table = tables.get(block.id)
        if table is not None and table.areas:
            yield block, table


def _rows(estimate: Estimate, columns: int, unit: Unit) -> list[list[Figure]]:
    """Return the figures per area of an estimate of ``columns`` targets over the same areas."""
    scale = CENTS if unit == "euroCents" else 1
    values = estimate.values.reshape(columns, -1) * scale
    errors = estimate.standard_errors.reshape(columns, -1) * scale
    return [
        [_skewed(*figure, unit) for figure in zip(*row, strict=True)]
        for row in zip(values.T, errors.T, strict=True)
    ]


def _skewed(value: float, error: float, unit: Unit) -> Figure:
    return figure_of(max(0, round(value)), error, *interval(value, error), unit)


def _symmetric(value: float, error: float, unit: Unit) -> Figure:
    return figure_of(round(value), error, value - Z_95 * error, value + Z_95 * error, unit)


def _share(share: TopShare) -> Figure:
    low, high = (1000 * end for end in interval(share.share, share.standard_error))
    return figure_of(
        round(1000 * share.share), 1000 * share.standard_error, low, min(high, 1000.0), "permille"
    )


def _table(
    direct: Table,
    what: Improved,
    labels: Sequence[tuple[str, Text]],
    unit: Unit,
    rows: Sequence[Sequence[Figure]],
    basis: tuple[str, ...],
) -> Table:
    derived = [output.derived for output in direct.outputs]
    flags = derived if len(derived) == len(labels) else [False] * len(labels)
    return Table(
        id=what.id,
        title=localised(what.title),
        level=direct.level,
        estimator=what.estimator,
        note=localised(what.note),
        basis=basis,
        statistic=what.statistic,
        unit=unit,
        noise=None,
        sigma_per_helper=None,
        providers_with_noise=None,
        quantum_cents=None,
        cap_cents=None,
        outputs=tuple(
            Output(key=key, label=localised(label), derived=flag)
            for (key, label), flag in zip(labels, flags, strict=True)
        ),
        areas=tuple(
            area.model_copy(update={"figures": tuple(row)})
            for area, row in zip(direct.areas, rows, strict=True)
        ),
    )


def _text(words: Localised) -> Text:
    return Text(words.nl, words.en)
