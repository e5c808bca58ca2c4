# SPDX-License-Identifier: EUPL-1.2
"""Admission: is an upload what an honest node would send (protocol section 3)?

The gate counts slots outside [0, node_cap]: none in an honest upload, about all of them in garbage.
The count is opened with full noise only. Each helper judges the two published halves itself and
checks that its own half is among them, so the coordinator cannot admit what was rejected.
"""

from ontschot.node.helper import facts, uploads
from ontschot.node.helper.errors import ManifestRefused
from ontschot.node.helper.identity import my_name, peer
from ontschot.node.helper.release import Release, find
from ontschot.node.mailroom.desk import Desk
from ontschot.node.public_inputs.store import require_area_map
from ontschot.protocol.canonical import sha256
from ontschot.protocol.documents.releases import COMMIT, Commit
from ontschot.protocol.letters import Letter
from ontschot.protocol.privacy.units import parse_sigma
from ontschot.protocol.release.admission import is_admitted
from ontschot.protocol.release.halves import combine, half_size
from ontschot.protocol.release.tables import tables
from ontschot.protocol.signed import SignedDocument


def judge(desk: Desk, letter: Letter) -> None:
    """Read both noised halves of an admission and set the upload admitted or rejected.

    Raises:
        ManifestRefused: not by the coordinator, not an admission that this helper answered, or
            not the two halves that both helpers committed to.
        MalformedOutput: halves of another length.
    """
    release = find(desk, letter.subject)
    if letter.sender != desk.roster.coordinator().id:
        raise ManifestRefused("not from the coordinator")
    if release is None or release.manifest.kind != "admit" or release.state != "sent":
        raise ManifestRefused("not an admission answered here")
    manifest = release.manifest
    maps = {b.area_map: require_area_map(desk, b.area_map) for b in manifest.blocks}
    shapes = tables(manifest, maps)
    half = half_size(shapes)
    half_a, half_b = letter.payload[:half], letter.payload[half:]
    _require_committed(desk, release, half_a, half_b)
    count = int(combine(shapes, half_a, half_b)[0].sum())
    passed = is_admitted(count, parse_sigma(manifest.blocks[0].sigma), shapes[0].areas)
    uploads.judge_upload(desk.connection, manifest.parts[0].uploads[0], admitted=passed)


def _require_committed(desk: Desk, release: Release, half_a: bytes, half_b: bytes) -> None:
    mine, theirs = (half_a, half_b) if my_name(desk) == "A" else (half_b, half_a)
    if release.output != mine:
        raise ManifestRefused("not the half that this helper sent")
    document = facts.find(desk.connection, release.digest, COMMIT, peer(desk).id)
    # Any half added to ours gives some count: only the one committed to gives the true one.
    if document is None:
        raise ManifestRefused("the other helper has not committed")
    if Commit.parse(SignedDocument.from_bytes(document).payload).output != sha256(theirs):
        raise ManifestRefused("not the half that the other helper committed to")
