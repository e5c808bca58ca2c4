# SPDX-License-Identifier: EUPL-1.2
"""The product's own commands, on parties of a federation in one process.

A command opens the party's folder as an operator's shell does, beside the party that works on it.
Only the clock is the federation's.
"""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from ontschot.coordinator import cli as coordinator_cli
from ontschot.coordinator.installation import settings_text as coordinator_text
from ontschot.coordinator.settings import FILE as COORDINATOR_FILE
from ontschot.coordinator.settings import Settings as CoordinatorSettings
from ontschot.node import cli as node_cli
from ontschot.node.installation import settings_text
from ontschot.node.process import open_node
from ontschot.node.settings import FILE, Settings
from ontschot.protocol.keys import write_keys
from ontschot.protocol.roster import ROSTER, Roster
from ontschot.protocol.signed import SignedDocument
from simulation.federation import COORDINATOR, HELPERS, Federation
from simulation.making import FEDERATION


class Commands:
    """Runs commands; ``said`` is what the last one printed."""

    def __init__(self, federation: Federation, patch: pytest.MonkeyPatch) -> None:
        self._federation = federation
        self._patch = patch
        patch.setenv("COLUMNS", "200")
        # The clock of a command is the default of where it opens the installation.
        patch.setattr(open_node, "__defaults__", (federation.clock,))

    def coordinator(self, *words: str, answer: str | None = None) -> str:
        """Run a command of ``ontschot-coordinator``; return what it printed."""
        home = self._home(COORDINATOR)
        if not (home / COORDINATOR_FILE).exists():
            settings = CoordinatorSettings(home=home, federation=FEDERATION, host="localhost")
            (home / COORDINATOR_FILE).write_text(coordinator_text(settings), "utf-8")
        for module in ("screen", "asking", "looking", "restoring"):
            self._clock(f"ontschot.coordinator.cli.{module}.system_clock")
        return self._run(coordinator_cli.app, [*words, "--home", str(home)], answer)

    def node(self, name: str, *words: str, answer: str | None = None) -> str:
        """Run a command of ``ontschot-node`` at a participant; return what it printed."""
        home = self._home(name)
        if not (home / FILE).exists():
            (home / FILE).write_text(settings_text(self.settings(name)), "utf-8")
        return self._run(node_cli.app, [*words, "--home", str(home)], answer)

    def adopt(self, roster: Roster, file: Path) -> None:
        """Let the anchors sign a roster, and the coordinator adopt it by its command."""
        signed = SignedDocument(roster.to_bytes())
        for key in self._federation.anchors[:2]:
            signed = signed.add_signature(ROSTER, key)
        file.write_bytes(signed.to_bytes())
        self.coordinator("adopt-roster", str(file))
        self._federation.roster = roster

    def settings(self, name: str) -> Settings:
        """Return a participant's settings, as ``init`` would write them."""
        provider = name not in (*HELPERS, "dealer")
        return Settings(
            home=self._home(name),
            role="provider" if provider else "helper" if name in HELPERS else "dealer",
            name=name,
            federation=FEDERATION,
            coordinator="localhost:7443",
            profile="demo",
            agb="60010001" if provider else None,
            gemeenten=["9901"] if provider else [],
        )

    def _home(self, name: str) -> Path:
        home = self._federation.folder / name
        if not (home / "keys.json").exists():
            write_keys(home / "keys.json", self._federation.keys[name])
        return home

    def _clock(self, place: str) -> None:
        self._patch.setattr(place, self._federation.clock)

    def _run(self, app: object, words: list[str], answer: str | None) -> str:
        done = CliRunner().invoke(app, words, input=answer, catch_exceptions=False)  # type: ignore[arg-type]
        # The running party finds a command's letters by itself, as the link's watches do.
        for waiting in (self._federation.carrier._sending, self._federation.carrier._receiving):
            waiting.update(self._federation.mailrooms)
        if done.exit_code:
            raise AssertionError(done.output)
        return done.output
