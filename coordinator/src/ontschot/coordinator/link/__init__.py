# SPDX-License-Identifier: EUPL-1.2
"""The coordinator's end of the connections: gRPC over mTLS."""

from ontschot.coordinator.link.server import LinkServer

__all__ = ["LinkServer"]
