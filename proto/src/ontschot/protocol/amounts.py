# SPDX-License-Identifier: EUPL-1.2
"""Whole numbers and amounts of money as people write them: one spelling in each language."""

from ontschot.protocol.language import Text


def grouped(number: int) -> Text:
    """Return a whole number with its thousands apart: ``1.205`` in Dutch, ``1,205`` in English."""
    english = f"{number:,}"
    return Text(english.replace(",", "."), english)


def euros(cents: int) -> Text:
    """Return euro cents as whole euros: ``€ 150.000`` in Dutch, ``€150,000`` in English.

    Rounded to the nearest, half to even; a minus stands before the sign.
    """
    amount = grouped(round(abs(cents) / 100))
    sign = "-" if cents < 0 else ""
    return Text(f"{sign}€ {amount.nl}", f"{sign}€{amount.en}")
