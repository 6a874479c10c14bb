"""Pictures for the documentation: side by side, and small enough to keep."""

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPainter

_MARGIN: Final = 16
_SMALLEST: Final = 0  # of PNG: no less is drawn, it is packed longer
_DESK: Final = 0xE7E3D8


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


def save(sheet: QImage, file: str) -> None:
    """Write a picture; a few colours are enough for text and buttons, and take little space."""
    few = sheet.convertToFormat(QImage.Format.Format_RGB555, Qt.ImageConversionFlag.AvoidDither)
    if not few.save(file, quality=_SMALLEST):
        raise OSError("The picture cannot be written: name a file that ends with .png.")
