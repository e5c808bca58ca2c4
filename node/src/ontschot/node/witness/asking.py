# SPDX-License-Identifier: EUPL-1.2
"""Ask peers once after each start what they hold of us."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ontschot.node.mailroom.desk import Desk
from ontschot.node.witness import service

NONCE_BYTES = 16


@dataclass(slots=True)
class AskOnce:
    """Remembers, in memory only, that peers were asked: a restart asks again."""

    peers: Callable[[Desk], Iterable[str]]
    entropy: Callable[[int], bytes] = secrets.token_bytes
    asked: bool = False

    def __call__(self, desk: Desk) -> None:
        """Ask, unless that was done since the start."""
        if not self.asked:
            service.ask(desk, self.peers(desk), self.entropy(NONCE_BYTES))
            desk.after_commit(self._note)

    def _note(self) -> None:
        self.asked = True
