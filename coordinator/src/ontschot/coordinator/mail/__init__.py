# SPDX-License-Identifier: EUPL-1.2
"""The coordinator's relay: letters in transit, and the coordinator's own desk."""

from ontschot.coordinator.mail.desk import Desk
from ontschot.coordinator.mail.errors import AnchorsFixed, CoordinatorUnlisted, NoRosterYet
from ontschot.coordinator.mail.posted import Receipt
from ontschot.coordinator.mail.postoffice import Handler, PostOffice
from ontschot.coordinator.mail.presence import Presence, PresenceBoard
from ontschot.coordinator.mail.queue import Acknowledged, Delivery

__all__ = [
    "Acknowledged",
    "AnchorsFixed",
    "CoordinatorUnlisted",
    "Delivery",
    "Desk",
    "Handler",
    "NoRosterYet",
    "PostOffice",
    "Presence",
    "PresenceBoard",
    "Receipt",
]
