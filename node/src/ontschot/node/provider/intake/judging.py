# SPDX-License-Identifier: EUPL-1.2
"""Judging the rows of the waiting room together, and the load as a whole."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select, update

from ontschot.node.provider.intake.rule import FileStopped, Tally
from ontschot.node.provider.intake.rules.across import ACROSS_RULES, ALREADY_LOADED, ROW, Mode
from ontschot.node.provider.intake.rules.whole import MIXED, TOO_MANY_REJECTED, TOTAL_DIFFERS
from ontschot.node.provider.records.models import Prestatie

MAX_REJECTED_PERCENT = 5


@dataclass(frozen=True, slots=True)
class Verdict:
    """Rows of the waiting room that were ``rejected``, or are ``already`` loaded."""

    rejected: int
    already: int


def mode_of(accepted: int, with_reference: int) -> Mode:
    """Return how this file is loaded.

    Raises:
        FileStopped: some of its lines have a reference and others have none.
    """
    if 0 < with_reference < accepted:
        raise FileStopped(MIXED)
    return "referentie" if with_reference else "vervangen"


def judge(connection: Connection, mode: Mode, tally: Tally, lines_per_rule: int) -> Verdict:
    """Apply the rules over several rows, mark the rows that fail, and count everything."""
    marked = {True: 0, False: 0}
    for rule in ACROSS_RULES:
        if mode not in rule.modes:
            continue
        found = rule.breaches()
        if rule.severity == "R" or rule is ALREADY_LOADED:
            mark = update(ROW).where(ROW.regelnr.in_(found)).values(fout=rule.code)
            count = connection.execute(mark).rowcount
            marked[rule is ALREADY_LOADED] += count
            found = select(ROW.regelnr).where(ROW.fout == rule.code)
        else:
            count = connection.scalar(select(func.count()).select_from(found.subquery())) or 0
        if count:
            rows = found.subquery()
            first = select(rows.c.regelnr).order_by(rows.c.regelnr).limit(lines_per_rule)
            tally.add_many(rule, count, connection.scalars(first))
    return Verdict(rejected=marked[False], already=marked[True])


def require_few_rejected(read: int, rejected: int, *, confirmed: bool) -> None:
    """Stop a load of which more than 5 % of the lines was rejected, unless a person confirmed.

    Raises:
        FileStopped: that can be confirmed.
    """
    if rejected * 100 > MAX_REJECTED_PERCENT * read and not confirmed:
        raise FileStopped(TOO_MANY_REJECTED, can_confirm=True)


def require_likely_total(
    connection: Connection, gemeenten: list[str], first: date, last: date, *, confirmed: bool
) -> None:
    """Stop a load after which the months differ too much from the period before them.

    Compared is the net amount per month that has records, for the gemeenten of the file: its own
    months, with what was loaded for them earlier, against as many months just before. Without an
    earlier period, or when that was zero or less, there is nothing to compare with.

    Raises:
        FileStopped: below half or above twice, and not confirmed; that can be confirmed.
    """
    if confirmed:
        return
    span = _months(last) - _months(first) + 1
    before = _first_day(_months(first) - span)
    after = _first_day(_months(last) + 1)
    sums: defaultdict[int, int] = defaultdict(int)
    per_day = (
        select(Prestatie.periode_van, func.sum(Prestatie.net_cent))
        .where(Prestatie.gemeente.in_(gemeenten))
        .where(Prestatie.periode_van >= before, Prestatie.periode_van < after)
        .group_by(Prestatie.periode_van)
    )
    for day, cents in connection.execute(per_day):
        sums[_months(day)] += int(cents)
    now = [cents for month, cents in sums.items() if month >= _months(first)]
    then = [cents for month, cents in sums.items() if month < _months(first)]
    if not now or sum(then) <= 0:
        return
    # Averages per month compared without division: now/len(now) against then/len(then).
    left, right = sum(now) * len(then), sum(then) * len(now)
    if left * 2 < right or left > right * 2:
        raise FileStopped(TOTAL_DIFFERS, can_confirm=True)


def _months(day: date) -> int:
    return day.year * 12 + day.month - 1


def _first_day(months: int) -> date:
    return date(months // 12, months % 12 + 1, 1)
