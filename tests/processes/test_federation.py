# SPDX-License-Identifier: EUPL-1.2
"""One run of real processes over mTLS: exact to the last unit of noise, and nothing given away.

All tests are of one run. So they stand in one module and in no class: a worker of ``pytest -n`` is
given all tests of a module, or of a class, and makes its own run.
"""

import csv
import hashlib
import io
import json
from pathlib import Path

import numpy as np
import pytest

from ontschot.node.database import open_engine
from ontschot.node.ledger import service as ledger
from ontschot.node.ledger.verify import verify_chain
from ontschot.protocol.privacy.charge import charges_of
from ontschot.protocol.privacy.units import parse_sigma
from ontschot_demo.installing import HELPERS
from processes.comparing import (
    QUANTUM,
    accounts_of,
    as_stored,
    codes_of,
    expected_size,
    is_found,
    price_of,
    releases_of,
    with_tails,
)
from processes.counting import contributions_of, occupied, people, secret_of
from processes.measured import ASKED, KEEPERS, MAPLESS, PERSONS, Measured, rows
from processes.noted import manifests_of, noise_of, opened, without_noise
from processes.planting import (
    ENCODINGS,
    plant_and_erase,
    plant_in_file,
    plant_in_rows,
    planted_in_log,
    samples,
)
from processes.pooled import Pool
from processes.searching import Pattern, Searcher, expected_by_chance
from processes.sensitive import (
    amounts,
    count_single_words,
    file_lines,
    numbers_published,
    totals,
)
from processes.watching import is_running

pytestmark = pytest.mark.processes

VARIABLES = 27
"""Variables whose uploads are checked: those that go through a gate."""

IDLE_MEMORY = 150 * 1024
"""KiB of a provider's node that is connected and has nothing to do."""
STOP_SECONDS = 15


@pytest.mark.parametrize("question", sorted({*ASKED} - {PERSONS}))
def test_an_answer_less_the_noise_is_the_plain_join(
    measured: Measured, pool: Pool, question: str
) -> None:
    query = measured.party.queries[question]
    (release,) = releases_of(measured, query.digest)
    noise = [noise_of(measured, helper)[release] for helper in HELPERS]
    # Estimates stand beside what was released, and are no part of the release.
    tables = {
        table["id"]: table
        for table in measured.answers[question]["tables"]
        if table["estimator"] == "direct"
    }
    assert list(tables) == [block.id for block in query.blocks]
    for block in query.blocks:
        table, codes = tables[block.id], codes_of(measured, block)
        drawn = sum(part[block.id] for part in noise)
        found = without_noise(table, np.reshape(drawn, (block.outputs, -1)), codes)
        expected = {
            code: [value * table["quantumCents"] for value in with_tails(query, block, values)]
            for code, values in pool.figures(block).items()
        }
        assert found == expected, block.id


def test_buckets_less_the_noise_are_those_that_a_plain_join_fills(
    measured: Measured, pool: Pool
) -> None:
    query = measured.party.queries[PERSONS]
    (release,) = releases_of(measured, query.digest)
    noise = [noise_of(measured, helper)[release] for helper in HELPERS]
    drawn = np.concatenate([sum(part[block.id] for part in noise) for block in query.blocks])
    exact = (opened(measured, release, len(drawn)) - drawn).tolist()
    tables = {table["id"]: table for table in measured.answers[PERSONS]["tables"]}
    for block in query.blocks:
        codes, areas = codes_of(measured, block), tables[block.id]["areas"]
        joined = occupied(measured, pool, block)
        found, exact = dict(zip(codes, exact, strict=False)), exact[len(codes) :]
        assert found == {code: joined.get(code, 0) for code in codes}, block.id
        assert sum(found.values()) > 30
        assert [area["code"] for area in areas] == list(codes)


def test_one_person_at_two_providers_counts_once(measured: Measured, pool: Pool) -> None:
    (block, *_) = measured.party.queries[PERSONS].blocks
    persons = people(measured, pool, block)
    clients = pool.all("SELECT count(*) FROM clienten")[0][0]
    assert 0 < len(persons) < clients
    assert len(persons) - sum(occupied(measured, pool, block).values()) < 10


