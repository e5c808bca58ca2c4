# SPDX-License-Identifier: EUPL-1.2
"""PERSON vectors against a plain keyed hash per client, in memory and from the record store."""

import hashlib
import hmac
import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine

from ontschot.node.provider.records.bsn import Bsn
from ontschot.node.provider.records.errors import IdentityKeyUnknown
from ontschot.node.provider.records.identity import Identity, create_keys
from ontschot.node.provider.records.notes import counted, note_clients
from ontschot.node.provider.vectors import Group
from ontschot.node.provider.vectors.build import VectorResult
from ontschot.node.provider.vectors.kept import keep_report, kept_reports
from ontschot.node.provider.vectors.persons import NumberedClients, build_persons, persons_of
from ontschot.protocol.documents.rounds import (
    AreaMapReference,
    PersonGrid,
    VariableDocument,
)
from ontschot.protocol.persons import PersonKey, buckets_of
from ontschot.protocol.universe import area_map
from unit.node.provider.records.conftest import Filler
from unit.node.provider.vectors.samples import Someone, clients, crowd, round_of
from unit.protocol.universe.samples import synthetic_rows, synthetic_universe

SIZES = {f"BU{gemeente}010{i}": 150 for gemeente in ("0531", "0642") for i in range(1, 4)}
ROWS = synthetic_rows(SIZES)
UNIVERSE = synthetic_universe(SIZES)
AREAS = area_map(UNIVERSE, "buurt", 100)
SECRET = bytes(range(32))


def variable(*wetten: str) -> VariableDocument:
    return VariableDocument(
        id="persons",
        measure="persons",
        wetten=list(wetten) or ["JW", "WMO"],  # type: ignore[arg-type]
        groups=[],
        quantum_cents=1,
        node_cap=1,
        persons=PersonGrid(level="buurt", minimum=100, per_mille=300),
    )


VARIABLE = variable()
ROUND = round_of(
    UNIVERSE,
    [VARIABLE],
    [AreaMapReference(level="buurt", minimum=100, hash=AREAS.digest)],
)
KEY = PersonKey(SECRET, ROUND.digest)
LAYOUT = buckets_of(VARIABLE.persons or PersonGrid(level="wijk", minimum=1, per_mille=1), AREAS)


def place(buurt: str, bsn: str) -> int:
    """Return the place of a number in the vector, computed plainly."""
    area = AREAS.codes.index(buurt)
    message = b"ontschot/v1/person-bucket\0" + bytes.fromhex(ROUND.digest)
    message += f"persons\0{buurt}\0{bsn}".encode()
    digest = hmac.new(SECRET, message, hashlib.sha256).digest()
    start = sum(LAYOUT.sizes.tolist()[:area])
    return int(start + int.from_bytes(digest[:8], "big") % int(LAYOUT.sizes[area]))


def made(people: list[Someone], bsn: list[str | None]) -> VectorResult:
    middle = len(people) // 2
    chunks = [
        NumberedClients(clients(people[part]), tuple(bsn[part]))
        for part in (slice(0, middle), slice(middle, None))
    ]
    return persons_of(chunks, UNIVERSE, AREAS, VARIABLE, KEY)


def test_a_vector_is_a_plain_set_of_buckets() -> None:
    people = crowd(ROWS, 700, seed=3)
    bsn: list[str | None] = [f"{999900000 + number:09}" for number in range(700)]
    found = made(people, bsn)
    expected = {
        place(person.row[4], number or "")
        for person, number in zip(people, bsn, strict=True)
        if person.served
    }
    assert set(np.flatnonzero(found.vector).tolist()) == expected
    assert found.vector.dtype == np.uint32
    assert found.vector.max() == 1
    assert found.vector.shape == (LAYOUT.count,)
    assert found.report.households == Group(len(expected))


def test_two_providers_fill_the_same_bucket_whatever_the_address_in_the_area() -> None:
    here = [row for row in ROWS if row[4] == "BU05310101"]
    one = made([Someone(here[0], 1)], ["999900006"]).vector
    other = made([Someone(here[-1], 1)], ["999900006"]).vector
    assert np.array_equal(one, other)
    assert one.sum() == 1
    elsewhere = next(row for row in ROWS if row[4] == "BU06420102")
    moved = made([Someone(elsewhere, 1)], ["999900006"]).vector
    assert not np.array_equal(one, moved)


def test_who_has_no_number_or_place_or_is_not_served_is_left_out() -> None:
    row = ROWS[0]
    people = [
        Someone(row, 1),
        Someone(row, 1),
        Someone(row, -1, served=False),
        Someone(("9999ZZ", 1, "", "", "BU05310101"), 1),
    ]
    found = made(people, ["999900006", None, "999900018", "999900043"])
    assert np.flatnonzero(found.vector).tolist() == [place(row[4], "999900006")]
    assert found.report.without_bsn == Group(1)


