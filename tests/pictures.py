"""Pictures for the documentation: side by side, and small enough to keep."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPainter

_MARGIN: Final = 16
_SMALLEST: Final = 0  # of PNG: no less is drawn, it is packed longer
_DESK: Final = 0xE7E3D8
_COLOURS: Final = 256
_OPAQUE: Final = 0xFF000000


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
    """Write a picture in its 256 commonest colours: text and buttons have few."""
    pixels = _pixels(sheet)
    colours, which, counts = np.unique(pixels, return_inverse=True, return_counts=True)
    palette = colours[np.argsort(-counts)[:_COLOURS]]
    indices = _nearest(colours, palette)[which].reshape(pixels.shape)
    height, width = pixels.shape
    few = QImage(indices.tobytes(), width, height, width, QImage.Format.Format_Indexed8)
    few.setColorTable([_OPAQUE | int(each) for each in palette])
    if not few.save(file, quality=_SMALLEST):
        raise OSError("The picture cannot be written: name a file that ends with .png.")


def _pixels(sheet: QImage) -> NDArray[np.uint32]:
    """The colours of a picture, 0xRRGGBB, row by row."""
    picture = sheet.convertToFormat(QImage.Format.Format_RGB32)
    shape = (picture.height(), picture.width())
    return np.frombuffer(picture.constBits(), np.uint32).reshape(shape) & np.uint32(0xFFFFFF)


def _nearest(colours: NDArray[np.uint32], palette: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """For each colour the place in the palette of the one that is most like it."""
    apart = np.zeros((len(colours), len(palette)), np.int32)
    for shift in (16, 8, 0):
        ours, theirs = ((each >> shift & 0xFF).astype(np.int32) for each in (colours, palette))
        apart += (ours[:, None] - theirs[None, :]) ** 2
    return apart.argmin(axis=1).astype(np.uint8)