def test_providers_have_one_key_and_keepers_hold_nothing_of_it(measured: Measured) -> None:
    secrets = {name: secret_of(measured, name) for name in measured.providers}
    assert len({*secrets.values()}) == 1
    values = {*secrets.values(), *contributions_of(measured, measured.providers[0]).values()}
    assert len(values) == 4
    patterns = [Pattern("key for persons", "bytes", value) for value in sorted(values)]
    patterns += [
        Pattern("key for persons", "hex", value.hex().encode()) for value in sorted(values)
    ]
    searcher = Searcher(patterns, measured.public)
    folder = measured.party.folder
    hits = [hit for name in KEEPERS for hit in searcher.in_folder(folder / name)]
    assert hits + list(searcher.in_folder(measured.caught)) == []
    assert list(searcher.in_folder(measured.party.logs)) == []
    home = folder / measured.providers[0]
    assert list(searcher.in_folder(home)) == []
    # What a leak would look like is found.
    (home / "leak").write_bytes(b"x" + next(iter(secrets.values())).hex().encode())
    assert list(searcher.in_file(home / "leak", "leak"))
    (home / "leak").unlink()


def test_every_helper_adds_its_own_full_noise(measured: Measured) -> None:
    manifests = manifests_of(measured, HELPERS[0])
    scaled = []
    for helper in HELPERS:
        noise = noise_of(measured, helper)
        assert set(noise) == set(manifests)
        sizes = [
            drawn / float(parse_sigma(block["sigma"]))
            for release, found in manifests.items()
            for block, drawn in zip(found["blocks"], noise[release].values(), strict=True)
        ]
        scaled.append(np.concatenate(sizes))
    # Sums of squares of some 70 draws: chi-square, outside these bounds once in 10^7 runs.
    assert all(0.3 < np.mean(sizes**2) < 2.2 for sizes in scaled)
    assert np.mean(scaled[0] == scaled[1]) < 0.5


def test_an_admission_counts_nothing_but_noise(measured: Measured) -> None:
    admissions = releases_of(measured, None)
    assert len(admissions) == VARIABLES * len(measured.providers)
    noise = [noise_of(measured, helper) for helper in HELPERS]
    for release in admissions:
        drawn = noise[0][release]["admission"] + noise[1][release]["admission"]
        assert np.array_equal(opened(measured, release, len(drawn)), drawn)


def test_the_records_have_something_to_cut(measured: Measured, pool: Pool) -> None:
    def count(query: str) -> int:
        return int(pool.all(f"SELECT count(*) FROM {query}")[0][0])  # noqa: S608  of this test

    assert count("bedrag WHERE variable = 'euros' AND netto > cents AND netto > 0") == 3
    assert count("bedrag WHERE variable = 'euros' AND netto < 0") >= 2
    assert count("totaal WHERE variable = 'euros' AND quanta > 2500") >= 1
    assert count("totaal WHERE variable = 'euros' AND quanta BETWEEN 201 AND 2500") >= 1
    assert count("totaal WHERE variable = 'served' AND quanta >= 3") >= 1
    assert count("instelling") == 1
    assert count("clienten WHERE bezwaar_statistiek") >= 1
    assert count("clienten WHERE afgeschermd") >= 1
    addresses = measured.party.inputs.universe.header.addresses
    assert count(f"totaal WHERE slot >= {addresses}") >= 1
    household = "(SELECT sum(aantal) AS n FROM toegewezen GROUP BY node, variable, slot)"
    assert count(f"{household} WHERE n > 2") >= 1
    assert count(f"{household} WHERE n <= 2") >= 10


def test_rounding_is_less_than_a_quantum_for_each_household_and_unbiased(pool: Pool) -> None:
    found = pool.all("SELECT cents, quanta FROM afgerond WHERE variable = 'euros'")
    cents, quanta = np.array(found, dtype=np.int64).T
    error = quanta * QUANTUM - cents
    assert np.abs(error).max() < QUANTUM
    assert abs(int(error.sum())) <= expected_size(cents)
    assert (error != 0).sum() > len(error) // 2


def test_rounding_keeps_a_sum_near_its_euros(measured: Measured, pool: Pool) -> None:
    blocks = [block for block in measured.party.queries["Q01"].blocks if block.cap]
    assert len(blocks) == 3
    for block in blocks:
        rounded, exact = pool.figures(block), pool.figures(block, exact=True)
        for code in codes_of(measured, block):
            cents = pool.cents_in(block, code)
            distance = abs(rounded[code][0] * QUANTUM - exact[code][0])
            assert distance <= len(cents) * QUANTUM
            assert distance <= expected_size(cents)


