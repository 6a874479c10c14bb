"""Take a picture of an export page: ``python -m tests.web.draw nl FILE``.

It takes the service from ``NABIJ_URL`` and the customer from ``NABIJ_TOKEN``. From left to right:
wide, wide and dark, and as narrow as a phone; the top of each.
"""

import os
import sys
from typing import Final

import httpx2
from playwright.sync_api import Page
from PySide6.QtGui import QImage

from tests.pictures import save, side_by_side
from tests.web.browser import Scheme, open_eyes

_WINDOWS: Final[tuple[tuple[int, Scheme], ...]] = (
    (620, "light"),
    (620, "dark"),
    (320, "light"),
)
_HEIGHT: Final = 1000


def main(locale: str, file: str) -> None:
    """Draw the page in ``locale`` into ``file``, a PNG."""
    answer = httpx2.get(
        f"{os.environ['NABIJ_URL']}/v1/me/export",
        params={"format": "html", "locale": locale},
        headers={"Authorization": f"Bearer {os.environ['NABIJ_TOKEN']}"},
    ).raise_for_status()

    def look(page: Page) -> bytes:
        width: int = page.evaluate("window.innerWidth")
        page.set_viewport_size({"width": width, "height": _HEIGHT})
        return page.screenshot()

    with open_eyes() as eyes:
        pictures = [
            QImage.fromData(eyes.see(answer.text, look, width=width, scheme=scheme))
            for width, scheme in _WINDOWS
        ]
    save(side_by_side(pictures), file)


if __name__ == "__main__":
    main(*sys.argv[1:])
