# SPDX-License-Identifier: EUPL-1.2
import io
import re

import pytest
from rich.console import Console

from ontschot.protocol.language import Text
from ontschot_demo.steps import Steps

FIRST, SECOND = Text("Eerst", "First"), Text("Dan", "Then")


@pytest.fixture(autouse=True)
def _dutch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONTSCHOT_LANG", "nl")


def test_in_a_file_a_step_is_a_line_as_soon_as_it_is_done() -> None:
    target = io.StringIO()
    with Steps(Console(file=target)) as steps:
        steps.begin(FIRST)
        assert target.getvalue() == ""
        steps.begin(SECOND, total=3)
        assert re.fullmatch(r"✓ Eerst \(\d+ s\)\n", target.getvalue())
        steps.advance()
    assert re.fullmatch(r"✓ Eerst \(\d+ s\)\n✓ Dan \(\d+ s\)\n", target.getvalue())


def test_a_step_that_failed_is_not_called_done() -> None:
    target = io.StringIO()

    def stop_halfway() -> None:
        with Steps(Console(file=target)) as steps:
            steps.begin(FIRST)
            steps.begin(SECOND)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop_halfway()
    assert "Eerst" in target.getvalue()
    assert "Dan" not in target.getvalue()


def test_on_a_terminal_bars_count() -> None:
    target = io.StringIO()
    console = Console(file=target, force_terminal=True, width=80, _environ={"TERM": "xterm"})
    with Steps(console) as steps:
        steps.begin(FIRST, total=24)
        steps.reach(5)
        steps.advance()
        steps.begin(SECOND, total=3)
    assert "24/24" in target.getvalue()
    assert "3/3" in target.getvalue()
