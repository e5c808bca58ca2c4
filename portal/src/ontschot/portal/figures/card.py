# SPDX-License-Identifier: EUPL-1.2
"""The frame around every figure: title and question above, source and privacy line below."""

from dataclasses import dataclass
from xml.etree import ElementTree as ET

from ontschot.portal.answers import Answer, Table
from ontschot.portal.figures import svg, theme, words
from ontschot.protocol.language import Language, Text


@dataclass(frozen=True, slots=True)
class CardLayout:
    """Sizes of the frame in pixels."""

    width: float
    margin: float
    title_size: float


WIDE = CardLayout(900, 28, 23)
NARROW = CardLayout(360, 14, 18)


class Card:
    """A drawing that has its width and grows downward."""

    def __init__(
        self,
        answer: Answer,
        table: Table,
        title: str,
        description: str,
        layout: CardLayout,
        prefix: str,
    ) -> None:
        self._answer, self._table, self._title, self._layout = answer, table, title, layout
        self.drawing: ET.Element = svg.root(layout.width, title, description, prefix)
        self._surface = svg.add(self.drawing, "rect", x=0, y=0, rx=6, **svg.fill(theme.SURFACE))

    def heading(self, language: Language) -> float:
        """Draw title, question, period and remarks; return the y below them."""
        y = self._paragraph(
            self._layout.margin + self._layout.title_size,
            self._title,
            theme.INK,
            size=self._layout.title_size,
            bold=True,
        )
        question = words.subtitle(self._answer, language)
        y = self._paragraph(y - 4, question, theme.MUTED, size=14)
        for remark in self._answer.remarks:
            y = self._paragraph(y, remark.of(language), theme.ALERT, bold=True)
        return y

    def footer(self, y: float, language: Language, boundaries: Text | None = None) -> None:
        """Draw source and privacy line from baseline y, and fix the drawing's height."""
        for line in (
            words.source_line(self._answer, self._table, boundaries, language),
            words.privacy_line(self._answer, self._table, language),
        ):
            y = self._paragraph(y, line, theme.MUTED, size=12)
        width, height = svg.number(self._layout.width), svg.number(y + self._layout.margin - 14)
        for element in (self.drawing, self._surface):
            element.set("width", width)
            element.set("height", height)
        self.drawing.set("viewBox", f"0 0 {width} {height}")

    def _paragraph(
        self, y: float, content: str, token: theme.Token, *, size: float = 13, bold: bool = False
    ) -> float:
        margin = self._layout.margin
        width = self._layout.width - 2 * margin
        return svg.paragraph(
            self.drawing, margin, y, content, token, width=width, size=size, bold=bold
        )
