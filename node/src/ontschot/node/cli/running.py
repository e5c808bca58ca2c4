# SPDX-License-Identifier: EUPL-1.2
"""``run``: connect and work until stopped."""

import asyncio

from ontschot.node.cli.screen import Home
from ontschot.node.process import run_node
from ontschot.node.settings import load_settings


def run(home: Home) -> None:
    """Verbind met de coördinator en werk, tot u stopt met Ctrl-C."""
    asyncio.run(run_node(load_settings(home)))
