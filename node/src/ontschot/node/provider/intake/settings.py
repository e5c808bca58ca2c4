# SPDX-License-Identifier: EUPL-1.2
"""What a provider sets once for its loads."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from ontschot.node.provider.intake.codes import gemeenten
from ontschot.node.provider.intake.errors import IntakeSettingsWrong

Profile: TypeAlias = Literal["production", "rehearsal", "demo"]


MADE_UP = re.compile(r"99[0-9]{2}")
"""Codes that CBS gives to no gemeente: towns that do not exist, for rehearsals."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on a file and on its report.

    ``line_bytes``: a longer line stops the load before it is kept in memory. ``file_bytes``: a
    larger file is not begun. ``lines_per_rule``: so many lines are named per rule; all are counted.
    """

    line_bytes: int = 4_096
    file_bytes: int = 16 * 2**30
    lines_per_rule: int = 20


@dataclass(frozen=True, slots=True)
class IntakeSettings:
    """Settings of a load.

    ``agb``: the provider's own code, eight digits. ``gemeenten``: the four digits of every
    gemeente with a contract. ``profile``: as in the signed roster; a production node refuses test
    numbers, the others take nothing else. ``product_codes``: those of the contracts; empty means
    that they are not checked. ``tariffs``: a file that replaces ``codes/tarieven.csv``.
    """

    agb: str
    gemeenten: frozenset[str]
    profile: Profile
    product_codes: frozenset[str] = frozenset()
    tariffs: Path | None = None
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        """Check against the code lists.

        Raises:
            IntakeSettingsWrong: the detail says which setting.
        """
        if len(self.agb) != 8 or not (self.agb.isascii() and self.agb.isdigit()):
            raise IntakeSettingsWrong("agb: 8 digits")
        unknown = self.gemeenten - self.known_gemeenten
        if unknown or not self.gemeenten:
            raise IntakeSettingsWrong(f"gemeenten: {', '.join(sorted(unknown)) or 'none'}")
        if self.profile not in get_args(Profile):
            raise IntakeSettingsWrong("profile: production, rehearsal or demo")

    @property
    def known_gemeenten(self) -> frozenset[str]:
        """The codes of CBS; outside production also made-up ones, which begin with 99."""
        real = frozenset(gemeenten())
        if self.profile == "production":
            return real
        return real | {code for code in self.gemeenten if MADE_UP.fullmatch(code)}
