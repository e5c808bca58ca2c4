# SPDX-License-Identifier: EUPL-1.2
"""Gates: counts at a threshold, capped sums and small functions of shared totals (section 5).

The computing only: who may open what, once, is the release machinery's business.
"""

from ontschot.protocol.gate.binding import BoundComponent, binding_of, chained_binding_of
from ontschot.protocol.gate.derive import (
    CandidateHashes,
    DerivedBatch,
    derive,
    derive_to,
    hashes_of,
    own_pieces,
    shared_pieces,
)
from ontschot.protocol.gate.errors import (
    BatchNotAllowed,
    DealerCaught,
    DealerOwes,
    GateOutOfRange,
    MalformedAudit,
    MalformedBatchSpec,
    MalformedBinding,
    MalformedGatePart,
    MalformedMasked,
    PeerOwes,
    TossBroken,
)
from ontschot.protocol.gate.masked import decode_masked, encode_masked, masked_size, opened
from ontschot.protocol.gate.part import DcfOutputs, GatePart
from ontschot.protocol.gate.payload import Group, Payload
from ontschot.protocol.gate.spec import BatchSpec, Kind, Party
from ontschot.protocol.gate.sums import add, area_sums, centred

__all__ = [
    "BatchNotAllowed",
    "BatchSpec",
    "BoundComponent",
    "CandidateHashes",
    "DcfOutputs",
    "DealerCaught",
    "DealerOwes",
    "DerivedBatch",
    "GateOutOfRange",
    "GatePart",
    "Group",
    "Kind",
    "MalformedAudit",
    "MalformedBatchSpec",
    "MalformedBinding",
    "MalformedGatePart",
    "MalformedMasked",
    "Party",
    "Payload",
    "PeerOwes",
    "TossBroken",
    "add",
    "area_sums",
    "binding_of",
    "centred",
    "chained_binding_of",
    "decode_masked",
    "derive",
    "derive_to",
    "encode_masked",
    "hashes_of",
    "masked_size",
    "opened",
    "own_pieces",
    "shared_pieces",
]
