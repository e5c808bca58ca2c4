# SPDX-License-Identifier: EUPL-1.2
"""What a load did, for the provider only: in plain Dutch or English, or as JSON.

Bounded: of each rule the first lines are named and all are counted. No value of a record is in it,
but totals are, so a report stays with its provider (``privacy.md`` 0.16).
"""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeAlias

from ontschot.node.provider.intake.rule import Problem, Rule
from ontschot.node.provider.intake.rules.across import Mode
from ontschot.protocol.language import Language, Text

Status: TypeAlias = Literal["loaded", "unchanged", "stopped"]

_STATUS: dict[Status, Text] = {
    "loaded": Text("Het bestand is geladen.", "The file was loaded."),
    "unchanged": Text(
        "Dit bestand was al geladen. Er is niets veranderd.",
        "This file was loaded before. Nothing was changed.",
    ),
    "stopped": Text(
        "Wij hebben niets geladen. Er is niets veranderd.",
        "We loaded nothing. Nothing was changed.",
    ),
}


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the loaded rows cover.

    ``gemeenten``: codes; ``first``, ``last``: days, empty when nothing was loaded;
    ``with_address``: rows with a usable Dutch address; ``without_bsn``: rows that cannot be linked.
    """

    gemeenten: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    with_address: int = 0
    without_bsn: int = 0


@dataclass(frozen=True, slots=True)
class LoadReport:
    """The outcome of one load.

    ``read`` = ``loaded`` + ``rejected`` + ``already`` when the status is ``loaded``. ``replaced``:
    rows of earlier loads that made way. ``net_cent``: debits minus credits of the loaded rows, in
    euro cents. ``stopped_by``: why a stopped load stopped; ``can_confirm``: whether a person may
    decide to load it all the same.
    """

    status: Status
    mode: Mode | None = None
    sha256: str = ""
    read: int = 0
    loaded: int = 0
    rejected: int = 0
    already: int = 0
    replaced: int = 0
    net_cent: int = 0
    coverage: Coverage = Coverage()
    counts: tuple[tuple[Rule, int], ...] = ()
    problems: tuple[Problem, ...] = ()
    stopped_by: Problem | None = None
    can_confirm: bool = False

    def text(self, language: Language = "nl") -> str:
        """Return the report for people: what happened, and what to do per rule."""
        parts = [_STATUS[self.status].in_language(language)]
        if self.stopped_by:
            parts.append(self.stopped_by.text(language))
        if self.can_confirm:
            parts.append(_CONFIRM.in_language(language))
        if self.status == "loaded":
            parts += [line.in_language(language) for line in self._summary()]
        parts += self._rules(language)
        return "\n".join(parts)

    def json(self) -> str:
        """Return the report as JSON."""
        return json.dumps(self.document(), ensure_ascii=False, indent=1)

    def document(self) -> dict[str, Any]:
        """Return the report as plain values, for JSON or a console."""
        return {
            "status": self.status,
            "mode": self.mode,
            "sha256": self.sha256,
            "read": self.read,
            "loaded": self.loaded,
            "rejected": self.rejected,
            "already": self.already,
            "replaced": self.replaced,
            "net_cent": self.net_cent,
            "coverage": {
                "gemeenten": list(self.coverage.gemeenten),
                "first": self.coverage.first and self.coverage.first.isoformat(),
                "last": self.coverage.last and self.coverage.last.isoformat(),
                "with_address": self.coverage.with_address,
                "without_bsn": self.coverage.without_bsn,
            },
            "rules": [_rule(rule) | {"count": count} for rule, count in self.counts],
            "problems": [{"rule": item.rule.code, "line": item.line} for item in self.problems],
            "stopped_by": self.stopped_by
            and _rule(self.stopped_by.rule) | {"line": self.stopped_by.line},
            "can_confirm": self.can_confirm,
        }

    def _summary(self) -> list[Text]:
        cover = self.coverage
        lines = [
            Text(
                f"{self.loaded} van de {self.read} regels zijn geladen.",
                f"{self.loaded} of {self.read} lines were loaded.",
            ),
            Text(f"Samen is dat {euros(self.net_cent)}.", f"The sum is {euros(self.net_cent)}."),
        ]
        if cover.first and cover.last:
            lines.append(
                Text(
                    f"Het gaat om {cover.first} tot en met {cover.last}.",
                    f"The period is {cover.first} to {cover.last}.",
                )
            )
        lines += [
            Text(dutch.format(count), english.format(count))
            for count, dutch, english in (
                (self.rejected, *_REJECTED),
                (self.already, *_ALREADY),
                (self.replaced, *_REPLACED),
                (self.loaded - cover.with_address, *_NO_ADDRESS),
            )
            if count
        ]
        return lines

    def _rules(self, language: Language) -> list[str]:
        first: dict[str, list[int]] = {}
        for problem in self.problems:
            if problem.line:
                first.setdefault(problem.rule.code, []).append(problem.line)
        return [
            _count_line(rule, count, first.get(rule.code, []), language)
            for rule, count in self.counts
        ]


_CONFIRM = Text(
    "Klopt het bestand toch? Laad het dan opnieuw en bevestig het.",
    "Is the file right after all? Load it again and confirm.",
)
_REJECTED = Text("{} regels zijn afgewezen. Verbeter ze.", "{} lines were rejected. Mend them.")
_ALREADY = Text("{} regels waren al geladen.", "{} lines had been loaded before.")
_REPLACED = Text(
    "{} regels van een eerdere keer zijn vervangen.", "{} lines of an earlier load were replaced."
)
_NO_ADDRESS = Text(
    "{} regels hebben geen bruikbaar adres. Die staan niet op de kaart.",
    "{} lines have no usable address. They are not on the map.",
)
_SEVERITY = {
    "R": Text("afgewezen", "rejected"),
    "M": Text("geladen, let op", "loaded, take note"),
    "S": Text("gestopt", "stopped"),
}


def euros(cents: int) -> str:
    """Return euro cents as Dutch text, such as ``€ -1.234,56``."""
    whole, rest = divmod(abs(cents), 100)
    return f"€ {'-' if cents < 0 else ''}{whole:,}".replace(",", ".") + f",{rest:02d}"


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "rule": rule.code,
        "severity": rule.severity,
        "column": rule.column,
        "retour": rule.retour,
        "text": {"nl": rule.text.nl, "en": rule.text.en},
    }


def _count_line(rule: Rule, count: int, lines: list[int], language: Language) -> str:
    dutch = language == "nl"
    times = "keer" if dutch else "times"
    where = ""
    if lines:
        more = ", ..." if count > len(lines) else ""
        word = ("regel" if dutch else "line") + ("s" if count > 1 else "")
        where = f" ({word} {', '.join(map(str, lines))}{more})"
    column = f"{'kolom' if dutch else 'column'} {rule.column}: " if rule.column else ""
    what = rule.text.in_language(language)
    kind = _SEVERITY[rule.severity].in_language(language)
    return f"- {count} {times} [{rule.code}, {kind}] {column}{what}{where}"
