"""A fake of a desktop's settings: Qt without a display has neither a dark theme nor large text."""

import toga_qt.fonts
import toga_qt.widgets.base
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

_DARK = {
    QPalette.ColorRole.Window: "#1c211d",
    QPalette.ColorRole.WindowText: "#ece9df",
    QPalette.ColorRole.Base: "#121613",
    QPalette.ColorRole.AlternateBase: "#1c211d",
    QPalette.ColorRole.Text: "#ece9df",
    QPalette.ColorRole.Button: "#323933",
    QPalette.ColorRole.ButtonText: "#ece9df",
    QPalette.ColorRole.PlaceholderText: "#a9aca2",
}


class _Style:
    def standardPalette(self) -> QPalette:  # noqa: N802 - as Qt calls it
        palette = QPalette()
        for role, colour in _DARK.items():
            palette.setColor(role, QColor(colour))
        return palette


class _DarkApplication(QApplication):
    @staticmethod
    def style() -> _Style:  # type: ignore[override]
        return _Style()


class _LargeFonts(QFontDatabase):
    @staticmethod
    def systemFont(font: QFontDatabase.SystemFont) -> QFont:  # noqa: N802 - as Qt calls it
        large = QFontDatabase.systemFont(font)
        large.setPointSizeF(large.pointSizeF() * 2)
        return large


def make_dark() -> None:
    """Let every widget that is made from now on be dark."""
    toga_qt.widgets.base.QApplication = _DarkApplication
    QApplication.setPalette(_Style().standardPalette())


def make_large() -> None:
    """Let all text be twice as large from now on."""
    toga_qt.fonts.QFontDatabase = _LargeFonts
    QApplication.setFont(_LargeFonts.systemFont(QFontDatabase.SystemFont.GeneralFont))
