# SPDX-License-Identifier: EUPL-1.2
"""Code lists of iJw/iWmo 3.2 and of CBS, and two mappings of our own (see README.md beside this).

The categories of the two laws do not overlap, so a categorie says which law it belongs to.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal, TypeAlias

Law: TypeAlias = Literal["JW", "WMO"]

LAWS: tuple[Law, Law] = ("JW", "WMO")
STAY_CATEGORIES = frozenset({"15", "16", "17", "43", "44"})
"""Help with a bed: many clients of these at one address make it an institution."""
CRISIS_CATEGORIES = frozenset({"46", "17"})


@dataclass(frozen=True, slots=True)
class Category:
    """A productcategorie: its law, name, publication group (1-8) and hulpvorm."""

    code: str
    law: Law
    name: str
    group: int
    hulpvorm: str


@cache
def categories() -> Mapping[str, Category]:
    """Return every productcategorie of both laws, by code."""
    groups = {
        code: int(line["groep"])
        for line in _rows("groepen")
        for code in line["categorieen"].split()
    }
    forms = {
        code: line["hulpvorm"]
        for line in _rows("hulpvormen")
        for code in line["categorieen"].split()
    }
    names: tuple[tuple[Law, str], ...] = (("JW", "jz020"), ("WMO", "wmo020"))
    return MappingProxyType(
        {
            code: Category(code, law, name, groups[code], forms.get(code, code))
            for law, file in names
            for code, name in code_list(file).items()
        }
    )


@cache
def group_names() -> Mapping[int, str]:
    """Return the Dutch names of the eight publication groups."""
    return MappingProxyType({int(line["groep"]): line["naam"] for line in _rows("groepen")})


@cache
def code_list(name: str) -> Mapping[str, str]:
    """Return a list of ``code;naam`` (jz020, wmo020, eenheden, gemeenten ...), in file order."""
    return MappingProxyType({line["code"]: line["naam"] for line in _rows(name)})


def gemeenten() -> Mapping[str, str]:
    """Return the gemeenten by their four digits (without ``GM``)."""
    return code_list("gemeenten")


def reasons(law: Law) -> Mapping[str, str]:
    """Return the reasons for ending help under ``law``."""
    return code_list("redenen_jw" if law == "JW" else "redenen_wmo")


@cache
def ending_classes(law: Law) -> Mapping[str, str]:
    """Return the class of each reason that ends help under ``law``; other reasons have none."""
    rows = (line for line in _rows("einden") if line["wet"] == law)
    return MappingProxyType({line["code"]: line["klasse"] for line in rows})


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = (files(__name__) / f"{name}.csv").read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines(), delimiter=";")
