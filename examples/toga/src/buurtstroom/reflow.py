"""Text that fits: labels of Toga break no lines, so these break their own.

A label's width is measured by the platform, with the font and the size that the customer chose. So
a text that is twice as large is broken twice as often, and a wider window needs fewer lines.
"""

import textwrap
from typing import Any, Final, cast

import toga
from toga.style import Pack

# Some lines are wider than the average of the text.
_WIDEST_LINE: Final = 1.12
_FEWEST_LETTERS: Final = 8


class Paragraph(toga.Label):
    """A label that is broken to the width of its window by ``fit``."""

    def __init__(self, text: str, *, identity: str | None = None, bold: bool = False) -> None:
        self._lines = text.split("\n")
        longest = max(self._lines, key=len)
        super().__init__(longest, id=identity, style=_BOLD if bold else Pack())  # pyright: ignore[reportUnknownMemberType]
        width = _measured(self)
        self._letter = width * _WIDEST_LINE / len(longest) if width and longest else None
        self.text = text

    def fit(self, width: float) -> None:
        """Break the lines at ``width`` CSS pixels, where the platform can measure."""
        if self._letter is None:
            return
        letters = max(_FEWEST_LETTERS, int(width / self._letter))
        lines = [line for part in self._lines for line in textwrap.wrap(part, letters) or [""]]
        if self.text != (broken := "\n".join(lines)):
            self.text = broken


_BOLD: Final = Pack(font_weight="bold", margin_top=8)


def fit(screen: toga.Widget, width: float) -> None:
    """Break every paragraph of a screen."""
    if isinstance(screen, Paragraph):
        screen.fit(width)
    for each in _parts(screen):
        fit(each, width)


def _parts(screen: toga.Widget) -> list[toga.Widget]:
    if isinstance(screen, toga.ScrollContainer):
        content = cast("toga.Widget | None", screen.content)
        return [] if content is None else [content]
    return list(cast("Any", screen).children)


def _measured(label: toga.Label) -> float | None:
    """How wide the label would like to be, in CSS pixels; None where nothing is drawn."""
    width: object = cast("Any", label).intrinsic.width
    return getattr(width, "value", None)
