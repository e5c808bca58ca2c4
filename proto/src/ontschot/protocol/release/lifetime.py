# SPDX-License-Identifier: EUPL-1.2
"""How long a manifest may live: what a proposer can hold reserved is bounded in time."""

from datetime import datetime, timedelta
from typing import Final

from ontschot.protocol.clock import to_text
from ontschot.protocol.documents.releases import Manifest

LONGEST_LIFETIME: Final = timedelta(days=1)
"""From proposal to expiry, at most. Without a bound a proposer could reserve a budget for ever."""


def is_alive(manifest: Manifest, now: datetime) -> bool:
    """Return whether ``manifest`` has not expired, and expires within ``LONGEST_LIFETIME``."""
    return to_text(now) < manifest.expiry <= to_text(now + LONGEST_LIFETIME)
