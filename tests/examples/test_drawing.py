"""The example app drawn with Qt, in a process of its own: Toga has one backend per process."""

import os
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path
from uuid import uuid4

import pytest
from PySide6.QtGui import QImage

from tests.contract.running import RunningService

ROOT = Path(__file__).parents[2]
_YELLOW = range(36, 51)
_ON_DISK_KB = 150
_DRAWINGS = tuple(product(("nl", "en"), ("", "--dark"), ("", "--large")))
_TOP_OF_SQUARE = 230

Drawing = tuple[str, str, str]


@pytest.fixture(scope="module")
def drawn(
    shared: RunningService, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[Drawing, QImage]:
    """Every screen in each language, theme and size of text; what is cut off fails to be drawn."""
    folder = tmp_path_factory.mktemp("drawn")

    def draw(drawing: Drawing) -> QImage:
        file = folder / f"{''.join(drawing)}.png"
        options = [each for each in drawing[1:] if each]
        done = subprocess.run(
            [sys.executable, "-m", "tests.examples.draw", drawing[0], file, *options],
            cwd=ROOT,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "examples/toga/src"))),
                "NABIJ_URL": shared.address,
                "NABIJ_TOKEN": shared.token(f"somebody-{uuid4()}")() or "",
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return QImage(str(file))

    with ThreadPoolExecutor(2) as workers:
        return dict(zip(_DRAWINGS, workers.map(draw, _DRAWINGS), strict=True))


@pytest.mark.parametrize("drawing", _DRAWINGS, ids=" ".join)
def test_qt_draws_every_screen_and_cuts_nothing_off(
    drawn: Mapping[Drawing, QImage], drawing: Drawing
) -> None:
    picture = drawn[drawing]
    columns = range(0, picture.width(), 4)
    colours = [picture.pixelColor(x, y) for x in columns for y in range(100, 2 * _TOP_OF_SQUARE, 8)]
    assert any(each.hsvHue() in _YELLOW and each.hsvSaturation() > 150 for each in colours)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_text_that_is_twice_as_large_is_broken_more_often(
    drawn: Mapping[Drawing, QImage], language: str
) -> None:
    normal, large = (drawn[language, "", size] for size in ("", "--large"))
    assert large.width() < 1.2 * normal.width()
    assert large.height() > 2.5 * normal.height()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_dark_theme_is_dark(drawn: Mapping[Drawing, QImage], language: str) -> None:
    light, dark = (drawn[language, theme, ""].pixelColor(24, 24) for theme in ("", "--dark"))
    assert light.lightness() > 200
    assert dark.lightness() < 60


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_picture_in_the_docs_is_small(language: str) -> None:
    picture = ROOT / "docs" / "images" / f"toga-{language}.png"
    assert 0 < picture.stat().st_size < _ON_DISK_KB * 1000
