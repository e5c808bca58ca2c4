# SPDX-License-Identifier: EUPL-1.2
"""A participant that notes when it handled which letter: the product's own role, and a clock.

Run as ``python entry_timed.py <home> <file>``. One JSON object a line: type, subject and sender of
the letter, when its handler began, and when its transaction was on disk (seconds since 1970).
"""

import asyncio
import json
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TextIO

from ontschot.node.mailroom.desk import Desk
from ontschot.node.process import run_node
from ontschot.node.roles import RoleObject, make_role
from ontschot.node.settings import load_settings
from ontschot.protocol.letters import Letter

Handler = Callable[[Desk, Letter], None]


class Timed:
    """A role whose letters are noted in ``file``, after the commit."""

    def __init__(self, role: RoleObject, file: TextIO) -> None:
        self._role = role
        self._file = file

    def handlers(self) -> Mapping[str, Handler]:
        return {kind: self._timed(handler) for kind, handler in self._role.handlers().items()}

    def begin(self, desk: Desk) -> None:
        self._role.begin(desk)

    def expire(self, desk: Desk) -> None:
        self._role.expire(desk)

    def _timed(self, handler: Handler) -> Handler:
        def handle(desk: Desk, letter: Letter) -> None:
            began = time.time()
            handler(desk, letter)
            desk.after_commit(partial(self._note, letter, began))

        return handle

    def _note(self, letter: Letter, began: float) -> None:
        note = {
            "type": letter.type,
            "subject": letter.subject,
            "sender": letter.sender,
            "began": began,
            "done": time.time(),
        }
        self._file.write(json.dumps(note) + "\n")


def main() -> None:
    settings = load_settings(Path(sys.argv[1]))
    with Path(sys.argv[2]).open("w", encoding="ascii", buffering=1) as file:
        asyncio.run(run_node(settings, Timed(make_role(settings), file)))


if __name__ == "__main__":
    main()
