# SPDX-License-Identifier: EUPL-1.2
"""From a definition and a price to a query, and back: the check that a query is what it says."""

from collections.abc import Mapping
from fractions import Fraction

from ontschot.protocol.catalogue.definitions import BlockDefinition, Definition, definition
from ontschot.protocol.documents.queries import Block, Cells, Query, Unit
from ontschot.protocol.documents.rounds import Level, Round
from ontschot.protocol.errors import Refusal
from ontschot.protocol.language import Text
from ontschot.protocol.privacy.sensitivity import of_block
from ontschot.protocol.privacy.units import format_sigma, parse_sigma, rho_of, sigma_for

__all__ = ["NotTheDefinition", "plan_blocks", "require_definition", "require_price"]


class NotTheDefinition(Refusal):
    """The query differs from its definition in the catalogue."""

    code = "not-the-definition"
    title = Text(
        "De vraag is anders dan in de catalogus staat",
        "The question differs from its definition in the catalogue",
    )
    remedy = Text(
        "Maak de vraag opnieuw uit de catalogus. Gebruiken alle partijen dezelfde versie?",
        "Make the question again from the catalogue. Do all parties use the same version?",
    )


def plan_blocks(
    question: Definition,
    maps: Mapping[tuple[Level, int], str],
    rho: int,
    *,
    household_providers: int,
) -> list[Block]:
    """Return the blocks of a query that costs at most ``rho`` (units of 1e-12) at one helper.

    ``maps`` gives the hash of the area map for (level, minimum); ``household_providers`` is M of
    the roster.
    """
    return [
        _priced(
            question.unit,
            block,
            _cells(question, block, household_providers),
            maps[block.level, block.minimum],
            rho,
        )
        for block in question.blocks
    ]


def _cells(question: Definition, block: BlockDefinition, household_providers: int) -> Cells | None:
    variable = question.source(block.variable)
    if variable is None or variable.cells is None:
        return None
    return Cells(classes=len(variable.cells.classes), providers=household_providers)


def _priced(
    unit: Unit, block: BlockDefinition, cells: Cells | None, area_map: str, rho: int
) -> Block:
    squared = of_block(block.statistic, block.thresholds, block.cap, cells).added.l2_squared
    sigma = sigma_for(rho * block.share // 100, squared)
    return Block(
        id=block.id,
        unit=unit,
        variable=block.variable,
        level=block.level,
        area_map=area_map,
        statistic=block.statistic,
        thresholds=block.thresholds,
        cap=block.cap,
        cells=cells,
        l2_squared=str(squared),
        sigma=format_sigma(sigma),
        rho=str(rho_of(sigma, squared)),
    )


def require_definition(query: Query, round_: Round, *, household_providers: int) -> Definition:
    """Check that ``query`` asks what the catalogue says, and that its figures are right.

    Sensitivity and price of each block are computed anew; ``household_providers`` is M of the
    roster, which a query cannot choose.

    Raises:
        NotTheDefinition: any difference; the detail names the block.
        UnknownQuestion: not in the catalogue.
    """
    known = definition(query.question)
    if query.definition != known.digest:
        raise NotTheDefinition(query.question)
    if [block.id for block in query.blocks] != [block.id for block in known.blocks]:
        raise NotTheDefinition(query.question)
    if query.codes != known.codes:
        raise NotTheDefinition(query.question)
    offered = {variable.id: variable for variable in round_.variables}
    for variable in known.variables:
        if offered.get(variable.id) != variable:
            raise NotTheDefinition(f"{query.question} {variable.id}")
    for asked, block in zip(query.blocks, known.blocks, strict=True):
        cells = _cells(known, block, household_providers)
        if asked.unit != known.unit or not _same(asked, block, cells, round_):
            raise NotTheDefinition(f"{query.question} {block.id}")
    return known


def require_price(block: Block) -> None:
    """Check sensitivity, noise and price of one block by computing them anew.

    Raises:
        NotTheDefinition: a figure differs.
    """
    priced = of_block(block.statistic, block.thresholds, block.cap, block.cells)
    squared = priced.added.l2_squared
    sigma: Fraction = parse_sigma(block.sigma)
    if block.l2_squared != str(squared) or block.rho != str(rho_of(sigma, squared)):
        raise NotTheDefinition(block.id)


def _same(asked: Block, block: BlockDefinition, cells: Cells | None, round_: Round) -> bool:
    require_price(asked)
    return (
        asked.area_map == round_.area_map(block.level, block.minimum)
        and asked.variable == block.variable
        and asked.level == block.level
        and asked.statistic == block.statistic
        and asked.thresholds == block.thresholds
        and asked.cap == block.cap
        and asked.cells == cells
    )
