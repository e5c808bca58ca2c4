# SPDX-License-Identifier: EUPL-1.2
"""The truth's own rules against those of the system: two programs that must agree.

Where they differ, one of them is wrong, and an answer could miss the truth without any noise.
"""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ontschot.node import database
from ontschot.node.provider.intake.service import load_file
from ontschot.node.provider.intake.settings import IntakeSettings
from ontschot.node.provider.records import schema
from ontschot.node.provider.records.identity import create_keys
from ontschot.protocol.universe.address import normalise
from ontschot.protocol.universe.errors import AddressUnusable
from ontschot_demo.clients import DEFAULT_PERIOD, Options, make_world, write_world
from ontschot_demo.places import read_addresses
from ontschot_demo.town import Town, generate_town, read_town
from ontschot_demo.truth import Sources, Truth

REAL_GEMEENTE = "0642"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
_TEXT = st.text("0129aABzZ -/.", max_size=6)


class _Macros:
    """The SQL macros; forgets its connection at the end, which DuckDB otherwise complains of."""

    def __init__(self, addresses: Path) -> None:
        self._open = [duckdb.connect()]
        read_addresses(self._open[0], addresses)

    def normalise(self, *fields: str) -> tuple[str, int, str, str]:
        row = self._open[0].execute(
            "SELECT norm_postcode($1), norm_nummer($2), norm_letter($2, $3, $4),"
            " norm_toevoeging($2, $3, $4)",
            list(fields),
        )
        postcode, number, letter, addition = row.fetchall()[0]
        return postcode, number, letter, addition

    def close(self) -> None:
        self._open.pop().close()


@pytest.fixture(scope="module")
def macros(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Macros]:
    path = tmp_path_factory.mktemp("places") / "adressen.csv"
    path.write_text("postcode;huisnummer;huisletter;toevoeging;buurtcode\n", "utf-8")
    found = _Macros(path)
    yield found
    found.close()


@given(
    st.one_of(st.sampled_from(["1234AB", "1234 ab", "9999ZZ", "0123AB", "1234SS"]), _TEXT),
    st.one_of(st.integers(0, 120_000).map(str), _TEXT),
    _TEXT,
    _TEXT,
)
@settings(max_examples=150, deadline=None)
def test_addresses_are_normalised_alike(
    macros: _Macros, postcode: str, number: str, letter: str, addition: str
) -> None:
    found = macros.normalise(postcode, number, letter, addition)
    try:
        expected = normalise(postcode, number, letter, addition)
    except AddressUnusable:
        assert found[0] == "" or found[1] == 0
    else:
        assert found == (expected.postcode, expected.number, expected.letter, expected.addition)


@pytest.fixture(scope="module")
def real_town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """A small made-up town under the code of a gemeente that the intake knows."""
    made_up = json.dumps(generate_town(8, 1200, 14, 3).boundaries)
    path = tmp_path_factory.mktemp("town") / "buurten.geojson"
    path.write_text(made_up.replace("9901", REAL_GEMEENTE), "utf-8")
    return read_town(path, 8)


def test_the_intake_takes_and_refuses_the_same_lines(real_town: Town, tmp_path: Path) -> None:
    world = make_world(real_town, Options(8, bad_lines=8))
    paths = write_world(tmp_path, world)
    truth = Truth(Sources(paths.lines, paths.left_out, paths.addresses), DEFAULT_PERIOD)
    refused = {agb: sum(rules.values()) for agb, rules in truth.refused().items()}
    truth.close()
    assert sum(refused.values()) > 15
    for file in world.files:
        agb = file.provider.agb
        engine = database.open_engine(f"sqlite:///{tmp_path / agb}.db")
        schema.prepare(engine)
        identity = create_keys(tmp_path / f"{agb}.keys")
        settings_of = IntakeSettings(agb, frozenset({REAL_GEMEENTE}), "demo")
        report = load_file(engine, identity, settings_of, paths.lines[agb], clock=lambda: NOW)
        engine.dispose()
        assert report.status == "loaded"
        assert report.read == len(file.lines)
        assert report.rejected == refused.get(agb, 0) == len(file.mistakes)
        notices = {rule.code for rule, _ in report.counts if rule.severity == "M"}
        assert notices <= {"traject-overlap"}, "no line that counts should raise a question"


def test_the_period_of_the_demo_is_past() -> None:
    assert DEFAULT_PERIOD.last < NOW.date()
    assert DEFAULT_PERIOD.first == date(2024, 1, 1)
    assert np.datetime64(DEFAULT_PERIOD.last, "M") == np.datetime64("2024-12")
