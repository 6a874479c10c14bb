"""Draw the example app with Qt and without a display: ``python -m tests.examples.draw nl FILE``.

Like the app it takes the service from ``NABIJ_URL`` and the customer from ``NABIJ_TOKEN``. On the
left of the picture is the notice, with all switched on; on the right what is seen after that.
"""

import os
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final, cast

import toga
from buurtstroom.app import Buurtstroom, Session
from buurtstroom.texts import Texts, in_language
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPainter

_MARGIN: Final = 16
_PAPER: Final = 0xFFFFFF


class Drawn(Buurtstroom):
    """The app that presses its own buttons, and ends when both screens are drawn."""

    def __init__(self, session: Session, texts: Texts) -> None:
        self.pictures: list[QImage] = []
        super().__init__(session, texts)

    async def begin(self) -> None:
        """See the notice, allow all, look around."""
        await super().begin()
        for each in self._shown(toga.Switch):
            each.value = True
        self.pictures.append(self._picture())
        (save,) = (each for each in self._shown(toga.Button) if each.id == "save")
        await cast("Callable[[], Awaitable[None]]", save.on_press)()
        self.pictures.append(self._picture())
        await self.close()
        self.exit()

    def _shown(self, kind: type["toga.Widget"]) -> list[toga.Widget]:
        return [each for each in self.widgets if isinstance(each, kind)]

    def _picture(self) -> QImage:
        return QImage.fromData(self._window.as_image().data)


def side_by_side(pictures: list[QImage]) -> QImage:
    """All pictures in a row, with a margin around each."""
    width = sum(each.width() + _MARGIN for each in pictures) + _MARGIN
    height = max(each.height() for each in pictures) + 2 * _MARGIN
    sheet = QImage(QSize(width, height), QImage.Format.Format_RGB32)
    sheet.fill(_PAPER)
    painter = QPainter(sheet)
    left = _MARGIN
    for each in pictures:
        painter.drawImage(left, _MARGIN, each)
        left += each.width() + _MARGIN
    painter.end()
    return sheet


def main(language: str, file: str) -> None:
    """Draw the app in ``language`` into ``file``, a PNG."""
    os.environ |= {"QT_QPA_PLATFORM": "offscreen", "TOGA_BACKEND": "toga_qt"}
    with tempfile.TemporaryDirectory() as folder:
        session = Session(os.environ["NABIJ_URL"], lambda: os.environ["NABIJ_TOKEN"], Path(folder))
        app = Drawn(session, in_language(language))
        app.main_loop()
    sheet = side_by_side(app.pictures).convertToFormat(QImage.Format.Format_Indexed8)
    if not sheet.save(file, "PNG"):
        raise OSError(f"{file} cannot be written.")


if __name__ == "__main__":
    main(*sys.argv[1:])
