# SPDX-License-Identifier: EUPL-1.2
"""The pieces that measure releases at scale give the right figures."""

import errno
import os
import socket
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from benchmarks import releases
from benchmarks.command import PARTS
from benchmarks.figures import Row
from benchmarks.releases import RELEASE, SIZES, TARGETS, Size, images, of_parties
from benchmarks.scale.asking import Answered
from benchmarks.scale.beside import AREA, Pooled, compared, plain
from benchmarks.scale.made import ASKED, Place, care_of, fill, place_of, totals
from benchmarks.scale.party import DRIVER
from benchmarks.scale.wire import CannotLook, Carried, carried
from ontschot.node.database import open_engine, upgrade
from ontschot.node.provider.records.schema import MIGRATIONS
from ontschot.node.provider.vectors.build import build
from ontschot.node.provider.vectors.rounding import RoundingKey
from ontschot.protocol.catalogue.definitions import definition
from ontschot.protocol.documents.rounds import Round
from ontschot.protocol.variables import Variable
from ontschot_demo.installing import DEALER, HELPERS
from ontschot_demo.processes import PartyStopped

ADDRESSES, YEAR, PROVIDERS = 6_000, 2024, 4


@pytest.fixture(scope="module")
def place() -> Place:
    return place_of(ADDRESSES, YEAR)


@pytest.mark.parametrize("question", ASKED)
def test_the_product_makes_the_totals_of_the_records(
    place: Place, question: str, tmp_path: Path
) -> None:
    other, care = place_of(ADDRESSES, YEAR + 1), care_of(place, 0)
    store = open_engine(f"sqlite:///{tmp_path / 'records.db'}")
    upgrade(store, MIGRATIONS)
    fill(store, other, care_of(other, 0))
    fill(store, place, care)
    expected = totals(place, [care], question)
    round_ = Round(
        id="omvang",
        federation="proef",
        period_from=f"{YEAR}-01-01",
        period_to=f"{YEAR}-12-31",
        reference_date=f"{YEAR}-12-31",
        universe=place.universe.digest,
        slots=place.slots,
        area_maps=[],
        variables=list(definition(question).variables),
    )
    for number, variable in enumerate(round_.variables):
        wanted = Variable.from_round(round_, variable.id)
        built = build(store, place.universe, wanted, RoundingKey(bytes(32)), round_.digest)
        assert built.vector.any()
        assert np.array_equal(built.vector, expected[number])
    store.dispose()


@pytest.mark.parametrize("question", ASKED)
def test_the_pooled_database_finds_the_figures_of_the_totals(place: Place, question: str) -> None:
    cares = [care_of(place, number) for number in range(PROVIDERS)]
    rows, asked = totals(place, cares, question), compared(question)
    pooled = Pooled(place, cares)
    found = pooled.figures(question)
    pooled.close()
    whole = -(-place.slots // AREA) * AREA
    figures = plain(np.pad(rows, ((0, 0), (0, whole - place.slots))), asked).sum(axis=-1)
    assert figures.any(axis=1).sum() > 1
    for level in found.values():
        summed = np.array([row[1:] for row in level], dtype=np.int64)
        if question == "Q13":
            bins = np.append(figures[:-1, 0] - figures[1:, 0], figures[-1, 0])
            assert np.array_equal(summed.sum(axis=0), bins)
        else:
            per_group = [summed[summed[:, 0] == group, 1:].sum(axis=0) for group in range(1, 9)]
            assert np.array_equal(np.array(per_group).T, figures[::-1])


def test_what_spu_computes_is_what_the_question_asks() -> None:
    assert compared("Q13").thresholds == (1, 2, 3, 4, 5)
    assert compared("Q13").cap is None
    assert (compared("Q02").thresholds, compared("Q02").cap) == ((50,), 50)


def test_bytes_are_counted_of_connections_that_are_open() -> None:
    try:
        before = carried(os.getpid())
    except CannotLook as error:
        # Old kernels, and containers without the right to it; anything else is a fault.
        if error.errno not in (errno.EPERM, errno.ENOSYS):
            raise
        pytest.skip(f"this system does not let a process look into sockets: {error}")
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as mine,
        server.accept()[0] as theirs,
    ):
        mine.sendall(bytes(1000))
        assert len(theirs.recv(1000, socket.MSG_WAITALL)) == 1000
        theirs.sendall(b"!")
        assert mine.recv(1) == b"!"
        now = carried(os.getpid()) - before
    # 1 is what TCP counts for opening a connection
    assert 1001 <= now.sent <= 1003
    assert now.received >= 1001
    assert Carried(3, 2) - Carried(1, 1) == Carried(2, 1)


def test_the_page_shows_every_drawing_and_judges_what_is_measured() -> None:
    measured: list[Row] = [
        (f"{size.name(question, addresses)}: {RELEASE}: {which}", 1.0, "s")
        for size in SIZES
        for addresses, questions in size.asked.items()
        for question in questions
        for which in ("median", "worst")
    ]
    names = {name for name, _, _ in measured}
    assert {target.row for target in TARGETS} <= names
    for file, drawing in images(measured).items():
        assert f"(images/{file})" in PARTS["releases"].text
        assert "Q13" in "".join(ET.fromstring(drawing).itertext())  # noqa: S314  our own drawing


def test_both_questions_are_measured_at_every_size() -> None:
    sizes = {(s.nodes, place) for s in SIZES for place in s.asked}
    assert sizes == {(nodes, place) for nodes in (5, 20, 100) for place in (20_000, 200_000)}
    assert all(set(some) == {"Q13", "Q02"} for s in SIZES for some in s.asked.values())


def test_of_a_process_that_speaks_for_many_each_has_its_part() -> None:
    carried_ = {DRIVER: Carried(100_000_000, 50_000_000)}
    peaks = dict.fromkeys((DRIVER, *HELPERS, DEALER, "coordinator"), 300.0)
    answered = Answered(1, 1, 1, 1, 1, carried_, carried_, peaks, {})
    rows = {name: value for name, value, _ in of_parties("Q", [answered], 100)}
    assert rows["Q: uploads, a provider sends"] == pytest.approx(1.0)
    assert rows["Q: all 100 providers in one process: most memory"] == 300.0


def test_what_stops_half_way_leaves_what_was_measured(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    log = tmp_path / "helper-a.log"
    log.write_text("before\nThe disk is full\n[database-full]\n")

    def stops(size: Size, _places: object, rows: list[Row], _told: object) -> None:
        rows.append((f"{size.nodes} providers: before", 1.0, "s"))
        raise PartyStopped(log)

    monkeypatch.setattr(releases, "_federation", stops)
    monkeypatch.setattr(releases, "_by_spu", lambda *_: [])
    monkeypatch.setattr(releases, "YEARS", {ADDRESSES: YEAR})
    names = [name for name, _, _ in releases.run([Size(5, {ADDRESSES: ("Q13",)})])]
    assert names[1:] == [
        "5 providers: before",
        "5 providers: not measured further (helper-a: before The disk is full [database-full])",
    ]
