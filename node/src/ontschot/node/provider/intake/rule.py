# SPDX-License-Identifier: EUPL-1.2
"""A rule, what it says when it is broken, and the count of what was said.

Severities of ``domain.md`` 5.1: a broken **R** rule rejects the row, **M** reports it and loads it,
**S** stops the whole file. A message names a line, a column and a rule; never a value.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from ontschot.node.provider.intake.columns import Line
from ontschot.node.provider.intake.facts import Facts
from ontschot.protocol.language import Language, Text

Severity: TypeAlias = Literal["R", "M", "S"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the intake.

    ``code``: stable, kebab case. ``column``: the column it is about, or empty. ``text``: what is
    wrong and what to do, in B1 Dutch and English. ``retour``: the retourcode of iJw/iWmo, if any.
    """

    code: str
    severity: Severity
    column: str
    text: Text
    retour: str = ""


@dataclass(frozen=True, slots=True)
class RowRule(Rule):
    """A rule that one line is checked by; ``holds`` is false when the line breaks it.

    A rule passes what another rule judges: an impossible day breaks the rule of that day only.
    """

    holds: Callable[[Line, Facts], bool] = lambda _line, _facts: True


class Problem(NamedTuple):
    """A broken rule; ``line`` counts from 1 with the header, 0 is the file as a whole."""

    rule: Rule
    line: int

    def text(self, language: Language) -> str:
        """Return one line for people."""
        dutch = language == "nl"
        places = [
            *([f"{'regel' if dutch else 'line'} {self.line}"] if self.line else []),
            *([f"{'kolom' if dutch else 'column'} {self.rule.column}"] if self.rule.column else []),
        ]
        where = ", ".join(places) or ("bestand" if dutch else "file")
        return f"{where[0].upper()}{where[1:]}: {self.rule.text.in_language(language)}"


class FileStopped(Exception):
    """A broken S rule: nothing of this file is loaded. Caught by the service, never seen outside.

    ``can_confirm``: a person may decide that the file is right after all.
    """

    def __init__(self, rule: Rule, line: int = 0, *, can_confirm: bool = False) -> None:
        super().__init__(rule.code)
        self.problem = Problem(rule, line)
        self.can_confirm = can_confirm


class Tally:
    """Counts broken rules, and keeps the first lines of each."""

    def __init__(self, lines_per_rule: int) -> None:
        self._limit = lines_per_rule
        self._counts: dict[str, int] = {}
        self._first: dict[str, list[Problem]] = {}
        self._rules: dict[str, Rule] = {}

    def add(self, rule: Rule, line: int) -> None:
        """Count one broken rule."""
        self.add_many(rule, 1, [line])

    def add_many(self, rule: Rule, count: int, lines: Iterable[int]) -> None:
        """Count ``count`` breaches of ``rule``, of which ``lines`` are the first."""
        if not count:
            return
        self._rules[rule.code] = rule
        self._counts[rule.code] = self._counts.get(rule.code, 0) + count
        kept = self._first.setdefault(rule.code, [])
        for line in lines:
            if len(kept) >= self._limit:
                break
            kept.append(Problem(rule, line))

    def counts(self) -> tuple[tuple[Rule, int], ...]:
        """Return the broken rules with their counts: S, R, M, and by code."""
        order = sorted(
            self._rules.values(), key=lambda rule: ("SRM".index(rule.severity), rule.code)
        )
        return tuple((rule, self._counts[rule.code]) for rule in order)

    def problems(self) -> tuple[Problem, ...]:
        """Return the first problems of each rule, in the same order."""
        return tuple(problem for rule, _ in self.counts() for problem in self._first[rule.code])
