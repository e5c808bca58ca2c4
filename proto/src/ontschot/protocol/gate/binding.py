# SPDX-License-Identifier: EUPL-1.2
"""What a batch is bound to before it is opened: one vector, so that its masks serve only once.

Opening a batch for two vectors ``x`` and ``x'`` under the same ``r`` would show ``x - x'`` of every
slot (protocol section 5). Both helpers therefore sign this hash in AGREE and refuse a batch that
they hold under another one.
"""

import re
from collections.abc import Iterable
from typing import Final

from ontschot.protocol import canonical
from ontschot.protocol.gate.errors import MalformedBinding

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
