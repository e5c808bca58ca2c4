# SPDX-License-Identifier: EUPL-1.2
"""What is counted in cells: one row for each thing that counts, with its class.

* By ``verwijzer``: allocations that begin in the period. One without a first day counts on the day
  that it was made.
* By ``duur``: trajecten that end in the period, by the days from their first to their last day.
* By ``wachttijd``: trajecten that begin in the period, by the days from their allocation
  (toewijzingsdatum) to their start. The records keep the latest date of an allocation, so one that
  was made after the start says nothing of waiting: such a traject is not counted.
* By ``reden``: trajecten that end in the period, by why.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, Integer, Select, and_, case, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from ontschot.node.provider.intake.codes import Law, ending_classes
from ontschot.node.provider.records.models import Levering, Toewijzing
from ontschot.node.provider.records.period import Period
from ontschot.protocol.documents.rounds import ClassedBy
from ontschot.protocol.variables.days import first_days
from ontschot.protocol.variables.errors import MalformedVariable

Things: TypeAlias = Select[*tuple[Any, ...]]
"""Rows of ``client_id``, ``gemeente`` and ``klasse``: the code of a class, never a code of a record
that is none of the classes."""


class _DaysBetween(FunctionElement[int]):
    """Whole days from the first date to the second."""

    inherit_cache = True
    type = Integer()


@compiles(_DaysBetween)
def _subtract(element: _DaysBetween, compiler: SQLCompiler, **options: Any) -> str:
    first, last = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({last} - {first})"


@compiles(_DaysBetween, "sqlite")
def _subtract_sqlite(element: _DaysBetween, compiler: SQLCompiler, **options: Any) -> str:
    first, last = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST(julianday({last}) - julianday({first}) AS INTEGER)"


def things(period: Period, laws: frozenset[Law], by: ClassedBy, classes: Sequence[str]) -> Things:
    """Return the statement of everything under ``laws`` that counts in ``period``, with its class.

    Raises:
        MalformedVariable: not classes that it can be classed in.
    """
    return _MADE[by](period, sorted(laws), classes)


def _by_referrer(period: Period, laws: Sequence[Law], classes: Sequence[str]) -> Things:
    begins = func.coalesce(Toewijzing.ingang, Toewijzing.toewijzingsdatum)
    known = Toewijzing.verwijzer.in_(classes[:-1])
    code = case((known, Toewijzing.verwijzer), else_=classes[-1])
    return select(Toewijzing.client_id, Toewijzing.gemeente, code.label("klasse")).where(
        Toewijzing.wet.in_(laws), period.covers(begins)
    )


def _by_length(period: Period, laws: Sequence[Law], classes: Sequence[str]) -> Things:
    days = _DaysBetween(Levering.begin, Levering.einde)
    return _trajects(laws, _class_of_days(days, classes)).where(
        period.covers(Levering.einde), days >= 0
    )


def _by_waiting(period: Period, laws: Sequence[Law], classes: Sequence[str]) -> Things:
    days = _DaysBetween(Toewijzing.toewijzingsdatum, Levering.begin)
    its_allocation = and_(
        Toewijzing.gemeente == Levering.gemeente,
        Toewijzing.wet == Levering.wet,
        Toewijzing.toewijzing_nr == Levering.toewijzing_nr,
        Toewijzing.client_id == Levering.client_id,
    )
    return (
        _trajects(laws, _class_of_days(days, classes))
        .join(Toewijzing, its_allocation)
        .where(period.covers(Levering.begin), days >= 0)
    )


def _by_reason(period: Period, laws: Sequence[Law], classes: Sequence[str]) -> Things:
    code = case(
        *(
            (and_(Levering.wet == law, Levering.reden_einde == reason), name)
            for law in laws
            for reason, name in ending_classes(law).items()
        )
    )
    if set(classes) != {name for law in laws for name in ending_classes(law).values()}:
        raise MalformedVariable("other classes of reasons than those known here")
    return _trajects(laws, code).where(period.covers(Levering.einde), code.is_not(None))


def _trajects(laws: Sequence[Law], code: ColumnElement[Any]) -> Things:
    return select(Levering.client_id, Levering.gemeente, code.label("klasse")).where(
        Levering.wet.in_(laws)
    )


def _class_of_days(days: ColumnElement[int], classes: Sequence[str]) -> ColumnElement[str]:
    # The longest first: a class ends where the next begins.
    firsts = reversed([*zip(first_days(classes), classes, strict=True)])
    return case(*((days >= first, name) for first, name in firsts))


_MADE: Final[Mapping[ClassedBy, Callable[[Period, Sequence[Law], Sequence[str]], Things]]] = (
    MappingProxyType(
        {
            "verwijzer": _by_referrer,
            "duur": _by_length,
            "wachttijd": _by_waiting,
            "reden": _by_reason,
        }
    )
)
