# SPDX-License-Identifier: EUPL-1.2
"""Gate keys serve one list of uploads: the same r under two totals would show their difference."""

from ontschot.node.helper.release import find
from ontschot.protocol.documents.releases import ABORT, MANIFEST, Manifest
from simulation.attacks.conftest import Play
from simulation.federation import HELPERS
from simulation.machine.acts import digest_of
from simulation.machine.adversary import last_manifest, relisted, say
from simulation.machine.world import AUTOMATIC, World


def reused(world: World, name: str) -> Manifest:
    """Return a manifest of another question, over other uploads, with the batch of the first."""
    base = last_manifest(world)
    assert base is not None
    query = world.history.queries[digest_of(world, "again")]
    asked = {"query": query.digest, "blocks": query.blocks, "release_id": name}
    serial = {"roster_serial": world.roster.serial, "roster_hash": world.roster.digest}
    return relisted(world, base.model_copy(update=asked | serial), list(AUTOMATIC), fresh=False)


def test_a_batch_is_not_used_for_other_uploads_also_after_a_restart(
    world: World, play: Play
) -> None:
    play(("renew", "provider-1"), ("ask", "again"), ("settle",))
    opened = dict(world.history.opened)
    for number in range(2):
        manifest = reused(world, f"reuse-{number}")
        for name in (*HELPERS, *AUTOMATIC):
            say(world, name, MANIFEST, manifest.digest, manifest.to_bytes())
        play(("settle",))
        assert world.history.opened == opened
        for helper in HELPERS:
            release = world.at(helper, lambda desk, m=manifest: find(desk, m.digest))  # type: ignore[misc]
            assert release is not None
            assert (release.state, release.reason) == ("aborted", "batch-bound")
        # The providers are free for another try when they hold both helpers' words.
        for node in AUTOMATIC:
            play(("quote", node, HELPERS[1], HELPERS[0], ABORT, "same"))
            play(("quote", node, HELPERS[0], HELPERS[1], ABORT, "same"))
        # What it is bound to is on disk: who starts again knows it still.
        play(*[("crash", helper) for helper in HELPERS], ("settle",))


def test_an_old_upload_shown_again_brings_no_erased_half_back(world: World, play: Play) -> None:
    play(("renew", "provider-1"), ("settle",))
    uploads = dict(world.history.uploads)
    for helper in HELPERS:
        for place in range(2):
            play(("show-again", helper, "provider-1", "upload", place))
        play(("quote", helper, helper, "provider-1", "upload", "same"), ("settle",))
    assert world.history.uploads == uploads
    play(("ask", "again"), ("settle",), ("advance", 61), ("tick", "coordinator"), ("settle",))
    assert len(world.answers()) == 2
