"""Draw the example app with Qt, without a display: ``python -m tests.examples.draw nl FILE``.

Needs a service with sources and somebody's token, as the app does: ``NABIJ_URL`` and
``NABIJ_TOKEN``. The picture shows the notice, and beside it what is seen once all is allowed.
"""

import os
import sys
import tempfile
from pathlib import Path

import toga
from buurtstroom.app import Buurtstroom, Session
from buurtstroom.phone import Phone
from buurtstroom.texts import in_language
from PySide6.QtCore import QBuffer
from PySide6.QtGui import QColor, QImage, QPainter

_GAP = 24
_PAPER = "#ffffff"


class Drawn(Buurtstroom):
    """The app, pressed through by itself; it ends when both screens are drawn."""

    pictures: list[QImage]

    async def begin(self) -> None:
        """See the notice, allow all, look around."""
        await super().begin()
        self.pictures = [self._picture()]
        for each in self.widgets:
            if isinstance(each, toga.Switch):
                each.value = True
        self.pictures[0] = self._picture()
        for each in list(self.widgets):
            if isinstance(each, toga.Button) and each.id == "save":
                await each.on_press()
        self.pictures.append(self._picture())
        self.exit()

    def _picture(self) -> QImage:
        return QImage.fromData(self._window.as_image().data)
