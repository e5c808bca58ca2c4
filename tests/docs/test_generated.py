# SPDX-License-Identifier: EUPL-1.2
"""What is generated is current, and holds everything there is."""

import re
from pathlib import Path

import pytest

from docs import generate
from docs.sources import DOCS, errors_by_part, programs, settings_classes
from ontschot.node.provider.intake.rules import ALL_RULES


@pytest.fixture(scope="module")
def fresh() -> dict[Path, str]:
    return generate.generated()


def test_generated_pages_and_parts_are_current(fresh: dict[Path, str]) -> None:
    assert generate.stale(fresh) == [], "run 'make docs'"


def test_a_page_that_differs_is_stale(fresh: dict[Path, str]) -> None:
    changed = {path: text + "more" for path, text in fresh.items()}
    assert len(generate.stale(changed)) == len(fresh)
    assert {path.name for path in fresh} == {*generate.PAGES, "data-model.md"}


def test_every_error_code_is_in_its_table_once() -> None:
    text = (DOCS / "errors.md").read_text("utf-8")
    listed = re.findall(r"^\| `([a-z0-9-]+)` \|", text, re.MULTILINE)
    assert listed == [kind.code for kinds in errors_by_part().values() for kind in kinds]
    assert len(listed) == len(set(listed))


def test_every_setting_is_there() -> None:
    text = (DOCS / "settings.md").read_text("utf-8")
    classes = settings_classes()
    assert len(classes) == 3
    for settings in classes:
        prefix = settings.model_config["env_prefix"]
        for name in settings.model_fields:
            assert f"`{prefix}{name.upper()}`" in text


def test_every_program_has_commands() -> None:
    text = (DOCS / "commands.md").read_text("utf-8")
    for name in programs():
        assert f"\n## `{name}`\n" in text
        assert text.count(f"# `{name} ") >= 2


def test_every_rule_of_the_intake_is_there() -> None:
    text = (DOCS / "data-model.md").read_text("utf-8")
    rules = text.partition("generated: intake-rules")[2].partition("end: intake-rules")[0]
    for rule in ALL_RULES:
        assert rules.count(f"\n| `{rule.code}` |") == 1
