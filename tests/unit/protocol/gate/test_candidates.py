# SPDX-License-Identifier: EUPL-1.2
"""Many candidates give the same hashes however many processes they are divided over."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from ontschot.protocol.gate import BatchSpec, candidates, hashes_of
from ontschot.protocol.gate.candidates import hashes_of_all
from ontschot.protocol.sharing import MalformedShare

SPEC = BatchSpec("dcf", 20, 5, payload="count")
BATCH = bytes(32)
SEEDS = [bytes([number]) * 32 for number in range(7)]
EXPECTED = [hashes_of(SPEC, BATCH, seed) for seed in SEEDS]


@pytest.mark.parametrize("workers", [None, 1, 2, 3, 99])
def test_the_number_of_processes_changes_nothing(workers: int | None) -> None:
    assert hashes_of_all(SPEC, BATCH, SEEDS, workers) == EXPECTED


def test_nothing_to_hash() -> None:
    assert hashes_of_all(SPEC, BATCH, [], 2) == []


def started_with(monkeypatch: pytest.MonkeyPatch) -> list[Sequence[str]]:
    """Return the list in which the words of each process will stand."""
    words: list[Sequence[str]] = []
    real = subprocess.run

    def noting(command: Sequence[str], **options: Any) -> "subprocess.CompletedProcess[bytes]":
        words.append(command)
        return real(command, **options)

    monkeypatch.setattr(subprocess, "run", noting)
    return words


def test_little_work_starts_no_process_and_much_work_one_for_each_other_core(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words = started_with(monkeypatch)
    monkeypatch.setattr(candidates, "cores", lambda: 3)
    hashes_of_all(SPEC, BATCH, SEEDS)
    assert words == []
    monkeypatch.setattr(candidates, "MANY", SPEC.slots * len(SEEDS))
    assert hashes_of_all(SPEC, BATCH, SEEDS) == EXPECTED
    assert len(words) == 2
    # seeds are secret, and everybody on a machine can read the words of a process
    assert not any(seed.hex() in word for seed in SEEDS for some in words for word in some)


def test_a_process_that_does_not_run_costs_time_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert hashes_of_all(SPEC, BATCH, SEEDS, 3) == EXPECTED


def test_a_bad_seed_is_refused_wherever_it_lands() -> None:
    for at in (0, 1):
        seeds = [*SEEDS[:at], b"short", *SEEDS[at:]]
        with pytest.raises(MalformedShare):
            hashes_of_all(SPEC, BATCH, seeds, 2)


def test_nothing_of_the_folder_it_is_started_in_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever can write there would read every seed."""
    ran = tmp_path / "ran"
    (tmp_path / "json.py").write_text(f"open({str(ran)!r}, 'w').close()\n", encoding="utf-8")
    package = tmp_path / "ontschot" / "protocol" / "gate"
    package.mkdir(parents=True)
    (package / "candidates.py").write_text(f"open({str(ran)!r}, 'w').close()\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert hashes_of_all(SPEC, BATCH, SEEDS, 2) == EXPECTED
    assert not ran.exists()
