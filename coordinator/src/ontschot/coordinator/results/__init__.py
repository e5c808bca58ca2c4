# SPDX-License-Identifier: EUPL-1.2
"""From opened noised sums to published figures: pure functions, no database, no web.

``build_result`` makes the result document; ``ontschot.protocol.results`` writes it as files.
"""

from ontschot.coordinator.results.build import build_result
from ontschot.coordinator.results.clamps import clamp_text
from ontschot.coordinator.results.document import Result, decode_result, encode_result
from ontschot.coordinator.results.release import Area, Block, HelperSignature, Metadata

__all__ = [
    "Area",
    "Block",
    "HelperSignature",
    "Metadata",
    "Result",
    "build_result",
    "clamp_text",
    "decode_result",
    "encode_result",
]
