# SPDX-License-Identifier: EUPL-1.2
"""The rules of ``domain.md`` 5.1 that apply to the CSV file.

``person``, ``product``, ``dates``, ``amount``: one line at a time. ``across``: several lines, or a
line and what was loaded before. ``whole``: the file itself.
"""

from ontschot.node.provider.intake.rule import RowRule, Rule
from ontschot.node.provider.intake.rules.across import ACROSS_RULES, TRAJECT_OVERLAP
from ontschot.node.provider.intake.rules.amount import AMOUNT_RULES
from ontschot.node.provider.intake.rules.dates import DATE_RULES
from ontschot.node.provider.intake.rules.person import PERSON_RULES
from ontschot.node.provider.intake.rules.product import PRODUCT_RULES
from ontschot.node.provider.intake.rules.whole import WHOLE_RULES

ROW_RULES: tuple[RowRule, ...] = (*PERSON_RULES, *PRODUCT_RULES, *DATE_RULES, *AMOUNT_RULES)
"""Every rule that one line is checked by, in the order of the columns."""

ALL_RULES: tuple[Rule, ...] = (*WHOLE_RULES, *ROW_RULES, *ACROSS_RULES, TRAJECT_OVERLAP)
"""Every rule of the intake; their codes differ."""
