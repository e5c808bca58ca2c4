# SPDX-License-Identifier: EUPL-1.2
"""Public files: by hash, on the anchors' list, and the very map that the rule makes."""

import dataclasses
from typing import Any

import pytest

from ontschot.node.mailroom.desk import Desk
from ontschot.node.public_inputs import store
from ontschot.node.public_inputs.store import UnknownPublicInput
from ontschot.protocol.documents.rounds import AreaMapReference, Round
from ontschot.protocol.errors import OntschotError
from ontschot.protocol.letters import Letter
from ontschot.protocol.universe import AreaMap, Universe
from ontschot.protocol.universe.errors import MalformedAreaMap
from simulation.bench import Bench
from simulation.making import make_maps, make_universe

BUURT = ("buurt", 100)


def receive(
    bench: Bench,
    round_: Round,
    files: list[bytes],
    listed: list[str] | None = None,
    sender: str = "coordinator",
) -> OntschotError | None:
    """Let helper A receive a round with files, under a roster that lists these maps."""

    def act(desk: Desk) -> OntschotError | None:
        if listed is not None:
            parameters = desk.roster.parameters
            universe = parameters.universes[0].model_copy(update={"area_maps": tuple(listed)})
            desk.roster = desk.roster.model_copy(
                update={"parameters": parameters.model_copy(update={"universes": (universe,)})}
            )
        letter = Letter(
            type="round",
            subject=round_.digest,
            sender=sender,
            recipient="helper-a",
            seq=10**6,
            roster_serial=1,
            roster_hash="0" * 64,
            payload=round_.to_bytes(),
            attachments=tuple(desk._files.store.put(content) for content in files),
        )
        try:
            store.receive_round(desk, letter)
        except OntschotError as error:
            return error
        return None

    return bench.undone(act)


def renamed(bench: Bench, **fields: Any) -> Round:
    """Return a round that the helper does not know yet."""
    return bench.federation.round().model_copy(update={"id": "another"} | fields)


def with_map(bench: Bench, content: AreaMap, **fields: Any) -> Round:
    """Return a round in which another map stands for that of the buurten."""
    level, minimum = fields.get("level", BUURT[0]), fields.get("minimum", BUURT[1])
    reference = AreaMapReference(level=level, minimum=minimum, hash=content.digest)
    kept = [one for one in renamed(bench).area_maps if (one.level, one.minimum) != BUURT]
    return renamed(bench, area_maps=[*kept, reference])


def test_a_round_over_known_files_is_taken(bench: Bench) -> None:
    assert receive(bench, renamed(bench), []) is None


def test_a_file_must_be_there_and_be_the_one_that_is_named(bench: Bench) -> None:
    other = make_universe({"BU99010101": 300})
    renumbered = renamed(bench, universe=other.digest)
    found = receive(bench, renumbered, [other.to_bytes()])
    assert isinstance(found, UnknownPublicInput)
    assert "does not list" in found.detail
    changed = dataclasses.replace(
        bench.federation.maps["buurt", 100], areas=named(bench.federation.maps["buurt", 100])
    )
    listed = [changed.digest, *bench.federation.roster.parameters.universes[0].area_maps]
    missing = receive(bench, with_map(bench, changed), [], listed)
    assert isinstance(missing, UnknownPublicInput)
    assert "missing" in missing.detail
    assert receive(bench, with_map(bench, changed), [changed.to_bytes()], listed) is None


def named(area_map: AreaMap) -> Any:
    """Return the areas of a map with other names: those are free."""
    return tuple(dataclasses.replace(area, name=f"{area.name} x") for area in area_map.areas)


def test_a_map_must_be_on_the_anchors_list(bench: Bench) -> None:
    changed = dataclasses.replace(
        bench.federation.maps["buurt", 100], areas=named(bench.federation.maps["buurt", 100])
    )
    found = receive(bench, with_map(bench, changed), [changed.to_bytes()])
    assert isinstance(found, UnknownPublicInput)
    assert "map that the roster does not list" in found.detail


def test_a_listed_map_must_be_the_one_that_the_rule_makes(bench: Bench) -> None:
    """Anchors may be deceived about a hash; helpers and nodes compute the division anew."""
    joined = dataclasses.replace(bench.federation.maps["buurt", 250], minimum=100)
    assert AreaMap.from_bytes(joined.to_bytes()).minimum == 100
    found = receive(
        bench,
        with_map(bench, joined),
        [joined.to_bytes()],
        [joined.digest, *bench.federation.roster.parameters.universes[0].area_maps],
    )
    assert isinstance(found, MalformedAreaMap)
    assert "the rule" in found.detail


@pytest.mark.parametrize("minimum", [99, 250])
def test_a_map_of_another_minimum_than_the_round_says_is_refused(
    bench: Bench, minimum: int
) -> None:
    other = bench.federation.maps["wijk", 100]
    listed = [*bench.federation.roster.parameters.universes[0].area_maps]
    wrong = renamed(
        bench,
        area_maps=[AreaMapReference(level="wijk", minimum=minimum, hash=other.digest)],
    )
    found = receive(bench, wrong, [], listed)
    assert isinstance(found, UnknownPublicInput)
    assert "another level or minimum" in found.detail


def test_a_map_of_another_universe_is_refused(bench: Bench) -> None:
    sizes = {"BU99010101": 300, "BU99010102": 140, "BU99010201": 281}
    strange = make_maps(make_universe(sizes))["buurt", 100]
    found = receive(
        bench,
        with_map(bench, strange),
        [strange.to_bytes()],
        [strange.digest, *bench.federation.roster.parameters.universes[0].area_maps],
    )
    assert isinstance(found, MalformedAreaMap)
    assert "another universe" in found.detail


def test_a_universe_of_another_size_than_the_round_says_is_refused(bench: Bench) -> None:
    found = receive(bench, renamed(bench, slots=bench.federation.slots + 1), [])
    assert isinstance(found, UnknownPublicInput)
    assert "another size" in found.detail


def test_a_round_comes_from_the_coordinator_of_this_federation(bench: Bench) -> None:
    for found in (
        receive(bench, renamed(bench), [], sender="helper-b"),
        receive(bench, renamed(bench, federation="other"), []),
    ):
        assert isinstance(found, UnknownPublicInput)
        assert "another federation" in found.detail


def test_a_file_that_changed_on_disk_is_noticed(bench: Bench) -> None:
    """Files are named by their content; whoever can write there still cannot change one."""

    def act(desk: Desk) -> None:
        digest = bench.federation.maps["buurt", 100].digest
        path = desk.kept(f"public/{digest}")
        assert path is not None
        content = path.read_bytes()
        store._area_map.cache_clear()
        path.write_bytes(content.replace(b"BU99010101", b"BU99010199"))
        try:
            with pytest.raises(UnknownPublicInput):
                store.require_area_map(desk, digest)
        finally:
            path.write_bytes(content)
            store._area_map.cache_clear()

    bench.undone(act)


def test_what_never_arrived_is_not_known(bench: Bench) -> None:
    def act(desk: Desk) -> None:
        for look in (store.require_round, store.require_area_map, store.require_universe):
            with pytest.raises(UnknownPublicInput):
                look(desk, "0" * 64)
        assert isinstance(store.require_universe(desk, bench.federation.universe.digest), Universe)

    bench.undone(act)
