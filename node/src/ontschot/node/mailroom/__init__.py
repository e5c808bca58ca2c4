# SPDX-License-Identifier: EUPL-1.2
"""The node's mailroom: letters in and out, each with its effects in one database transaction."""

from ontschot.node.mailroom.desk import Desk
from ontschot.node.mailroom.errors import AnchorsPinned, NoRoster, NotListed
from ontschot.node.mailroom.inbox import Outcome
from ontschot.node.mailroom.mailroom import Handler, Mailroom
from ontschot.node.mailroom.outbox import Outgoing

__all__ = [
    "AnchorsPinned",
    "Desk",
    "Handler",
    "Mailroom",
    "NoRoster",
    "NotListed",
    "Outcome",
    "Outgoing",
]
