# SPDX-License-Identifier: EUPL-1.2
"""Who is killed where: a few cases for every run, and the full matrix of parties and boundaries."""

from dataclasses import dataclass, replace
from itertools import product

from ontschot_demo.installing import DEALER, HELPERS
from processes.crash_points import Boundary, CrashPoint
from processes.kill_town import COORDINATOR

A, B = HELPERS
ONE, TWO, SIX = "aanbieder-1", "aanbieder-2", "aanbieder-6"
LAST = {(A, "consent"): 5, (B, "consent"): 5}
"""To whom only the last of several letters makes a difference: how many come before it."""

HANDLING: tuple[Boundary, ...] = ("before-commit", "after-commit", "before-ack")
RELAYING: tuple[Boundary, ...] = ("before-commit", "after-commit", "acknowledged")
TAKING: tuple[Boundary, ...] = ("before-commit", "after-commit")


@dataclass(frozen=True, slots=True)
class Case:
    """Who dies where; ``noised_at`` is the letter on which a helper draws the noise."""

    party: str
    point: CrashPoint
    noised_at: str = "open"

    def __str__(self) -> str:
        """Return the name of the case."""
        return f"{self.party}-{self.point}"

    @property
    def drawn(self) -> dict[str, int]:
        """How often each helper draws: what died before its commit was never of use."""
        lost = self.point.letter == self.noised_at and self.point.boundary == "before-commit"
        return {name: 2 if lost and name == self.party else 1 for name in HELPERS}


def case(party: str, letter: str, boundary: Boundary, skip: int | None = None) -> Case:
    """Return one case; without ``skip`` at the first letter that makes a difference."""
    skipped = LAST.get((party, letter), 0) if skip is None else skip
    return Case(party, CrashPoint(letter, boundary, skipped))


def cross(
    parties: tuple[str, ...], letters: str, boundaries: tuple[Boundary, ...]
) -> tuple[Case, ...]:
    """Return each party with each letter (their names in one text) and each boundary."""
    return tuple(case(*one) for one in product(parties, letters.split(), boundaries))


FIRST = (
    case(DEALER, "deal", "before-commit"),
    case(A, "upload", "after-commit"),
    case(B, "delivery", "before-commit"),
    case(ONE, "question", "after-commit"),
    case(TWO, "upload", "posted"),
    case(COORDINATOR, "receipt", "after-commit"),
)
"""One point for each kind of party, all in the first question, which brings the uploads."""

RELEASE = (
    case(A, "manifest", "after-commit"),
    case(B, "consent", "before-commit"),
    case(A, "agree", "after-commit"),
    case(B, "prepare", "before-ack"),
    case(A, "open", "before-commit"),
    case(B, "open", "after-commit"),
    case(A, "commit", "after-commit"),
    case(B, "output", "posted"),
    case(ONE, "manifest", "after-commit"),
    case(TWO, "commit", "before-commit"),
    case(DEALER, "choice", "after-commit"),
    case(COORDINATOR, "agree", "before-commit"),
    case(COORDINATOR, "output", "before-commit", 1),
    case(COORDINATOR, "output", "after-commit", 1),
)

EVERY_RELEASE = (
    *cross(HELPERS, "question offer toss-commit toss-reveal delivery", HANDLING),
    *cross(HELPERS, "manifest consent agree prepare open commit", HANDLING),
    *cross(HELPERS, "toss-commit toss-reveal batch-ready", ("posted",)),
    case(A, "choice", "posted"),
    *cross(HELPERS, "agree prepare open commit output", ("posted",)),
    *cross((DEALER,), "deal choice", HANDLING),
    *cross((DEALER,), "offer delivery", ("posted",)),
    *cross((ONE,), "question manifest commit", HANDLING),
    case(ONE, "consent", "posted"),
    *cross((COORDINATOR,), "offer toss-commit toss-reveal choice delivery", RELAYING),
    *cross((COORDINATOR,), "consent agree prepare open commit", RELAYING),
    *cross((COORDINATOR,), "batch-ready output", TAKING),
    *cross((COORDINATOR,), "question deal manifest", ("acknowledged",)),
    case(COORDINATOR, "output", "before-commit", 1),
    case(COORDINATOR, "output", "after-commit", 1),
)

UPLOAD = (
    case(A, "withdrawal", "before-commit"),
    case(B, "upload", "before-commit"),
    case(COORDINATOR, "upload", "after-commit"),
)

EVERY_UPLOAD = (
    *cross((TWO,), "withdrawal upload uploaded", ("posted",)),
    *cross(HELPERS, "withdrawal upload admitted", HANDLING),
    *cross(HELPERS, "manifest agree prepare open commit", HANDLING),
    *cross(HELPERS, "receipt", ("posted",)),
    *cross((COORDINATOR,), "withdrawal upload receipt", RELAYING),
    *cross((COORDINATOR,), "uploaded", TAKING),
    case(COORDINATOR, "admitted", "acknowledged"),
)

ABORT = (
    case(COORDINATOR, "refusal", "after-commit"),
    case(A, "abort-request", "after-commit"),
    case(ONE, "abort", "before-commit", 1),
)

EVERY_ABORT = (
    *cross((SIX,), "manifest", HANDLING),
    case(SIX, "refusal", "posted"),
    *cross((COORDINATOR,), "refusal", TAKING),
    *cross((COORDINATOR,), "abort", RELAYING),
    case(COORDINATOR, "abort-request", "acknowledged"),
    *cross(HELPERS, "abort-request abort", HANDLING),
    *cross(HELPERS, "abort", ("posted",)),
    *cross((ONE,), "abort", HANDLING),
    *(case(ONE, "abort", boundary, 1) for boundary in HANDLING),
)

SECOND = "open-codes"
"""The letter with a masked code: the second opening of a release with codes."""


def chained(cases: tuple[Case, ...]) -> tuple[Case, ...]:
    """Return the cases in a release that opens twice: noise is drawn after the second time."""
    return tuple(replace(one, noised_at=SECOND) for one in cases)


CHAINED_RELEASE = chained(
    (
        case(A, SECOND, "before-commit"),
        case(B, "open", "after-commit"),
        case(B, SECOND, "posted"),
        case(COORDINATOR, SECOND, "after-commit"),
    )
)
"""Before the second opening, around it, and with both masked codes out and nothing committed."""

EVERY_CHAINED_RELEASE = chained(
    (
        *cross(HELPERS, f"open {SECOND} commit", HANDLING),
        *cross(HELPERS, f"open {SECOND} commit", ("posted",)),
        *cross((COORDINATOR,), f"open {SECOND} commit", RELAYING),
    )
)
