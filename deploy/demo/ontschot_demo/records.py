# SPDX-License-Identifier: EUPL-1.2
"""From care to the lines of a file: identity, address, toewijzing, period, amount."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ontschot_demo.bsn import nobodys
from ontschot_demo.files import COLUMNS, OBJECTION, SHIELDED, ProviderFile
from ontschot_demo.households import Population
from ontschot_demo.lines import NO_PREVIOUS, Lines
from ontschot_demo.mistakes import with_mistakes
from ontschot_demo.offers import GUARDIAN, MENTAL, OFFERS, PROVIDERS
from ontschot_demo.plans import Trajecten
from ontschot_demo.sampling import choose, stream
from ontschot_demo.spelling import UNKNOWN, Spelled, spell
from ontschot_demo.town import Town

_LEFT_OUT = ((OBJECTION, 0.004), (SHIELDED, 0.003))
"""Share of the clients with an objection to statistics, and with a secret address."""

_FIRST_TOEWIJZING = 300_000_001

_REFERRERS = {
    # weights for youth care, for mental care, under protection, for the Wmo
    "01": (0.46, 0.12, 0.03, 0.94),
    "02": (0.28, 0.70, 0.0, 0.02),
    "03": (0.12, 0.05, 0.0, 0.0),
    "04": (0.08, 0.03, 0.35, 0.0),
    "05": (0.03, 0.09, 0.0, 0.01),
    "06": (0.02, 0.01, 0.0, 0.03),
    "08": (0.01, 0.0, 0.62, 0.0),
}
"""Who referred (COD327)."""

_ENDINGS = {
    # weights for youth care, for the Wmo
    "31": (0.66, 0.0),
    "19": (0.0, 0.58),
    "32": (0.08, 0.0),
    "33": (0.03, 0.0),
    "34": (0.08, 0.0),
    "35": (0.03, 0.0),
    "21": (0.0, 0.10),
    "22": (0.0, 0.03),
    "23": (0.0, 0.07),
    "36": (0.03, 0.03),
    "37": (0.03, 0.03),
    "38": (0.05, 0.04),
    "39": (0.01, 0.0),
    "02": (0.0, 0.12),
}
"""Why care ended (LDT_RedenBeeindiging of iJw and of iWmo 3.2, which differ)."""


@dataclass(frozen=True, slots=True, eq=False)
class Register:
    """All that happened; ``lines`` index ``trajecten``, these index ``people``."""

    town: Town
    people: Population
    trajecten: Trajecten
    lines: Lines


def provider_files(register: Register, seed: int, bad_lines: int) -> tuple[ProviderFile, ...]:
    """Return the file of every provider, in the order of ``PROVIDERS``."""
    columns = _columns(register, stream(seed, "spelling"))
    provider = _offer_column("provider").astype(np.int64)[
        register.trajecten.offer[register.lines.traject]
    ]
    left_out = _left_out(columns["bsn"], stream(seed, "spelling"))
    files = []
    for index, found in enumerate(PROVIDERS):
        own = np.flatnonzero(provider == index)
        rows = _with_references(register.lines, columns, own, found.letter)
        known = set(columns["bsn"][own].tolist())
        rng = np.random.default_rng([seed, 100 + index])
        rows, kinds = with_mistakes(rng, rows, bad_lines, index)
        mine = tuple((bsn, kind) for bsn, kind in left_out if bsn in known)
        files.append(ProviderFile(found, tuple(rows), mine, kinds))
    return tuple(files)


def _columns(register: Register, rng: np.random.Generator) -> dict[str, NDArray[np.str_]]:
    # Every column of every line but the references.
    people, trajecten, lines = register.people, register.trajecten, register.lines
    person = trajecten.person[lines.traject]
    which = trajecten.offer[lines.traject]
    agb = np.array([found.agb for found in PROVIDERS])
    columns = {
        "agb": agb[_offer_column("provider").astype(np.int64)[which]],
        "bsn": _bsns(rng, person),
        "geboortedatum": people.born[person].astype("U10"),
        "geslacht": people.sex[person].astype("U1"),
        "wet": _offer_column("wet")[which],
        "categorie": _offer_column("category")[which],
        "productcode": _offer_column("code")[which],
        "periode_van": lines.first.astype("U10"),
        "periode_tot": lines.last.astype("U10"),
        "volume": lines.volume.astype("U10"),
        "eenheid": lines.unit,
        "bedrag_cent": lines.amount.astype("U10"),
        "dc": np.where(lines.credit, "C", "D"),
    }
    for name, values in _toewijzingen(register, rng).items():
        columns[name] = values[lines.traject]
    columns.update(_addresses(register, person, which, rng))
    return columns


def _bsns(rng: np.random.Generator, person: NDArray[np.int64]) -> NDArray[np.str_]:
    clients, client = np.unique(person, return_inverse=True)
    return nobodys(rng, len(clients)).astype("U9")[client]


def _toewijzingen(register: Register, rng: np.random.Generator) -> dict[str, NDArray[np.str_]]:
    # One toewijzing per traject: granted some weeks before the care began.
    trajecten = register.trajecten
    count = len(trajecten.person)
    ingang = trajecten.begin - rng.integers(0, 22, count).astype("timedelta64[D]")
    granted = ingang - rng.integers(2, 29, count).astype("timedelta64[D]")
    wmo = _offer_column("wet")[trajecten.offer] == "WMO"
    ended = ~np.isnat(trajecten.end)
    codes = np.array([*_ENDINGS])
    youth, adult = (
        codes[choose(rng, shares, count)] for shares in zip(*_ENDINGS.values(), strict=True)
    )
    return {
        "toewijzingsnummer": (_FIRST_TOEWIJZING + np.arange(count)).astype("U9"),
        "toewijzingsdatum": granted.astype("U10"),
        "ingang": ingang.astype("U10"),
        "begin": trajecten.begin.astype("U10"),
        "einde": np.where(ended, trajecten.end.astype("U10"), ""),
        "reden_einde": np.where(ended, np.where(wmo, adult, youth), ""),
        "verwijzer": _referrers(trajecten, wmo, rng),
    }


def _referrers(
    trajecten: Trajecten, wmo: NDArray[np.bool_], rng: np.random.Generator
) -> NDArray[np.str_]:
    provider = _offer_column("provider").astype(np.int64)[trajecten.offer]
    group = np.where(provider == MENTAL, 1, np.where(provider == GUARDIAN, 2, 0))
    group[wmo] = 3
    codes = np.array([*_REFERRERS])
    columns = zip(*_REFERRERS.values(), strict=True)
    drawn = np.stack([codes[choose(rng, shares, len(group))] for shares in columns])
    found: NDArray[np.str_] = drawn[group, np.arange(len(group))]
    return found


def _addresses(
    register: Register,
    person: NDArray[np.int64],
    which: NDArray[np.int64],
    rng: np.random.Generator,
) -> dict[str, NDArray[np.str_]]:
    # A provider writes the address of a household the same way on every line.
    people, town = register.people, register.town
    provider = _offer_column("provider").astype(np.int64)[which]
    homes = people.household[person]
    pairs, line_pair = np.unique(homes * len(PROVIDERS) + provider, return_inverse=True)
    household = pairs // len(PROVIDERS)
    unknown = (rng.random(len(people.address)) < UNKNOWN)[household]
    written = spell(rng, town.addresses, people.address[household], unknown)
    gemeente = np.array([buurt.gemeente[2:] for buurt in town.buurten])
    return {
        **_texts(written, line_pair),
        "gemeentecode": gemeente[people.buurt[household]][line_pair],
    }


def _texts(written: Spelled, rows: NDArray[np.int64]) -> dict[str, NDArray[np.str_]]:
    return {
        "postcode": written.postcode[rows],
        "huisnummer": written.number[rows],
        "huisletter": written.letter[rows],
        "toevoeging": written.addition[rows],
    }


def _with_references(
    lines: Lines, columns: dict[str, NDArray[np.str_]], own: NDArray[np.int64], letter: str
) -> list[tuple[str, ...]]:
    # In the order in which they were declared, debits before the credits of the same month.
    order = own[np.lexsort((own, lines.sent[own]))]
    month = np.char.replace(lines.sent[order].astype("U7"), "-", "")
    numbers = np.array([f"{rank:06d}" for rank in range(1, len(order) + 1)], dtype="U6")
    references = np.full(len(lines), "", dtype="U16")
    references[order] = _joined(f"{letter}-", month, "-", numbers)
    previous = lines.previous[order]
    earlier = np.where(previous == NO_PREVIOUS, "", references[previous])
    named = {name: values[order] for name, values in columns.items()}
    named.update(referentie=references[order], vorige_referentie=earlier)
    return list(zip(*(named[name].tolist() for name in COLUMNS), strict=True))


def _joined(*parts: str | NDArray[np.str_]) -> NDArray[np.str_]:
    text: NDArray[np.str_] = np.array("")
    for part in parts:
        text = np.char.add(text, part)
    return text


def _left_out(bsn: NDArray[np.str_], rng: np.random.Generator) -> list[tuple[str, str]]:
    # A client objects everywhere; one of each kind at least, where there are clients enough.
    clients = rng.permutation(np.unique(bsn))
    found: list[tuple[str, str]] = []
    start = 0
    for kind, share in _LEFT_OUT:
        number = max(1, round(share * len(clients)))
        found.extend((str(client), kind) for client in clients[start : start + number])
        start += number
    return sorted(found)


def _offer_column(name: str) -> NDArray[np.str_]:
    return np.array([str(getattr(found, name)) for found in OFFERS])
