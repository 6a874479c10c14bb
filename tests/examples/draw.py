"""Draw the example app with Qt and without a display: ``python -m tests.examples.draw nl FILE``.

Like the app it takes the service from ``NABIJ_URL`` and the customer from ``NABIJ_TOKEN``. From
left to right: the notice as it is first shown, what is seen by who allows all, and privacy.
``--dark`` draws the dark theme, ``--large`` all text twice as large. Each screen is drawn whole, as
if it were scrolled; ``--window`` draws what a window shows of it.
"""

import argparse
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import toga
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from buurtstroom.app import Buurtstroom, Session
from buurtstroom.texts import Texts, in_language
from tests.examples import desktop
from tests.pictures import save, side_by_side

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


class Drawn(Buurtstroom):
    """The app that presses its own buttons, and ends when its screens are drawn."""

    def __init__(
        self, session: Session, texts: Texts, *, dark: bool, large: bool, window: bool
    ) -> None:
        self.pictures: list[QImage] = []
        self.cut_off: list[str] = []
        self._dark, self._large, self._only_window = dark, large, window
        super().__init__(session, texts)

    @property
    def dark_mode(self) -> bool:
        """Whether the desktop is dark."""
        return self._dark

    def startup(self) -> None:
        """Set the desktop as its user would, and begin."""
        if self._dark:
            desktop.make_dark()
        if self._large:
            desktop.make_large()
        super().startup()

    async def begin(self) -> None:
        """See the notice, allow all, look around, look at the privacy screen."""
        await super().begin()
        self._draw()
        for each in self.widgets:
            if isinstance(each, toga.Switch):
                each.value = True
        await self._press("save")
        self._draw()
        await self._press("privacy")
        self._draw()
        await self.close()
        self.exit()

    async def _press(self, identity: str) -> None:
        (button,) = (
            each for each in self.widgets if isinstance(each, toga.Button) and each.id == identity
        )
        await cast("Callable[[], Awaitable[None]]", button.on_press)()

    def _draw(self) -> None:
        """Draw the whole content, and note what is wider than the window."""
        painted = QImage.fromData(self._window.as_image().data)  # as it is painted, Qt lays it out
        scroll = cast("toga.ScrollContainer", self._window.content)
        content = cast("Any", scroll.content)._impl.native.parentWidget()  # noqa: SLF001 - to draw it
        room = self._window.size.width
        for each in self.widgets:
            if isinstance(each, toga.Label | toga.Button | toga.Switch):
                native = cast("Any", each)._impl.native  # noqa: SLF001 - to measure it
                right = native.mapTo(content, native.rect().topRight()).x()
                if right > room or native.sizeHint().width() > native.width() + 1:
                    self.cut_off.append(str(each.text))
        self.pictures.append(painted if self._only_window else _on_paper(content.grab()))


def _on_paper(drawn: QPixmap) -> QImage:
    """What was drawn, on the colour that a window has."""
    picture = QImage(drawn.size(), QImage.Format.Format_RGB32)
    picture.fill(QApplication.palette().window().color())
    painter = QPainter(picture)
    painter.drawPixmap(0, 0, drawn)
    painter.end()
    return picture


def main(language: str, file: str, *, dark: bool, large: bool, window: bool) -> None:
    """Draw the app in ``language`` into ``file``, a PNG."""
    os.environ |= {"QT_QPA_PLATFORM": "offscreen", "TOGA_BACKEND": "toga_qt"}
    with tempfile.TemporaryDirectory() as folder:
        token = os.environ["NABIJ_TOKEN"]
        session = Session(os.environ["NABIJ_URL"], "", lambda: token, Path(folder))
        app = Drawn(session, in_language(language), dark=dark, large=large, window=window)
        app.main_loop()
        app.loop.close()
    save(side_by_side(app.pictures), file)
    if app.cut_off:
        raise ValueError(f"Cut off: {'; '.join(app.cut_off)}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("language", choices=["nl", "en"])
    parser.add_argument("file")
    parser.add_argument("--dark", action="store_true", help="the dark theme")
    parser.add_argument("--large", action="store_true", help="text twice as large")
    parser.add_argument("--window", action="store_true", help="only what a window shows")
    main(**vars(parser.parse_args()))
    os._exit(0)  # PySide6 miscounts references to None, and Python 3.11 aborts on that as it ends
