# SPDX-License-Identifier: EUPL-1.2
"""Tables of estimates beside the direct tables of an answer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ontschot.coordinator.estimates import wording
from ontschot.coordinator.estimates.columns import CENTS, Part, cost_tiers, of_cost, of_laws
from ontschot.coordinator.estimates.concentration import TopShare, top_shares
from ontschot.coordinator.estimates.consistency import Added, Level, Slots, add_up
from ontschot.coordinator.estimates.households import cost_amounts
from ontschot.coordinator.estimates.intervals import interval
from ontschot.coordinator.estimates.mixed import MixedModel
from ontschot.coordinator.estimates.models import RoundModels
from ontschot.coordinator.estimates.observations import Floats, Target
from ontschot.coordinator.results.build import figure_of, localised
from ontschot.coordinator.results.clamps import NO_CLAMP, UNITS, clamp_text
from ontschot.coordinator.results.document import (
    AreaRow,
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
from ontschot.protocol.results.table_ids import consistent_id, estimate_id

PERCENTS = (1, 3, 5, 10, 20)
"""Points of the concentration curve: the dearest so many per cent of all addresses."""

_PARTS = tuple(percent / 100 for percent in PERCENTS)


@dataclass(frozen=True, slots=True)
class Improved:
    """What a table of estimates is: its name, words, how it came about, and its cap of money."""

    id: str
    title: Text
    note: Text
    estimator: Estimator
    statistic: Statistic | Literal["total", "share"]
    clamp: Text = NO_CLAMP
    cap_cents: int | None = None


def composite_tables(models: RoundModels, known: Definition, result: Result) -> list[Table]:
    """Return the small-area estimates that belong to one answer, finest level last.

    Cost per area beside capped sums of all care, households with care beside their counts, and
    tiers, amounts per tier and top shares beside tiers. Other questions have none.
    """
    found: list[Table] = []
    for block, direct in _direct(known, result):
        by_cost, by_law = list(of_cost(known, block)), list(of_laws(known, block))
        if models.cost is not None and by_cost and _is_money(known, block):
            found += _of_cost(models, models.cost, known, block, direct)
        if models.laws is not None and _one_each(by_law, direct):
            found.append(_of_laws(models, models.laws, block, direct, by_law))
    return found


_FEW = 3
"""Tables of so many tiers or fewer only say what is above a clamp."""


def _of_cost(
    models: RoundModels,
    model: MixedModel,
    known: Definition,
    block: BlockDefinition,
    direct: Table,
) -> Iterator[Table]:
    if block.statistic == "bins" and len(block.thresholds) > _FEW:
        yield from _of_tiers(models, model, block, direct, cost_tiers(known, block))
    elif block.statistic == "capped":
        cover = models.cover((block.level, block.minimum))
        yield _table(
            direct,
            Improved(estimate_id(block.id), wording.COST, wording.COMPOSITE, "composite", "total"),
            [("total", wording.TOTAL)],
            "euroCents",
            _predicted(model, [cost_amounts()], cover, "euroCents"),
            models.basis(of_cost),
        )


def _of_tiers(
    models: RoundModels,
    model: MixedModel,
    block: BlockDefinition,
    direct: Table,
    tiers: Sequence[Floats],
) -> Iterator[Table]:
    cover, basis = models.cover((block.level, block.minimum)), models.basis(of_cost)
    labels = [(output.key, _text(output.label)) for output in direct.outputs]
    # Behind the tiers stand the counts from each tier on, but for the last: as in the direct table.
    counted = list(tiers) + list(np.cumsum(tiers[::-1], axis=0)[::-1][:-1])
    numbers = _predicted(model, counted, cover, "households")
    money = _predicted(model, [row * cost_amounts() for row in counted], cover, "euroCents")
    each = clamp_text(None, UNITS["households"])
    what = _of_all(block, "counts", wording.TIERS, "bins", each)
    yield _table(direct, what, labels, "households", numbers, basis)
    what = _of_all(block, "amounts", wording.AMOUNTS, "bins")
    yield _table(direct, what, labels, "euroCents", with_numbers(money, numbers), basis)
    shares = [
        [_share(share) for share in top_shares(model, row, models.atoms.slots, _PARTS)]
        for row in cover
    ]
    labels = [(f"top{percent}", wording.top_share(percent)) for percent in PERCENTS]
    what = _of_all(block, "shares", wording.SHARES, "share")
    yield _table(direct, what, labels, "permille", shares, basis)


def _of_all(
    block: BlockDefinition,
    name: str,
    title: Text,
    statistic: Literal["bins", "share"],
    clamp: Text = NO_CLAMP,
) -> Improved:
    identity = estimate_id(block.id, name)
    return Improved(identity, title, wording.COMPOSITE, "composite", statistic, clamp)


def _predicted(
    model: MixedModel, per_type: Sequence[Floats], cover: Floats, unit: Unit
) -> list[list[Figure]]:
    """Return the figures per area of several targets over the same areas."""
    estimate = model.predict([Target(row, cover) for row in per_type])
    scale = CENTS if unit == "euroCents" else 1
    values = estimate.values.reshape(len(per_type), -1) * scale
    errors = estimate.standard_errors.reshape(len(per_type), -1) * scale
    return [
        [_skewed(*figure, unit) for figure in zip(*row, strict=True)]
        for row in zip(values.T, errors.T, strict=True)
    ]


def with_numbers(
    rows: Sequence[Sequence[Figure]], numbers: Sequence[Sequence[Figure]]
) -> list[list[Figure]]:
    """Return figures of money whose intervals begin at nothing where those of numbers do.

    Where there may be no household at all, there may be no money either: an interval of a mean and
    an error that are positive would say otherwise.
    """
    return [
        [
            figure_of(money.value, money.standard_error, 0.0, money.high, "euroCents")
            if number.shown.low == 0 < money.low
            else money
            for money, number in zip(*pair, strict=True)
        ]
        for pair in zip(rows, numbers, strict=True)
    ]


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
    rows = _predicted(model, [per_type for per_type, _ in columns], cover, "households")
    what = Improved(
        estimate_id(block.id),
        wording.estimated(_text(direct.title)),
        wording.COUNTS,
        "composite",
        direct.statistic,
        clamp_text(None, UNITS["households"]),
    )
    labels = [(output.key, _text(output.label)) for output in direct.outputs]
    return _table(direct, what, labels, "households", rows, models.basis(of_laws))


def consistent_tables(models: RoundModels, known: Definition, result: Result) -> list[Table]:
    """Return tables that add up over levels, for figures that were released at several levels.

    Only for figures whose sums over areas are exactly additive, and of which a slot adds a known
    amount at most (``_most``).
    """
    families: dict[object, list[Member]] = {}
    for block, direct in _direct(known, result):
        same = (_summed(known, block), block.statistic, tuple(block.thresholds), block.cap)
        most = _most(block, direct, result.coverage.participants)
        if most is not None:
            cover = models.cover((block.level, block.minimum))
            families.setdefault(same, []).append(Member(block.id, direct, cover, float(most)))
    return [
        table
        for family in families.values()
        if len({member.direct.level for member in family}) > 1
        for table in _adding_up(family, models.atoms.slots, result.id)
    ]


def _summed(known: Definition, block: BlockDefinition) -> str:
    """Return what names the quantity of a block at any level: of cells the level is in the name."""
    variable = known.source(block.variable)
    if variable is None or variable.cells is None:
        return block.variable
    return variable.model_dump_json(exclude={"id": True, "cells": {"level", "minimum"}})


def _most(block: BlockDefinition, direct: Table, providers: int) -> int | None:
    """Return what one slot adds at most to a figure, in the table's unit; nothing if unknown.

    A household counts once, or for the cap of a sum over all providers. Cells go through no gate:
    each provider thins what a slot has to ``block.cap`` in all classes together, so the providers
    that took part add ``block.cap`` each at most. Persons have no bound per slot, and are estimated
    from buckets that are laid out per level: those do not add up exactly, so nothing is made of
    them here.
    """
    if block.statistic == "sum":
        return (block.cap or 0) * providers or None
    return {"households": 1, "euroCents": direct.cap_cents}.get(direct.unit)


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """One of the tables that are made to add up.

    ``id`` of its block; ``direct`` as released; ``cover`` float64[areas, atoms]; ``most`` is what
    one slot adds at most, in the table's unit.
    """

    id: str
    direct: Table
    cover: Floats
    most: float


def _adding_up(family: Sequence[Member], numbers: Floats, basis: str) -> Iterator[Table]:
    slots = Slots(numbers, family[0].most)
    columns = [
        add_up([_released(member, k) for member in family], slots)
        for k in _plain_outputs(family[0].direct)
    ]
    whole = min((member.direct for member in family), key=lambda table: len(table.areas))
    parts = [[column[place] for column in columns] for place in range(len(family))]
    rests = [_rest(whole, member, added) for member, added in zip(family, parts, strict=True)]
    for member, added, rest in zip(family, parts, rests, strict=True):
        direct = member.direct
        what = Improved(
            consistent_id(member.id),
            wording.added_up(_text(direct.title)),
            wording.consistent(is_here=bool(rest), is_anywhere=any(rests)),
            "consistent",
            direct.statistic,
            # Answers from before tables had a clamp of their own have no cells.
            _text(direct.clamp or localised(clamp_text(direct.cap_cents, UNITS["households"]))),
            direct.cap_cents,
        )
        labels = [(output.key, _text(output.label)) for output in direct.outputs]
        areas = _signed(direct, [(one.values, one.errors) for one in added])
        table = _table(direct, what, labels, direct.unit, areas, (basis,))
        yield table.model_copy(update={"rest": rest})


def _rest(whole: Table, member: Member, added: Sequence[Added]) -> tuple[AreaRow, ...]:
    """Return the rows of what is in no area of a table, per area of the coarsest one.

    Their intervals end where every slot would add the most.
    """
    rows = _signed(member.direct, [(one.rest, one.rest_errors) for one in added])
    return tuple(
        AreaRow(
            code=area.code,
            name=area.name,
            slots=int(slots),
            members=(),
            figures=tuple(
                figure_of(
                    one.value,
                    one.standard_error,
                    one.low,
                    min(one.high, slots * member.most),
                    member.direct.unit,
                )
                for one in row
            ),
        )
        for area, row, slots in zip(whole.areas, rows, added[0].rest_slots, strict=True)
        if slots > 0
    )


def _signed(direct: Table, columns: Sequence[tuple[Floats, Floats]]) -> list[list[Figure]]:
    """Return the figures per area of plain columns, with those from each bin on behind them."""
    values, errors = (np.stack(part, axis=1) for part in zip(*columns, strict=True))
    if any(output.derived for output in direct.outputs):
        # From each bin on: sums of independent columns.
        values = np.hstack([values, np.cumsum(values[:, ::-1], axis=1)[:, ::-1][:, :-1]])
        squares = np.cumsum(errors[:, ::-1] ** 2, axis=1)[:, ::-1][:, :-1]
        errors = np.hstack([errors, np.sqrt(squares)])
    return [
        [_symmetric(*figure, direct.unit) for figure in zip(*row, strict=True)]
        for row in zip(values, errors, strict=True)
    ]


def _released(member: Member, output: int) -> Level:
    """Return one output of a table with the variance of its noise, in the table's unit."""
    figures = [area.figures[output] for area in member.direct.areas]
    return Level(
        member.cover,
        np.array([one.value for one in figures], dtype=np.float64),
        np.array([one.standard_error**2 for one in figures]),
    )


def _plain_outputs(table: Table) -> list[int]:
    return [k for k, output in enumerate(table.outputs) if not output.derived]


def _direct(known: Definition, result: Result) -> Iterator[tuple[BlockDefinition, Table]]:
    tables = {table.id: table for table in result.tables if table.estimator == "direct"}
    for block in known.blocks:
        table = tables.get(block.id)
        if table is not None and table.areas:
            yield block, table


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
        cap_cents=what.cap_cents,
        clamp=localised(what.clamp),
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
