"""The example app drawn with Qt, in a process of its own: Toga has one backend per process."""

import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from PySide6.QtGui import QImage

from tests.contract.running import RunningService

ROOT = Path(__file__).parents[2]
_YELLOW = range(40, 51)
_ON_DISK_KB = 150


@pytest.mark.parametrize("language", ["nl", "en"])
def test_qt_draws_the_notice_and_the_square(
    shared: RunningService, tmp_path: Path, language: str
) -> None:
    file = tmp_path / "drawn.png"
    done = subprocess.run(
        [sys.executable, "-m", "tests.examples.draw", language, file],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "examples" / "toga" / "src"))),
            "NABIJ_URL": shared.address,
            "NABIJ_TOKEN": shared.token(f"somebody-{uuid4()}")() or "",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    picture = QImage(str(file))
    across = [picture.pixelColor(x, 210) for x in range(picture.width())]
    assert any(each.hsvHue() in _YELLOW and each.hsvSaturation() > 150 for each in across)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_picture_in_the_docs_is_small(language: str) -> None:
    picture = ROOT / "docs" / "images" / f"toga-{language}.png"
    assert 0 < picture.stat().st_size < _ON_DISK_KB * 1000