def test_the_report_keeps_how_many_had_no_number(tmp_path: Path) -> None:
    found = made([Someone(ROWS[0], 1), Someone(ROWS[0], 1)], [None, None])
    keep_report(tmp_path / "placement", "r", "persons", found.report)
    (kept,) = kept_reports(tmp_path / "placement")
    assert kept["without_bsn"] == {"count": 2, "cents": 0}
    assert "999900" not in json.dumps(kept)


@pytest.fixture
def identity(tmp_path: Path) -> Identity:
    return create_keys(tmp_path / "keys.json")


@pytest.fixture
def filled(engine: Engine, identity: Identity) -> Filler:
    """Two in one buurt, one under the Wmo, one without number, one who objects."""
    filler = Filler(engine)
    for bsn, row, law in (
        ("999900006", ROWS[0], "JW"),
        ("999900018", ROWS[1], "JW"),
        ("999900031", ROWS[0], "WMO"),
        (None, ROWS[0], "JW"),
        ("999900043", ROWS[0], "JW"),
    ):
        values: dict[str, object] = {}
        if bsn is not None:
            sealed = identity.seal(Bsn(bsn))
            values = {
                "bsn_index": sealed.index,
                "bsn_versleuteld": sealed.ciphertext,
                "bsn_sleutel": sealed.key_id,
            }
        if bsn == "999900043":
            values["bezwaar_statistiek"] = True
        client = filler.client(**values)
        postcode, number, letter, addition, buurt = row
        filler.address(
            client,
            postcode,
            huisnummer=number,
            huisletter=letter,
            toevoeging=addition,
            gemeente=buurt[2:6],
        )
        categorie = "45" if law == "JW" else "02"
        filler.help(client, 1_000, wet=law, categorie=categorie, gemeente=buurt[2:6])
    return filler


@pytest.mark.parametrize(
    ("wetten", "numbers"),
    [
        (("JW", "WMO"), {"999900006", "999900018", "999900031"}),
        (("JW",), {"999900006", "999900018"}),
        (("WMO",), {"999900031"}),
    ],
)
@pytest.mark.usefixtures("filled")
def test_from_the_record_store(
    engine: Engine, identity: Identity, wetten: tuple[str, ...], numbers: set[str]
) -> None:
    found = build_persons(engine, identity, UNIVERSE, AREAS, ROUND, variable(*wetten), KEY)
    expected = {place(ROWS[0][4], number) for number in numbers}
    assert set(np.flatnonzero(found.vector).tolist()) == expected
    assert found.report.without_bsn.count == (0 if wetten == ("WMO",) else 1)


@pytest.mark.usefixtures("filled")
def test_who_was_counted_gets_a_note_and_who_has_no_number_none(engine: Engine) -> None:
    assert note_clients(engine, "q05", counted(ROUND, VARIABLE), date(2025, 8, 1)) == 3
    assert note_clients(engine, "q05", counted(ROUND, variable("WMO")), date(2025, 8, 1)) == 0


@pytest.mark.usefixtures("filled")
def test_numbers_under_a_lost_key_fail(engine: Engine, tmp_path: Path) -> None:
    other = create_keys(tmp_path / "other.json")
    with pytest.raises(IdentityKeyUnknown):
        build_persons(engine, other, UNIVERSE, AREAS, ROUND, VARIABLE, KEY)


def filled_by(numbers: list[str], buurt: str) -> set[int]:
    return {place(buurt, number) for number in numbers}


def rank(number: str) -> bytes:
    message = b"ontschot/v1/person-keep\0" + bytes.fromhex(ROUND.digest) + number.encode()
    return hmac.new(SECRET, message, hashlib.sha256).digest()


@pytest.mark.parametrize("people", [3, 4, 5, 9, 40])
def test_of_one_slot_the_four_with_the_smallest_keyed_hash_count(people: int) -> None:
    numbers = [f"{999900000 + number:09}" for number in range(people)]
    found = made([Someone(ROWS[0], 1, stays=True)] * people, [*numbers])
    expected = filled_by(sorted(numbers, key=rank)[:4], ROWS[0][4])
    assert set(np.flatnonzero(found.vector).tolist()) == expected
    assert found.report.above == Group(int(people > 4))
    assert found.report.institutions == Group()
    assert found.report.placed == Group(people)


def test_who_fills_no_bucket_takes_nobodys_place() -> None:
    numbers: list[str | None] = [f"{999900000 + number:09}" for number in range(4)]
    others = [Someone(ROWS[0], 1, served=False)] * 20 + [Someone(ROWS[0], 1)] * 20
    names = [f"{999900100 + number:09}" for number in range(20)]
    found = made([*[Someone(ROWS[0], 1)] * 4, *others], [*numbers, *names, *[None] * 20])
    assert set(np.flatnonzero(found.vector).tolist()) == filled_by(
        [number for number in numbers if number], ROWS[0][4]
    )
