# SPDX-License-Identifier: EUPL-1.2
"""The participant's end of the connection: dials out, posts, receives, and never gives up."""

from ontschot.node.link.channel import LinkAddress
from ontschot.node.link.errors import (
    CallRefused,
    CertificateRefused,
    ClockDiffers,
    ConnectionLost,
    CoordinatorDown,
    CoordinatorUntrusted,
)
from ontschot.node.link.link import Link, LinkStatus, Seams

__all__ = [
    "CallRefused",
    "CertificateRefused",
    "ClockDiffers",
    "ConnectionLost",
    "CoordinatorDown",
    "CoordinatorUntrusted",
    "Link",
    "LinkAddress",
    "LinkStatus",
    "Seams",
]
