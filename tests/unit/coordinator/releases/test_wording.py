# SPDX-License-Identifier: EUPL-1.2
"""Every table of the catalogue has a title, and every figure a label, in both languages."""

import pytest

from ontschot.coordinator.releases.wording import labels, table_title
from ontschot.protocol.catalogue.definitions import definitions
from ontschot.protocol.catalogue.planning import plan_blocks
from simulation.making import LEVELS

MAPS = dict.fromkeys(LEVELS, "0" * 64)


@pytest.mark.parametrize("question", sorted(definitions()))
def test_every_figure_has_a_label_of_its_own(question: str) -> None:
    definition = definitions()[question]
    blocks = plan_blocks(definition, MAPS, 10**10, household_providers=3)
    for block in blocks:
        variable = definition.source(block.variable)
        found = labels(block, variable)
        assert len(found) == block.outputs
        for language in ("nl", "en"):
            texts = [getattr(label, language) for label in found]
            assert len(set(texts)) == len(texts)
        assert not [label.en for label in found if "€ " in label.en]
        assert table_title(block, variable).nl != table_title(block, variable).en


def test_tables_of_one_question_that_differ_by_law_say_so() -> None:
    definition = definitions()["Q17"]
    blocks = plan_blocks(definition, MAPS, 10**10, household_providers=3)
    titles = [table_title(block, definition.variable(block.variable)).nl for block in blocks]
    assert titles == [
        "Hulp die stopte, naar hoe lang die duurde (Jeugdwet)",
        "Hulp die stopte, naar hoe lang die duurde (Jeugdwet)",
        "Hulp die stopte, naar hoe lang die duurde (Wmo)",
    ]
