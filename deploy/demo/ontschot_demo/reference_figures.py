# SPDX-License-Identifier: EUPL-1.2
"""Published figures that the made-up world is calibrated on, each with its source.

A table in the code, so that the demo needs no file; a test compares it with
``cbs/referentiecijfers.csv`` of the public test data. All figures are CBS, CC BY 4.0.
"""

from dataclasses import dataclass
from fractions import Fraction

_STACKING = "CBS StatLine 83264NED (cbs.nl/nl-nl/cijfers/detail/83264NED)"
_YOUTH_2023 = "CBS longread Jeugdhulp 1e halfjaar 2023 (voorlopig), h.1"
_INDICATORS = "CBS StatLine 82972NED"

_WMO = "Wmo-maatwerkvoorzieningen per client/huishouden"
_STAY = "Jongeren met jeugdhulp in natura"
_SHARES = "Indicatoren jeugdzorg"


@dataclass(frozen=True, slots=True)
class Figure:
    """One published figure; the columns of ``referentiecijfers.csv``."""

    region: str
    period: str
    subject: str
    category: str
    unit: str
    value: Fraction
    source: str


def _alkmaar(category: str, unit: str, value: int) -> Figure:
    return Figure("Alkmaar", "2023*", _WMO, category, unit, Fraction(value), _STACKING)


def _netherlands(category: str, value: int) -> Figure:
    return Figure("Nederland", "2023H1*", _STAY, category, "jongeren", Fraction(value), _YOUTH_2023)


def _indicator(category: str, value: str) -> Figure:
    return Figure("Nederland", "2019*", _SHARES, category, "%", Fraction(value), _INDICATORS)


WMO_CLIENTS = _alkmaar("Totaal", "clienten", 7145)
WMO_HOUSEHOLDS = _alkmaar("Totaal", "huishoudens", 6820)
WMO_SERVICES = tuple(
    _alkmaar(category, "huishoudens", value)
    for category, value in (
        ("1", 3725),
        ("2", 1990),
        ("3", 695),
        ("4", 235),
        ("5", 110),
        ("6 of meer", 65),
    )
)
"""Households by their number of Wmo services, 1 to "6 or more"."""

WITHOUT_STAY = _netherlands("Zonder verblijf (alleen)", 348_470)
WITH_AND_WITHOUT_STAY = _netherlands("Zowel zonder als met verblijf", 17_565)
WITH_STAY = _netherlands("Met verblijf (alleen)", 18_400)

YOUTH_HELP = _indicator("Jongeren met jeugdhulp in natura (% van jongeren)", "12.2")
PROTECTION = _indicator("Jongeren met jeugdbescherming (%)", "1.2")
PROBATION = _indicator("Jongeren met jeugdreclassering (%)", "0.4")

FIGURES = (
    WMO_CLIENTS,
    WMO_HOUSEHOLDS,
    *WMO_SERVICES,
    WITHOUT_STAY,
    WITH_AND_WITHOUT_STAY,
    WITH_STAY,
    YOUTH_HELP,
    PROTECTION,
    PROBATION,
)


def wmo_service_shares() -> tuple[float, ...]:
    """Return the share of Wmo households with 1, 2, 3, 4, 5 and 6 or more services; sums to 1."""
    total = sum(figure.value for figure in WMO_SERVICES)
    return tuple(float(figure.value / total) for figure in WMO_SERVICES)


def stay_shares() -> tuple[float, float, float]:
    """Return the shares of youth in care: only without stay, with and without, only with stay."""
    figures = (WITHOUT_STAY, WITH_AND_WITHOUT_STAY, WITH_STAY)
    total = sum(figure.value for figure in figures)
    only, both, stay = (float(figure.value / total) for figure in figures)
    return only, both, stay
