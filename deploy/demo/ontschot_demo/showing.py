# SPDX-License-Identifier: EUPL-1.2
"""``make show``: the answers of the last demo as pages, until Ctrl-C.

The coordinator of the demo runs again, with the portal before it, each a process of its own.
"""

import argparse
import socket
import sys
import time
from pathlib import Path

from rich.console import Console

from ontschot.coordinator.settings import load_settings
from ontschot.protocol.language import tr
from ontschot_demo.endings import exit_code
from ontschot_demo.errors import NoDemo
from ontschot_demo.installing import free_ports
from ontschot_demo.processes import LOOK_SECONDS, Processes, command

USUAL_PORT = 8080


def main() -> int:
    """Show the pages until the process is told to stop; return the exit code."""
    parser = argparse.ArgumentParser(prog="make show", description=__doc__)
    parser.add_argument("--output", type=lambda text: Path(text).resolve(), required=True)
    output: Path = parser.parse_args().output
    console = Console(highlight=False)
    return exit_code(lambda: show(output, console), console, interrupted=0)


def show(output: Path, console: Console) -> None:
    """Run the coordinator and the portal over a demo's output, until one of them ends.

    Raises:
        NoDemo: the folder holds no finished demo.
        PartyStopped: one of them ended.
    """
    if not (output / "uitkomsten").is_dir():
        raise NoDemo(str(output))
    settings = load_settings(output / "coordinator")
    port = usual_or_free_port()
    portal = {
        "ONTSCHOT_PORTAL_COORDINATOR_URL": settings.rest_url,
        "ONTSCHOT_PORTAL_PORT": str(port),
        "ONTSCHOT_PORTAL_ORGANISATION": "Demo Ontschot",
    }
    with Processes(output / "logs", portal) as processes:
        home = str(settings.home)
        processes.start("coordinator-toont", command("coordinator", "run", "--home", home))
        processes.start("portaal", command("portal", "run"))
        processes.wait_for_port(settings.rest_port)
        processes.wait_for_port(port)
        console.print(
            tr(
                f"Open http://127.0.0.1:{port} in uw browser. Stoppen: Ctrl-C.",
                f"Open http://127.0.0.1:{port} in your browser. To stop: Ctrl-C.",
            ),
            soft_wrap=True,
        )
        while True:
            processes.require_alive()
            time.sleep(LOOK_SECONDS)


def usual_or_free_port() -> int:
    """Return port 8080, or a free one when somebody listens there."""
    try:
        with socket.create_server(("127.0.0.1", USUAL_PORT)):
            return USUAL_PORT
    except OSError:
        return free_ports(1)[0]


if __name__ == "__main__":
    sys.exit(main())
