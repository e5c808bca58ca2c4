# SPDX-License-Identifier: EUPL-1.2
"""The page with what the audits found."""

import re
from datetime import UTC, datetime

import pytest

from audits import command
from audits.auditing import Claim, Finding
from audits.bounds import Bounds
from audits.kind_laws import Fit
from audits.kinds import KINDS
from audits.page import NOTICE, page
from docs.test_links import _MACHINE

MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
CLAIM = Claim(rho=0.5, epsilon=5.2215)


def finding(mechanism: str, *, epsilon: float = 0.0, rho: float = 0.0, mu: float = 0.0) -> Finding:
    found = Bounds(epsilon=epsilon, rho=rho, mu=mu, delta=1e-6)
    return Finding("table gate", mechanism, "helper A", 3000, CLAIM, found)


def written(left_out: list[str]) -> str:
    return page(
        [("3", "opened", "180,000", "0.5")],
        [Fit("table gate", "opened", 2, 24_000, 0.125)],
        [("one pair", "0.25")],
        [finding("as built", epsilon=1.0, rho=0.2, mu=0.7)],
        [finding("sigma is half", mu=1.7)],
        left_out,
        [("commit", "abc")],
        moment=MOMENT,
        seconds=601.4,
    )


def test_the_page_tells_what_was_claimed_and_found() -> None:
    text = written([])
    assert text.startswith(NOTICE)
    assert "| took | 601 s |" in text
    assert "| table gate | opened | 2 | 24,000 | 0.125 |" in text
    assert "| table gate | 3,000 | helper A | 0.500 | 5.22 | 1.00 | 0.200 | 3.27 | stands |" in text
    assert "| sigma is half | table gate | 3,000 | helper A | 0.500 | 5.22 |" in text
    assert text.count("**refuted**") == 1
    assert "Not audited" not in text
    assert _MACHINE.search(text) is None
    assert re.findall("^#+ .*", text, re.MULTILINE) == [
        "# Audits of the noise",
        "## The law of the noise",
        "## The law of each kind of release",
        "## Independence",
        "## Neighbouring worlds",
        "## The same audit of broken mechanisms",
    ]


def test_the_page_says_which_questions_nobody_audits() -> None:
    assert "Not audited: Q98, Q99." in written(["Q98", "Q99"])


@pytest.mark.parametrize(
    ("found", "exceeded"),
    [
        (finding("m", epsilon=5.22, rho=0.49, mu=0.9), False),
        (finding("m", epsilon=5.23), True),
        (finding("m", rho=0.51), True),
        (finding("m", mu=1.1), True),
    ],
)
def test_any_bound_above_the_claim_refutes_it(found: Finding, *, exceeded: bool) -> None:
    assert found.exceeded is exceeded


@pytest.mark.parametrize(
    ("built", "broken", "p", "good"),
    [
        (0.5, 2.0, 0.1, True),
        (2.0, 2.0, 0.1, False),
        (0.5, 0.5, 0.1, False),
        (0.5, 2.0, 1e-9, False),
    ],
)
def test_all_is_as_claimed_only_if_everything_is(
    built: float, broken: float, p: float, *, good: bool
) -> None:
    found, faulty = [finding("as built", mu=built)], [finding("broken", mu=broken)]
    fits = [Fit("table gate", "opened", 1, 100, p)]
    assert command.as_claimed(found, faulty, fits) is good


def test_the_command_audits_in_processes_and_writes_nothing_when_asked_for_few(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = command.PAGE.read_bytes()
    monkeypatch.setattr(command, "KINDS", KINDS[:1])
    monkeypatch.setattr(command, "faults", list)
    monkeypatch.setattr(command, "PART", 25)
    assert command.main(["60"]) == 0
    assert "| table gate: bins | 60 | helper A |" in capsys.readouterr().out
    assert command.PAGE.read_bytes() == before