def test_nobody_but_a_provider_holds_anything_of_a_client(
    measured: Measured, pool: Pool, sensitive: list[Pattern]
) -> None:
    searcher = Searcher(sensitive, measured.public, measured.areas)
    folder = measured.party.folder
    hits = [hit for name in KEEPERS for hit in searcher.in_folder(folder / name)]
    hits += searcher.in_folder(measured.caught)
    hits += searcher.in_folder(measured.party.logs)
    assert hits == []
    assert len({*totals(pool)} & numbers_published(measured)) <= 10
    assert expected_by_chance(sensitive, searcher.searched) < 1e-3


def test_a_column_of_amounts_would_show_even_as_single_words(
    measured: Measured, pool: Pool
) -> None:
    values = {*amounts(file_lines(measured)), *totals(pool)} - {0}
    values = {value for value in values if value > 100_000}
    contents = {path.read_bytes() for path in measured.kept}
    size = sum(map(len, contents))
    by_chance = size * len(values) / 2**32
    found = sum(count_single_words(content, values) for content in contents)
    # Poisson: beyond this once in 10^9 runs; one provider's column is more than this alone.
    most = by_chance + 7 * by_chance**0.5 + 10
    assert found < most < 100
    column = np.array(amounts(file_lines(measured)), "<u4").tobytes()
    assert count_single_words(b"odd" + column, values) > most


def test_only_the_public_file_of_the_roster_is_passed_over(
    measured: Measured, sensitive: list[Pattern]
) -> None:
    universe = measured.party.inputs.universe
    assert hashlib.sha256(measured.public).hexdigest() == measured.round.universe
    for name in HELPERS:
        stored = measured.party.home(name) / "files" / "store" / universe.digest
        assert list(Searcher(sensitive).in_file(stored, name))
        assert not list(Searcher(sensitive, measured.public).in_file(stored, name))


def test_a_provider_holds_amounts_and_addresses_and_no_number_of_a_person(
    measured: Measured, sensitive: list[Pattern]
) -> None:
    for name in measured.providers:
        records = measured.party.home(name) / "records.db"
        found = {hit.what for hit in Searcher(sensitive).in_file(records, name)}
        assert {"amount", "address", "pseudonym"} <= found
        assert "bsn" not in found


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_leak_planted_in_a_file_is_found(
    measured: Measured,
    pool: Pool,
    sensitive: list[Pattern],
    tmp_path: Path,
    encoding: str,
) -> None:
    searcher = Searcher(sensitive, measured.public, measured.areas)
    sources = [
        measured.party.home("helper-a") / "certificates.pem",
        next(path for path in measured.kept if path.stat().st_size == 4 * measured.round.slots),
        measured.party.logs / "coordinator.log",
    ]
    for number, source in enumerate(sources):
        for name, (what, data) in samples(measured, pool).items():
            target = tmp_path / f"{number}-{name}"
            plant_in_file(source, target, ENCODINGS[encoding](data))
            assert is_found(what, searcher.in_file(target, name)), name


def test_a_leak_planted_in_a_row_is_found(
    measured: Measured, pool: Pool, sensitive: list[Pattern], tmp_path: Path
) -> None:
    searcher = Searcher(sensitive, measured.public, measured.areas)
    source, target = measured.party.home("dealer") / "state.db", tmp_path / "copy.db"
    assert not list(searcher.in_file(source, "before"))
    planted = samples(measured, pool)
    plant_in_rows(source, target, {name: as_stored(data) for name, (_, data) in planted.items()})
    hits = list(searcher.in_file(target, "after"))
    for name, (what, _) in planted.items():
        table = f"after, rows of {name}: "
        assert is_found(what, [hit for hit in hits if hit.place.startswith(table)]), name


@pytest.mark.parametrize("name", ["bsn in JSON", "address", "amount in a log", "sum on the wire"])
def test_a_leak_planted_in_what_sqlite_left_behind_is_found(
    measured: Measured,
    pool: Pool,
    sensitive: list[Pattern],
    tmp_path: Path,
    name: str,
) -> None:
    searcher = Searcher(sensitive, measured.public, measured.areas)
    source = measured.party.home("dealer") / "state.db"
    what, data = samples(measured, pool)[name]
    plant_and_erase(source, tmp_path / "erased.db", data)
    assert is_found(what, searcher.in_file(tmp_path / "erased.db", "erased"))
    with planted_in_log(source, tmp_path / "open.db", data):
        hits = searcher.in_folder(tmp_path)
    assert {hit.place.partition(":")[0] for hit in hits if hit.what.startswith(what)} == {
        "open.db-wal",
        "open.db, rows of geplant",
    }


