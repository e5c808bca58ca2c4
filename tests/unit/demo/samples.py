# SPDX-License-Identifier: EUPL-1.2
"""Providers' files that are small enough to count by hand, and the truth about them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from ontschot_demo.files import COLUMNS, write_left_out, write_lines
from ontschot_demo.plans import Period
from ontschot_demo.truth import Sources, Truth

YEAR = Period(date(2024, 1, 1), date(2024, 12, 31))
ADDRESSES = """postcode;huisnummer;huisletter;toevoeging;buurtcode
1995AA;1;;;BU99010101
1995AA;2;;;BU99010101
1995AA;2;A;;BU99010101
1995AA;2;A;BIS;BU99010101
1995AB;7;;1;BU99010102
1996CC;7;;;BU99010201
"""
Areas = Mapping[str, Sequence[str]]
"""Published areas by code, with the codes that each joins."""

NOBODY = ("999900006", "999900018", "999900031", "999900043", "999900055")


def line(number: int, agb: str = "99010001", **changes: str) -> tuple[str, ...]:
    """Return a line that counts: of € 100, at 1995AA 1, but for ``changes``."""
    row = {
        "agb": agb,
        "referentie": f"R{number:05d}",
        "vorige_referentie": "",
        "bsn": NOBODY[0],
        "geboortedatum": "2012-05-06",
        "geslacht": "1",
        "postcode": "1995AA",
        "huisnummer": "1",
        "huisletter": "",
        "toevoeging": "",
        "gemeentecode": "9901",
        "wet": "JW",
        "categorie": "45",
        "productcode": "45A48",
        "toewijzingsnummer": "1",
        "toewijzingsdatum": "2023-11-01",
        "ingang": "2023-12-01",
        "begin": "2023-12-10",
        "einde": "",
        "reden_einde": "",
        "verwijzer": "01",
        "periode_van": "2024-03-01",
        "periode_tot": "2024-03-31",
        "volume": "1",
        "eenheid": "82",
        "bedrag_cent": "10000",
        "dc": "D",
    }
    assert set(changes) <= set(row)
    return tuple({**row, **changes}[name] for name in COLUMNS)


@contextmanager
def truth_of(
    folder: Path,
    *lines: tuple[str, ...],
    left_out: tuple[tuple[str, str], ...] = (),
    addresses: str = ADDRESSES,
) -> Iterator[Truth]:
    """Yield the truth about these lines at the addresses above, or others, of 2024."""
    public = folder / "adressen.csv"
    public.write_text(addresses, "utf-8")
    files: dict[str, Path] = {}
    for agb in sorted({one[0] for one in lines}):
        files[agb] = folder / f"{agb}.csv"
        write_lines(files[agb], [one for one in lines if one[0] == agb])
    shield = folder / "niet.csv"
    write_left_out(shield, left_out)
    found = Truth(Sources(files, dict.fromkeys(files, shield), public), YEAR)
    try:
        yield found
    finally:
        found.close()


def table(
    name: str,
    areas: Areas,
    outputs: int = 1,
    derived: int = 0,
    shown: tuple[int, int, int] = (1, 0, 10**12),
    **changes: Any,
) -> dict[str, Any]:
    """Return a table of a published answer, of which every figure is ``shown``: value, low, high.

    ``derived`` outputs stand behind the others. Of 50 addresses in each area.
    """
    value, low, high = shown
    figure = {
        "value": value,
        "shown": {"value": value, "low": low, "high": high, "text": {"nl": "x", "en": "x"}},
    }
    keys = [(f"k{k}", False) for k in range(outputs)] + [(f"d{k}", True) for k in range(derived)]
    return {
        "id": name,
        "title": {"nl": "Tabel", "en": "Table"},
        "level": "gemeente",
        "estimator": "composite" if name.startswith("estimate-") else "direct",
        "statistic": "bins",
        "unit": "households",
        "capCents": None,
        "outputs": [
            {"key": key, "label": {"nl": key, "en": key}, "derived": flag} for key, flag in keys
        ],
        "areas": [
            {"code": code, "name": f"naam {code}", "slots": 50, "members": list(members),
             "figures": [figure] * len(keys)}
            for code, members in areas.items()
        ],
    } | changes  # fmt: skip


def answer(question: str, *tables: Mapping[str, Any]) -> dict[str, Any]:
    """Return a published answer with these tables."""
    words = {"nl": "Vraag", "en": "Question"}
    return {"question": question, "title": words, "wording": words, "tables": list(tables)}
