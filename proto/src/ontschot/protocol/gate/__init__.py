# SPDX-License-Identifier: EUPL-1.2
"""Gates: counts at a threshold, capped sums and small functions of shared totals (section 5).

The computing only: who may open what, once, is the release machinery's business.
"""

from ontschot.protocol.gate.derive import (
    DerivedBatch,
    PartHashes,
    derive,
    derive_pieces,
    derive_to,
    part_hashes,
)
from ontschot.protocol.gate.errors import (
    BatchNotAllowed,
    DealerCaught,
    GateOutOfRange,
    MalformedAudit,
    MalformedBatchSpec,
    MalformedGatePart,
    MalformedMasked,
)
from ontschot.protocol.gate.masked import decode_masked, encode_masked, opened
from ontschot.protocol.gate.part import DcfOutputs, GatePart
from ontschot.protocol.gate.spec import BatchSpec, Kind, Party
from ontschot.protocol.gate.sums import add, area_sums, centred

__all__ = [
    "BatchNotAllowed",
    "BatchSpec",
    "DcfOutputs",
    "DealerCaught",
    "DerivedBatch",
    "GateOutOfRange",
    "GatePart",
    "Kind",
    "MalformedAudit",
    "MalformedBatchSpec",
    "MalformedGatePart",
    "MalformedMasked",
    "PartHashes",
    "Party",
    "add",
    "area_sums",
    "centred",
    "decode_masked",
    "derive",
    "derive_pieces",
    "derive_to",
    "encode_masked",
    "opened",
    "part_hashes",
]
