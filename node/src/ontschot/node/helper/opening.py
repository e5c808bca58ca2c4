# SPDX-License-Identifier: EUPL-1.2
"""Opening gates: what batches are bound to, the masked values that leave, and what they open.

A release opens the gates of its variables, and then those of its codes, if it has any. The batches
of both are bound in AGREE, and PREPARE witnesses that, before anything is opened. This helper keeps
what it sent until the release is over, so masking is done once; the values y of a first opening are
kept with the batch, and every later opening must come to the same (``batches.keep_opened``).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ontschot.node.helper import batches, facts
from ontschot.node.helper.boxes import send_box
from ontschot.node.helper.errors import PeerDeviates
from ontschot.node.helper.gates import Opened
from ontschot.node.helper.identity import my_name, peer, peer_name
from ontschot.node.helper.release import Release, peer_said
from ontschot.node.helper.uploads import HeldUpload
from ontschot.node.mailroom.desk import Desk
from ontschot.protocol.documents.releases import Gate, Manifest
from ontschot.protocol.gate import (
    BoundComponent,
    binding_of,
    chained_binding_of,
    decode_masked,
    encode_masked,
    masked_size,
)
from ontschot.protocol.gate import opened as opened_values
from ontschot.protocol.release.gates import gate_spec
from ontschot.protocol.release.sealing import release_context

Use: TypeAlias = Literal["prepare", "open", "open-codes"]
"""The boxes from helper to helper, by their type of letter."""

Named: TypeAlias = Sequence[tuple[str, Gate]]
"""Gates, each with the variable or code that goes through it."""

BOXES: tuple[Use, ...] = ("prepare", "open", "open-codes")


def first_gates(manifest: Manifest) -> Named:
    """Return the gates of the variables: of every part."""
    return [(part.variable, part.require_gate()) for part in manifest.parts]


def second_gates(manifest: Manifest) -> Named:
    """Return the gates of the codes."""
    return [(chain.code.id, chain.gate) for chain in manifest.chains]


def bindings_of(
    manifest: Manifest, slots: int, uploads: Mapping[str, Sequence[HeldUpload]]
) -> list[str]:
    """Return what each of ``manifest.gates`` is bound to.

    Args:
        manifest: of the release.
        slots: of its round.
        uploads: the listed uploads, by variable.
    """
    first = {
        part.variable: (
            part.gate,
            binding_of(
                manifest.universe,
                part.variable,
                part.gate.ring_bits,
                [held.envelope_hash for held in uploads[part.variable]],
            ),
        )
        for part in manifest.parts
        if part.gate is not None
    }
    second = [
        chained_binding_of(
            gate_spec(manifest.functions_of(code.id), slots, code.ring_bits),
            [
                BoundComponent(
                    variable=bit.variable,
                    threshold=bit.threshold,
                    weight=bit.weight,
                    batch=first[bit.variable][0].batch,
                    binding=first[bit.variable][1],
                )
                for bit in code.components
            ],
        )
        for code in manifest.codes
    ]
    return [*(binding for _, binding in first.values()), *second]


def send_masked(
    desk: Desk,
    release: Release,
    use: Use,
    gates: Named,
    shares: Iterable[NDArray[np.uint32] | NDArray[np.uint64]],
) -> None:
    """Mask this helper's share of each gate's input, and send the masked values to the peer.

    Raises:
        BatchRefused, MalformedGatePart: the keys are not here, or damaged.
    """
    pieces = []
    for (_, gate), share in zip(gates, shares, strict=True):
        keys = batches.load_part(desk, gate.batch)
        pieces.append(encode_masked(keys.masked(share), gate.ring_bits))
    masked = b"".join(pieces)
    facts.keep(desk.connection, release.digest, use, desk.me.id, masked)
    seal_to_peer(desk, use, release, masked)


def opened_gates(desk: Desk, release: Release, use: Use, gates: Named) -> Iterator[Opened] | None:
    """Return each gate with its values y, one at a time; None while the peer's are not here.

    Raises, while it is gone through:
        PeerDeviates: the peer opens other values than before, or more than there are gates.
        MalformedMasked: not masked values of these gates.
        BatchRefused, MalformedGatePart: the keys are not here, or damaged.
    """
    sealed = peer_said(desk, release, use)
    mine = facts.find(desk.connection, release.digest, use, desk.me.id)
    if sealed is None or mine is None:
        return None
    theirs = desk.keys.open(sealed, release_context(use, release.digest, peer_name(desk)))
    return _opened(desk, gates, mine, theirs)


def seal_to_peer(desk: Desk, use: Use, release: Release, payload: bytes) -> None:
    """Send something about a release that only the other helper may read."""
    context = release_context(use, release.digest, my_name(desk))
    box = peer(desk).sealing_key.seal(payload, context)
    send_box(desk, peer(desk).id, use, release.digest, box)


def _opened(desk: Desk, gates: Named, mine: bytes, theirs: bytes) -> Iterator[Opened]:
    start = 0
    for name, gate in gates:
        keys = batches.load_part(desk, gate.batch)
        stop = start + masked_size(keys.spec.slots, gate.ring_bits)
        own, other = (
            decode_masked(data[start:stop], keys.spec.slots, gate.ring_bits)
            for data in (mine, theirs)
        )
        values = opened_values(own, other, gate.ring_bits)
        batches.keep_opened(desk, gate.batch, values)
        yield Opened(name, keys, values)
        start = stop
    if len(theirs) != start:
        raise PeerDeviates("more masked values than the manifest has gates")
