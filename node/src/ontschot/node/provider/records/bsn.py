# SPDX-License-Identifier: EUPL-1.2
"""The citizen service number (BSN): its eleven-test, and numbers that can be nobody's.

Source: Logisch ontwerp BSN; datatype ``LDT_BurgerServicenummer`` of iJw/iWmo 3.2. Numbers 999900006
to 999999990 are handed out for tests; a remainder of 1 in the eleven-test is never handed out.
"""

from dataclasses import dataclass, field

from ontschot.node.provider.records.errors import BsnInvalid

TEST_FIRST = "999900006"
TEST_LAST = "999999990"
WITHOUT_BSN = frozenset({"000000000", "999999999"})
"""Written where there is no number: not born yet, or unknown (CBS Beleidsinformatie Jeugd)."""

_ZEROS = 48 * (9 + 8 + 7 + 6 + 5 + 4 + 3 + 2 - 1)


def is_nine_digits(text: str) -> bool:
    """Return whether ``text`` is nine ASCII digits."""
    return len(text) == 9 and text.isascii() and text.isdigit()


def remainder(text: str) -> int:
    """Return (9a+8b+7c+6d+5e+4f+3g+2h-1i) mod 11 of nine ASCII digits: 0 for a real number."""
    a, b, c, d, e, f, g, h, i = text.encode("ascii")
    total = 9 * a + 8 * b + 7 * c + 6 * d + 5 * e + 4 * f + 3 * g + 2 * h - i
    return (total - _ZEROS) % 11


def is_test_number(text: str) -> bool:
    """Return whether nine digits are one of the numbers handed out for tests."""
    return TEST_FIRST <= text <= TEST_LAST and remainder(text) == 0


@dataclass(frozen=True, slots=True)
class Bsn:
    """A BSN in clear, in memory only; its ``repr`` does not show it."""

    digits: str = field(repr=False)

    def __post_init__(self) -> None:
        """Check the form.

        Raises:
            BsnInvalid: not nine digits, a number that stands for "no number", or a remainder in
                the eleven-test that neither real nor rehearsal numbers have.
        """
        if not is_nine_digits(self.digits) or self.digits in WITHOUT_BSN:
            raise BsnInvalid
        if remainder(self.digits) > 1:
            raise BsnInvalid
