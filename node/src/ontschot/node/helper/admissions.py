# SPDX-License-Identifier: EUPL-1.2
"""Admission: is an upload what an honest node would send (protocol section 3)?

The gate counts slots outside [0, node_cap]: none in an honest upload, about all of them in garbage.
The count is opened with full noise only. Each helper judges the two published halves itself and
checks that its own half is among them, so the coordinator cannot admit what was rejected.
"""

from fractions import Fraction

from ontschot.node.helper import uploads
from ontschot.node.helper.errors import ManifestRefused
from ontschot.node.helper.identity import my_name
from ontschot.node.helper.release import find
from ontschot.node.mailroom.desk import Desk
from ontschot.node.public_inputs.store import require_area_map
from ontschot.protocol.letters import Letter
from ontschot.protocol.privacy.units import parse_sigma
from ontschot.protocol.release.admission import is_admitted
from ontschot.protocol.release.halves import combine
from ontschot.protocol.release.tables import tables


def judge(desk: Desk, letter: Letter) -> None:
    """Read both noised halves of an admission and set the upload admitted or rejected.

    Raises:
        ManifestRefused: not an admission that this helper answered, or not its own half.
    """
    release = find(desk, letter.subject)
    if release is None or release.manifest.kind != "admit" or release.state != "sent":
        raise ManifestRefused("not an admission answered here")
    manifest = release.manifest
    maps = {b.area_map: require_area_map(desk, b.area_map) for b in manifest.blocks}
    shapes = tables(manifest, maps)
    half = sum(shape.size for shape in shapes)
    half_a, half_b = letter.payload[:half], letter.payload[half:]
    if release.output != (half_a if my_name(desk) == "A" else half_b):
        raise ManifestRefused("not the half that this helper sent")
    count = int(combine(shapes, half_a, half_b)[0].sum())
    sigma: Fraction = parse_sigma(manifest.blocks[0].sigma)
    passed = is_admitted(count, sigma, shapes[0].areas)
    uploads.set_status(
        desk.connection, manifest.parts[0].uploads[0], "admitted" if passed else "rejected"
    )
