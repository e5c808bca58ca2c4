# SPDX-License-Identifier: EUPL-1.2
"""Six providers that do not exist, and what each of them delivers at which tariff.

Youth tariffs marked * are the published maximum tariffs 2024 of the Bollenstreek (noordwijk.nl,
"Maximale tarieven PGB Jeugdhulp 2024 Bollenstreek"); all other tariffs are assumptions of the same
size. How much is delivered per month and for how long is an assumption everywhere.
"""

from dataclasses import dataclass
from typing import Literal

Wet = Literal["JW", "WMO"]

MINUTE, HOUR, DAY, PART_OF_DAY, OUTPUT, EFFORT = "01", "04", "14", "16", "82", "84"
"""Units of iJw/iWmo 3.2 (WJ756)."""

STAY = frozenset({"35", "36", "37", "38", "43", "44"})
"""Categories of youth care with stay (JZ020)."""

WMO_CATEGORIES = frozenset(f"{number:02d}" for number in range(1, 19))
"""Categories of the Wmo (WMO020)."""


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider; ``agb`` is its AGB code, ``letter`` starts its references."""

    agb: str
    name: str
    letter: str


YOUTH, MENTAL, HOMES, HOUSEHOLD, GUIDANCE, GUARDIAN = range(6)

PROVIDERS = (
    Provider("99010001", "Jeugdhulp Voorbeeld", "J"),
    Provider("99010002", "Jeugd-ggz Voorbeeld", "G"),
    Provider("99010003", "Gezinshuizen Voorbeeld", "H"),
    Provider("99010004", "Thuiszorg Voorbeeld", "T"),
    Provider("99010005", "Begeleiding Voorbeeld", "B"),
    Provider("99010006", "Jeugdbescherming Voorbeeld", "V"),
)


@dataclass(frozen=True, slots=True)
class Offer:
    """One product of one provider.

    ``tariff`` in euro cents per unit (per hour where the unit is a minute); ``volume`` units in a
    full month (the median; 30 days are all days of a month), ``spread`` the sigma of its lognormal;
    ``days`` the mean duration of a traject; ``ongoing`` the share that had started before the
    period; ``once`` for a delivery in one month only.
    """

    code: str
    provider: int
    wet: Wet
    category: str
    unit: str
    tariff: int
    volume: float
    spread: float
    days: int
    ongoing: float
    once: bool = False


OFFERS = (
    Offer("45A48", YOUTH, "JW", "45", MINUTE, 78_00, 560, 0.55, 300, 0.5),  # *
    Offer("45A49", YOUTH, "JW", "45", MINUTE, 51_00, 540, 0.55, 280, 0.5),  # *
    Offer("41A03", YOUTH, "JW", "41", PART_OF_DAY, 74_37, 20, 0.30, 330, 0.55),  # *
    Offer("42A03", YOUTH, "JW", "42", EFFORT, 14_36, 12, 0.25, 330, 0.55),  # *
    Offer("46A01", YOUTH, "JW", "46", DAY, 210_00, 30, 0.0, 24, 0.05),
    Offer("50A01", YOUTH, "JW", "50", OUTPUT, 1_150_00, 1, 0.0, 270, 0.5),
    Offer("54001", MENTAL, "JW", "54", MINUTE, 111_60, 270, 0.55, 270, 0.5),  # *
    Offer("54002", MENTAL, "JW", "54", MINUTE, 75_60, 300, 0.55, 270, 0.5),  # *
    Offer("54003", MENTAL, "JW", "54", MINUTE, 131_40, 420, 0.55, 300, 0.5),  # *
    Offer("53A01", MENTAL, "JW", "53", MINUTE, 202_20, 60, 0.35, 240, 0.5),  # *
    Offer("45A76", MENTAL, "JW", "45", MINUTE, 68_40, 240, 0.20, 420, 0.55),  # *
    Offer("44A08", HOMES, "JW", "44", DAY, 163_59, 30, 0.0, 560, 0.65),  # *
    Offer("44A27", HOMES, "JW", "44", DAY, 95_06, 30, 0.0, 380, 0.6),  # *
    Offer("43A10", HOMES, "JW", "43", DAY, 262_00, 30, 0.0, 420, 0.6),
    Offer("43A90", HOMES, "JW", "43", DAY, 535_00, 30, 0.0, 700, 0.75),
    Offer("01A05", HOUSEHOLD, "WMO", "01", MINUTE, 33_60, 630, 0.30, 1400, 0.85),
    Offer("03A01", HOUSEHOLD, "WMO", "03", HOUR, 52_80, 6, 0.40, 700, 0.75),
    Offer("11A01", HOUSEHOLD, "WMO", "11", OUTPUT, 54_50, 1, 0.0, 1600, 0.85),
    Offer("12A01", HOUSEHOLD, "WMO", "12", OUTPUT, 61_75, 1, 0.0, 1600, 0.85),
    Offer("13A01", HOUSEHOLD, "WMO", "13", OUTPUT, 2_640_00, 1, 0.0, 30, 0.0, once=True),
    Offer("14A01", HOUSEHOLD, "WMO", "14", OUTPUT, 28_90, 1, 0.0, 1400, 0.8),
    Offer("02A03", GUIDANCE, "WMO", "02", MINUTE, 62_40, 480, 0.50, 800, 0.7),
    Offer("07A01", GUIDANCE, "WMO", "07", PART_OF_DAY, 40_80, 17, 0.35, 800, 0.7),
    Offer("08A01", GUIDANCE, "WMO", "08", EFFORT, 11_40, 16, 0.35, 800, 0.7),
    Offer("04A02", GUIDANCE, "WMO", "04", DAY, 142_00, 4, 0.35, 600, 0.6),
    Offer("06A01", GUIDANCE, "WMO", "06", OUTPUT, 176_00, 1, 0.0, 500, 0.6),
    Offer("15A01", GUIDANCE, "WMO", "15", DAY, 126_50, 30, 0.0, 900, 0.75),
    Offer("45A49", GUIDANCE, "JW", "45", MINUTE, 51_00, 480, 0.50, 300, 0.5),  # *
    Offer("48A01", GUARDIAN, "JW", "48", OUTPUT, 842_00, 1, 0.0, 620, 0.7),
    Offer("47A01", GUARDIAN, "JW", "47", OUTPUT, 731_00, 1, 0.0, 330, 0.5),
)


def offer(code: str, provider: int) -> int:
    """Return the index in ``OFFERS`` of a product of a provider.

    Raises:
        StopIteration: no such offer.
    """
    return next(
        index
        for index, found in enumerate(OFFERS)
        if found.code == code and found.provider == provider
    )
