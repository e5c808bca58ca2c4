# SPDX-License-Identifier: EUPL-1.2
"""What a run of the simulation machine did, left in a file for who wants to look at it later.

``ONTSCHOT_SIMULATION_REPORT`` names the file. Each slow test adds its own case to it, from whatever
process it runs in; a case that is run again takes the place of its earlier one. So a run that was
stopped and went on leaves one report. Without the variable nothing is written.
"""

import fcntl
import json
import os
import subprocess
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

VARIABLE: Final = "ONTSCHOT_SIMULATION_REPORT"
SUMS: Final = ("episodes", "steps", "crashes", "published", "seconds")
COUNTS: Final = ("acts", "rules")
_ROOT: Final = Path(__file__).parents[3]


@dataclass
class Tally:
    """What was done in some worlds.

    Attributes:
        acts: how many steps of each kind were taken.
        rules: how often each rule was looked at.
        episodes: how many worlds began.
        crashes: how often a party was killed, between its acts or at one of them.
        published: how many answers were published in them, and compared.
    """

    acts: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    episodes: int = 0
    crashes: int = 0
    published: int = 0


def case_of(tally: Tally, seeds: range, seconds: float, broken: str | None) -> dict[str, Any]:
    """Return a case as it stands in the file; ``broken`` is what went wrong, if anything did."""
    return {
        "seeds": [seeds.start, seeds.stop - 1],
        "episodes": tally.episodes,
        "steps": tally.acts.total(),
        "acts": dict(sorted(tally.acts.items())),
        "crashes": tally.crashes,
        "rules": dict(sorted(tally.rules.items())),
        "published": tally.published,
        "seconds": round(seconds, 1),
        "ended": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "commit": commit(),
        "broken": broken,
    }


def add(case: Mapping[str, Any], path: Path | None = None) -> str:
    """Add a case to the report, if there is to be one; return what the report says then."""
    named = path or _named()
    if named is None:
        return ""
    with named.open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        text = file.read()
        known = json.loads(text)["cases"] if text else []
        cases = [one for one in known if one["seeds"] != case["seeds"]]
        cases = sorted([*cases, dict(case)], key=lambda one: int(one["seeds"][0]))
        report = {"together": together(cases), "cases": cases}
        file.seek(0)
        file.truncate()
        json.dump(report, file, indent=1)
    return in_words(report)


def together(cases: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the sums over cases, with every commit and everything that broke."""
    known = list(cases)
    sums: dict[str, Any] = {name: round(sum(one[name] for one in known), 1) for name in SUMS}
    for name in COUNTS:
        counts: Counter[str] = Counter()
        for one in known:
            counts.update(one[name])
        sums[name] = dict(sorted(counts.items()))
    seeds = [seed for one in known for seed in one["seeds"]]
    sums["seeds"] = [min(seeds), max(seeds)]
    sums["commits"] = sorted({one["commit"] for one in known})
    sums["ended"] = max(one["ended"] for one in known)
    sums["broken"] = [one["broken"] for one in known if one["broken"]]
    return sums


def in_words(report: Mapping[str, Any]) -> str:
    """Return the sums of a report as a few lines."""
    found = report["together"]
    first, last = found["seeds"]
    lines = [
        f"{found['steps']} steps in {found['episodes']} worlds, seeds {first} to {last}",
        f"{found['seconds']} seconds of work, ended {found['ended']}",
        f"commit {', '.join(found['commits'])}",
        f"{found['crashes']} crashes, {found['published']} answers published",
    ]
    lines += [
        f"{name}: " + ", ".join(f"{key} {number}" for key, number in found[name].items())
        for name in COUNTS
    ]
    return "\n".join([*lines, f"broken: {'; '.join(found['broken']) or 'nothing'}"])


def last_words() -> str:
    """Return what the report of this run says; nothing if there is none."""
    named = _named()
    if named is None or not named.is_file():
        return ""
    return in_words(json.loads(named.read_text(encoding="utf-8")))


def commit() -> str:
    """Return which commit runs, and whether files differ from it."""
    head = _git("rev-parse", "HEAD")
    return f"{head} and changes" if head and _git("status", "--porcelain") else head or "unknown"


def _git(*words: str) -> str:
    try:
        done = subprocess.run(
            ["git", *words],  # noqa: S607 -- git, wherever it is installed
            cwd=_ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _named() -> Path | None:
    name = os.environ.get(VARIABLE)
    return Path(name) if name else None