def test_participants_listen_nowhere_and_know_one_address(measured: Measured) -> None:
    link = measured.party.federation.coordinator.link_port
    assert set(measured.sockets) == {"coordinator", *measured.party.federation.nodes}
    for name in measured.party.federation.nodes:
        seen = measured.sockets[name]
        assert (seen.listening, seen.udp) == (frozenset(), frozenset()), name
        assert seen.connected_to == {link}, name


def test_the_coordinator_listens_on_its_three_ports(measured: Measured) -> None:
    settings = measured.party.federation.coordinator
    ports = {settings.link_port, settings.enrolment_port, settings.rest_port}
    assert measured.sockets["coordinator"].listening == ports
    assert measured.sockets["coordinator"].udp == frozenset()


def test_all_processes_stop_on_sigterm(measured: Measured) -> None:
    assert set(measured.stops) == set(measured.pids)
    for name, stop in measured.stops.items():
        assert stop.code == 0, name
        assert stop.seconds < STOP_SECONDS, name
    assert not [name for name, pid in measured.pids.items() if is_running(pid)]


def test_an_idle_provider_is_small(measured: Measured) -> None:
    assert max(measured.idle[name] for name in measured.providers) < IDLE_MEMORY


def test_nobody_refused_anything(measured: Measured) -> None:
    for name in measured.party.federation.nodes:
        state = measured.party.home(name) / "state.db"
        assert rows(state, "SELECT sender, type, code FROM mail_in WHERE code NOT NULL") == []
    store = measured.party.home("coordinator") / "coordinator.db"
    assert rows(store, "SELECT sender, type, code FROM mail_posted WHERE code NOT NULL") == []
    assert rows(store, "SELECT DISTINCT state FROM release") == [("done",)]
    assert rows(store, "SELECT DISTINCT state FROM upload") == [("admitted",)]
    assert rows(store, "SELECT DISTINCT code FROM participation") == [(None,)]


def test_everyone_logs_json_and_no_error(measured: Measured) -> None:
    for name in measured.pids:
        lines = (measured.party.logs / f"{name}.log").read_text("utf-8").splitlines()
        events = [json.loads(line) for line in lines]
        assert events, name
        assert not [event for event in events if event["level"] in {"error", "critical"}]


def test_a_provider_paid_for_its_uploads_and_every_question(measured: Measured) -> None:
    for name in measured.providers:
        assert accounts_of(measured, name) == price_of(measured, 1)


def test_a_helper_paid_for_every_upload_and_every_question(measured: Measured) -> None:
    for name in HELPERS:
        assert accounts_of(measured, name) == price_of(measured, len(measured.providers))


def test_the_dealer_paid_nothing(measured: Measured) -> None:
    assert accounts_of(measured, "dealer") == {}


def test_what_is_published_is_what_was_paid(measured: Measured) -> None:
    for question, query in measured.party.queries.items():
        stated = sum(int(block.rho) for block in query.blocks)
        price = charges_of(query.blocks, [0])[1].rho if question == PERSONS else stated
        assert measured.answers[question]["privacy"]["rho"] == f"{price / 10**12:.12f}".rstrip("0")


def test_every_chain_verifies(measured: Measured) -> None:
    for name, settings in measured.party.federation.nodes.items():
        engine = open_engine(settings.state_url)
        try:
            with engine.begin() as connection:
                assert verify_chain(connection) == ledger.head(connection), name
        finally:
            engine.dispose()


@pytest.mark.parametrize("question", ASKED)
def test_an_answer_is_published_as_json_csv_and_maps(measured: Measured, question: str) -> None:
    answer, exports = measured.answers[question], measured.exports[question]
    assert json.loads(exports.document) == answer
    rows = [row for table in answer["tables"] for row in (*table["areas"], *table["rest"])]
    figures = sum(len(row["figures"]) for row in rows)
    listed = list(csv.reader(io.StringIO(exports.csv.decode()), delimiter=";"))
    assert sum(len(row) == len(listed[-1]) for row in listed) == 1 + figures
    buurten = len(measured.party.world.town.buurten)
    for table in answer["tables"]:
        if table["level"] == MAPLESS:
            continue
        collection = json.loads(exports.maps[table["id"]])
        assert collection["type"] == "FeatureCollection"
        assert 0 < len(collection["features"]) <= buurten
