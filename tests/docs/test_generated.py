# SPDX-License-Identifier: EUPL-1.2
"""What is generated is current, and holds everything there is."""

import re

from docs import generate
from docs.sources import DOCS, errors_by_part, programs, settings_classes
from ontschot.node.provider.intake.rules import ALL_RULES


def test_generated_pages_and_parts_are_current() -> None:
    assert generate.stale() == [], "run 'make docs'"


def test_a_changed_page_would_be_seen() -> None:
    fresh = generate.generated()
    assert {path.name for path in fresh} >= set(generate.PAGES)
    assert all("generated: " in text or "make docs" in text for text in fresh.values())


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
