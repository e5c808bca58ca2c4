# SPDX-License-Identifier: EUPL-1.2
"""What a batch is bound to before it is opened: one vector, so that its masks serve only once.

Opening a batch for two vectors ``x`` and ``x'`` under the same ``r`` would show ``x - x'`` of every
slot (protocol section 5). Both helpers therefore sign this hash in AGREE and refuse a batch that
they hold under another one.

The second batch of a chain is opened for codes, which are computed and not uploaded. Its binding
names everything that they follow from, and also the first batches themselves. Proof sketch that one
helper, with anything it likes in its own letters, learns nothing from the second openings. The
binding of a first batch fixes the totals; the batch and the values y of its first opening, which a
helper keeps and never departs from, fix this helper's share of every bit, so weights and components
fix its share of the code, and with it the masked share that leaves. So under one second batch the
same bytes leave at every opening. Were the first batches free to change, the peer could open one of
them at y shifted by d: this helper's masked share would differ from the one it sent before by the
difference of its two shares of the code, and the peer, who knows its own two, would see the
difference of the codes at x and x + d of every slot.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from ontschot.protocol import canonical
from ontschot.protocol.gate.errors import MalformedBinding
from ontschot.protocol.gate.spec import BatchSpec

_HEX: Final = re.compile(r"[0-9a-f]{64}")


def binding_of(uh: str, variable: str, ring_bits: int, envelopes: Iterable[str]) -> str:
    """Return SHA-256, in lower-case hexadecimal, over what fixes the vector of totals.

    Two openings have the same binding only if universe, variable, ring and set of uploads are the
    same (SHA-256 is collision resistant and the canonical form has one spelling). The order in
    which the uploads are named does not matter.

    Args:
        uh: hash of the universe, lower-case hexadecimal.
        variable: the variable's name or hash.
        ring_bits: bits of the ring of the batch, 1 to 31.
        envelopes: SHA-256 of each upload's signed envelope, lower-case hexadecimal.

    Raises:
        MalformedBinding: a hash that is none, no uploads, one named twice, no variable, or a ring
            no batch has.
    """
    listed = sorted(envelopes)
    if not all(_HEX.fullmatch(each) for each in (uh, *listed)):
        raise MalformedBinding("a hash is 64 lower-case hexadecimal digits")
    if not listed or len(set(listed)) != len(listed):
        raise MalformedBinding("uploads are listed at least one, each once")
    if not variable or not 1 <= ring_bits <= 31:
        raise MalformedBinding("no variable, or a ring that no batch has")
    document: canonical.Document = {
        "envelopes": listed,
        "ring_bits": ring_bits,
        "type": "ontschot/gate/binding/v1",
        "uh": uh,
        "variable": variable,
    }
    return canonical.sha256(canonical.encode(document))


@dataclass(frozen=True, slots=True)
class BoundComponent:
    """One bit of a code: what it is, and the first batch that it comes out of.

    Attributes:
        variable: the variable's name.
        threshold: in quanta.
        weight: what the bit adds to the code.
        batch: the first batch, lower-case hexadecimal.
        binding: what the first batch is bound to (``binding_of``).
    """

    variable: str
    threshold: int
    weight: int
    batch: str
    binding: str


def chained_binding_of(spec: BatchSpec, components: Sequence[BoundComponent]) -> str:
    """Return SHA-256, in lower-case hexadecimal, over what fixes the codes and what is read there.

    Args:
        spec: the shape of the second batch, its tables included.
        components: the bits of the code, in its order.

    Raises:
        MalformedBinding: no components, a hash that is none, no variable, or a second batch that is
            no table.
    """
    if spec.kind != "table" or not components:
        raise MalformedBinding("a code has components and goes through a table")
    hashes = [value for one in components for value in (one.batch, one.binding)]
    if not all(_HEX.fullmatch(each) for each in hashes):
        raise MalformedBinding("a hash is 64 lower-case hexadecimal digits")
    if not all(one.variable and one.threshold > 0 and one.weight > 0 for one in components):
        raise MalformedBinding("a component without variable, threshold or weight")
    document: canonical.Document = {
        "components": [
            {
                "batch": one.batch,
                "binding": one.binding,
                "threshold": one.threshold,
                "variable": one.variable,
                "weight": one.weight,
            }
            for one in components
        ],
        "spec": spec.digest,
        "type": "ontschot/gate/chained-binding/v1",
    }
    return canonical.sha256(canonical.encode(document))
