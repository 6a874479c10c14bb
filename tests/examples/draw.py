"""Draw the example app with Qt and without a display: ``python -m tests.examples.draw nl FILE``.

Like the app it takes the service from ``NABIJ_URL`` and the customer from ``NABIJ_TOKEN``. On the
left of the picture is the notice as it is first shown; on the right what is seen by who allows all.
"""

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import toga
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPainter

from buurtstroom.app import Buurtstroom, Session
from buurtstroom.texts import Texts, in_language

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_MARGIN: Final = 16
_SMALLEST: Final = 0  # of PNG: no less is drawn, it is packed longer
_DESK: Final = 0xE7E3D8


class Drawn(Buurtstroom):
    """The app that presses its own buttons, and ends when both screens are drawn."""

    def __init__(self, session: Session, texts: Texts) -> None:
        self.pictures: list[QImage] = []
        super().__init__(session, texts)

    async def begin(self) -> None:
        """See the notice, allow all, look around."""
        await super().begin()
        self.pictures.append(self._picture())
        for each in self.widgets:
            if isinstance(each, toga.Switch):
                each.value = True
        await self._press_save()
        self.pictures.append(self._picture())
        await self.close()
        self.exit()

    async def _press_save(self) -> None:
        (save,) = (
            each for each in self.widgets if isinstance(each, toga.Button) and each.id == "save"
        )
        await cast("Callable[[], Awaitable[None]]", save.on_press)()

    def _picture(self) -> QImage:
        return QImage.fromData(self._window.as_image().data)


def side_by_side(pictures: list[QImage]) -> QImage:
    """All pictures in a row, with a margin around each."""
    width = sum(each.width() + _MARGIN for each in pictures) + _MARGIN
    height = max(each.height() for each in pictures) + 2 * _MARGIN
    sheet = QImage(QSize(width, height), QImage.Format.Format_RGB888)
    sheet.fill(_DESK)
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
        token = os.environ["NABIJ_TOKEN"]
        session = Session(os.environ["NABIJ_URL"], "", lambda: token, Path(folder))
        app = Drawn(session, in_language(language))
        app.main_loop()
        app.loop.close()
    # Sixteen bits of colour are enough for buttons, and take half the space.
    sheet = side_by_side(app.pictures).convertToFormat(QImage.Format.Format_RGB16)
    if not sheet.save(file, quality=_SMALLEST):
        raise OSError("The picture cannot be written: name a file that ends with .png.")


if __name__ == "__main__":
    main(*sys.argv[1:])
