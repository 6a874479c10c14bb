"""Take a picture of every state of the page: ``python -m tests.web.page.draw [NAME …]``.

Each goes into ``docs/images/page-NAME.png``; from left to right wide and light, wide and dark,
narrow and light, narrow and dark.
"""

import sys
from typing import Final

from playwright.sync_api import Page
from PySide6.QtGui import QImage
from rich.progress import track

from tests.contract.running import RunningService
from tests.pictures import save, side_by_side
from tests.web.browser import Eyes, Scheme
from tests.web.page.serving import ROOT, page_served
from tests.web.page.states import STATES
from tests.web.page.visits import Visit, visiting

_WIDE: Final = 1_000
_NARROW: Final = 360
_TALLEST: Final = 1_200
_SCHEMES: Final[tuple[Scheme, ...]] = ("light", "dark")


def main(names: list[str]) -> None:
    """Draw the states of these names, or all of them."""
    with page_served() as (eyes, service):
        for name in track(names or list(STATES), "drawing", console=None):
            draw(eyes, service, name)


def draw(eyes: Eyes, service: RunningService, name: str) -> None:
    """Draw one state."""
    state = STATES[name]

    def visit(somebody: Visit) -> list[bytes]:
        page = state.reach(somebody)
        return [
            photographed(page, width, scheme) for width in (_WIDE, _NARROW) for scheme in _SCHEMES
        ]

    pictures = visiting(eyes, service, visit, signed_in=state.signed_in, webgl=state.webgl)
    images = [QImage.fromData(each) for each in pictures]
    save(side_by_side(images), str(ROOT / "docs" / "images" / f"page-{name}.png"))


def photographed(page: Page, width: int, scheme: Scheme) -> bytes:
    """The page from its top, as far as it goes."""
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 800})
    page.evaluate("scrollTo(0, 0)")
    height: int = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": min(height, _TALLEST)})
    return page.screenshot()


if __name__ == "__main__":
    main(sys.argv[1:])
